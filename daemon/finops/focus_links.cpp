// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "finops/focus_links.hpp"

#include "finops/focus_values.hpp"

namespace iz::finops {

void FocusLinks::check(const FocusRow& row, const RowCodes& codes, const FieldSet& filled, RowReport& report) const {
  money(row, codes.row, filled, report);
  commitments(row, codes, filled, report);
}

void FocusLinks::money(const FocusRow& row, const RowClass& kind, const FieldSet& filled, RowReport& report) const {
  struct Amount {
    std::uint32_t cost, price;
    std::string_view product, credit;
  };
  static constexpr Amount kAmounts[] = {
      {IZ_CHARGE_LIST_COST, IZ_CHARGE_LIST_UNIT_PRICE,
       "ListCost is not ListUnitPrice x PricingQuantity (ListCost-C-009)",
       "ListCost of a credit without a unit price is not its BilledCost (ListCost-C-008)"},
      {IZ_CHARGE_CONTRACTED_COST, IZ_CHARGE_CONTRACTED_UNIT_PRICE,
       "ContractedCost is not ContractedUnitPrice x PricingQuantity (ContractedUnitPrice-C-011)",
       "ContractedCost of a credit without a unit price is not its BilledCost (ContractedCost-C-009)"}};
  // From 1.3 on corrections are not exempt.
  const bool products = version_ >= FocusVersion::v1_3 || kind.charge_class != code::correction;
  const bool quantity = filled.has(IZ_CHARGE_PRICING_QUANTITY);
  // Most charges have no discount: what holds for the list price then holds for the contracted one.
  bool list_holds = false;
  for (const Amount& amount : kAmounts) {
    if (!filled.has(amount.cost)) continue;
    if (filled.has(amount.price)) {
      if (!quantity || !products) continue;
      if (list_holds && same_text(row[amount.price], row[IZ_CHARGE_LIST_UNIT_PRICE]) &&
          same_text(row[amount.cost], row[IZ_CHARGE_LIST_COST])) {
        continue;
      }
      list_holds = is_product(row[amount.cost], row[amount.price], row[IZ_CHARGE_PRICING_QUANTITY]);
      if (!list_holds) report(amount.cost, "cost_product", amount.product);
    } else if (kind.category == code::credit && filled.has(IZ_CHARGE_BILLED_COST) &&
               !same_amount(row[amount.cost], row[IZ_CHARGE_BILLED_COST])) {
      report(amount.cost, "cost_of_credit", amount.credit);
    }
  }
  if (version_ >= FocusVersion::v1_4 && filled.has(IZ_CHARGE_EFFECTIVE_COST) && filled.has(IZ_CHARGE_BILLED_COST)) {
    const bool uncovered = kind.category == code::usage && !filled.has(IZ_CHARGE_COMMITMENT_DISCOUNT_ID);
    if ((uncovered || kind.category == code::tax || kind.category == code::credit) &&
        !same_amount(row[IZ_CHARGE_EFFECTIVE_COST], row[IZ_CHARGE_BILLED_COST])) {
      report(IZ_CHARGE_EFFECTIVE_COST, "effective_cost",
             "EffectiveCost is not BilledCost on a Tax, a Credit or a Usage that no commitment covers (FOCUS 1.4 "
             "EffectiveCost)");
    }
  }
}

void FocusLinks::commitments(const FocusRow& row, const RowCodes& codes, const FieldSet& filled,
                             RowReport& report) const {
  const RowClass& kind = codes.row;
  if (kind.category == code::purchase && codes.frequency == code::usage_based) {
    report(IZ_CHARGE_CHARGE_FREQUENCY, "frequency",
           "ChargeFrequency is not Usage-Based on a Purchase (ChargeFrequency-C-004)");
  }
  if (!filled.has(IZ_CHARGE_COMMITMENT_DISCOUNT_ID)) return;
  if (kind.commitment_status == code::unused && filled.has(IZ_CHARGE_RESOURCE_ID) &&
      row[IZ_CHARGE_RESOURCE_ID] != row[IZ_CHARGE_COMMITMENT_DISCOUNT_ID]) {
    report(IZ_CHARGE_RESOURCE_ID, "commitment_link",
           "ResourceId of an Unused row is its CommitmentDiscountId (DiscountHandling-A-019)");
  }
  if (kind.category == code::usage && kind.commitment_status == code::used && codes.pricing_category != code::null &&
      codes.pricing_category != code::committed) {
    report(IZ_CHARGE_PRICING_CATEGORY, "commitment_link",
           "PricingCategory is Committed on use that a commitment covers (PricingCategory-C-008)");
  }
  if (version_ >= FocusVersion::v1_1 && kind.category == code::purchase && codes.pricing_category == code::committed) {
    report(IZ_CHARGE_PRICING_CATEGORY, "commitment_link",
           "PricingCategory is not Committed on the purchase of the commitment (PricingCategory-C-008)");
  }
}

}  // namespace iz::finops
