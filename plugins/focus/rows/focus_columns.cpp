// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "focus/rows/focus_columns.hpp"

#include <algorithm>
#include <array>

#include <infrazen/abi/records.h>

namespace iz::focus {
namespace {

using enum Version;

constexpr Column kColumns[] = {
    {"AllocatedMethodDetails", IZ_CHARGE_ALLOCATED_METHOD_DETAILS, v1_3, v1_4, Level::other, false},
    {"AllocatedMethodId", IZ_CHARGE_ALLOCATED_METHOD_ID, v1_3, v1_4, Level::other, false},
    {"AllocatedResourceId", IZ_CHARGE_ALLOCATED_RESOURCE_ID, v1_3, v1_4, Level::other, false},
    {"AllocatedResourceName", IZ_CHARGE_ALLOCATED_RESOURCE_NAME, v1_3, v1_4, Level::other, false},
    {"AllocatedTags", IZ_CHARGE_ALLOCATED_TAGS, v1_3, v1_4, Level::other, false},
    {"AvailabilityZone", IZ_CHARGE_AVAILABILITY_ZONE, v1_0, v1_4, Level::other, false},
    {"BilledCost", IZ_CHARGE_BILLED_COST, v1_0, v1_4, Level::needed, false},
    {"BillingAccountId", IZ_CHARGE_BILLING_ACCOUNT_ID, v1_0, v1_4, Level::needed, false},
    {"BillingAccountName", IZ_CHARGE_BILLING_ACCOUNT_NAME, v1_0, v1_4, Level::mandatory, false},
    {"BillingAccountType", IZ_CHARGE_BILLING_ACCOUNT_TYPE, v1_2, v1_4, Level::other, false},
    {"BillingCurrency", IZ_CHARGE_BILLING_CURRENCY, v1_0, v1_4, Level::needed, false},
    {"BillingPeriodEnd", IZ_CHARGE_BILLING_PERIOD_END, v1_0, v1_4, Level::needed, true},
    {"BillingPeriodStart", IZ_CHARGE_BILLING_PERIOD_START, v1_0, v1_4, Level::needed, true},
    {"CapacityReservationId", IZ_CHARGE_CAPACITY_RESERVATION_ID, v1_1, v1_4, Level::other, false},
    {"CapacityReservationStatus", IZ_CHARGE_CAPACITY_RESERVATION_STATUS, v1_1, v1_4, Level::other, false},
    {"ChargeCategory", IZ_CHARGE_CHARGE_CATEGORY, v1_0, v1_4, Level::mandatory, false},
    {"ChargeClass", IZ_CHARGE_CHARGE_CLASS, v1_0, v1_4, Level::mandatory, false},
    {"ChargeDescription", IZ_CHARGE_CHARGE_DESCRIPTION, v1_0, v1_4, Level::mandatory, false},
    {"ChargeFrequency", IZ_CHARGE_CHARGE_FREQUENCY, v1_0, v1_4, Level::other, false},
    {"ChargePeriodEnd", IZ_CHARGE_CHARGE_PERIOD_END, v1_0, v1_4, Level::needed, true},
    {"ChargePeriodStart", IZ_CHARGE_CHARGE_PERIOD_START, v1_0, v1_4, Level::needed, true},
    {"CommitmentDiscountCategory", IZ_CHARGE_COMMITMENT_DISCOUNT_CATEGORY, v1_0, v1_4, Level::other, false},
    {"CommitmentDiscountId", IZ_CHARGE_COMMITMENT_DISCOUNT_ID, v1_0, v1_4, Level::other, false},
    {"CommitmentDiscountName", IZ_CHARGE_COMMITMENT_DISCOUNT_NAME, v1_0, v1_4, Level::other, false},
    {"CommitmentDiscountQuantity", IZ_CHARGE_COMMITMENT_DISCOUNT_QUANTITY, v1_1, v1_4, Level::other, false},
    {"CommitmentDiscountStatus", IZ_CHARGE_COMMITMENT_DISCOUNT_STATUS, v1_0, v1_4, Level::other, false},
    {"CommitmentDiscountType", IZ_CHARGE_COMMITMENT_DISCOUNT_TYPE, v1_0, v1_4, Level::other, false},
    {"CommitmentDiscountUnit", IZ_CHARGE_COMMITMENT_DISCOUNT_UNIT, v1_1, v1_4, Level::other, false},
    {"CommitmentProgramEligibilityDetails", IZ_CHARGE_COMMITMENT_PROGRAM_ELIGIBILITY_DETAILS, v1_4, v1_4, Level::other,
     false},
    {"ConsumedQuantity", IZ_CHARGE_CONSUMED_QUANTITY, v1_0, v1_4, Level::other, false},
    {"ConsumedUnit", IZ_CHARGE_CONSUMED_UNIT, v1_0, v1_4, Level::other, false},
    {"ContractApplied", IZ_CHARGE_CONTRACT_APPLIED, v1_3, v1_4, Level::other, false},
    {"ContractedCost", IZ_CHARGE_CONTRACTED_COST, v1_0, v1_4, Level::needed, false},
    {"ContractedUnitPrice", IZ_CHARGE_CONTRACTED_UNIT_PRICE, v1_0, v1_4, Level::other, false},
    {"EffectiveCost", IZ_CHARGE_EFFECTIVE_COST, v1_0, v1_4, Level::needed, false},
    {"HostProviderName", IZ_CHARGE_HOST_PROVIDER_NAME, v1_3, v1_4, Level::mandatory, false},
    {"InvoiceDetailId", IZ_CHARGE_INVOICE_DETAIL_ID, v1_4, v1_4, Level::other, false},
    {"InvoiceId", IZ_CHARGE_INVOICE_ID, v1_2, v1_4, Level::other, false},
    {"InvoiceIssuerName", IZ_CHARGE_INVOICE_ISSUER_NAME, v1_0, v1_4, Level::mandatory, false},
    {"ListCost", IZ_CHARGE_LIST_COST, v1_0, v1_4, Level::needed, false},
    {"ListUnitPrice", IZ_CHARGE_LIST_UNIT_PRICE, v1_0, v1_4, Level::other, false},
    {"PricingCategory", IZ_CHARGE_PRICING_CATEGORY, v1_0, v1_4, Level::other, false},
    {"PricingCurrency", IZ_CHARGE_PRICING_CURRENCY, v1_2, v1_4, Level::other, false},
    {"PricingCurrencyContractedUnitPrice", IZ_CHARGE_PRICING_CURRENCY_CONTRACTED_UNIT_PRICE, v1_2, v1_4, Level::other,
     false},
    {"PricingCurrencyEffectiveCost", IZ_CHARGE_PRICING_CURRENCY_EFFECTIVE_COST, v1_2, v1_4, Level::other, false},
    {"PricingCurrencyListUnitPrice", IZ_CHARGE_PRICING_CURRENCY_LIST_UNIT_PRICE, v1_2, v1_4, Level::other, false},
    {"PricingQuantity", IZ_CHARGE_PRICING_QUANTITY, v1_0, v1_4, Level::mandatory, false},
    {"PricingUnit", IZ_CHARGE_PRICING_UNIT, v1_0, v1_4, Level::mandatory, false},
    {"ProviderName", IZ_CHARGE_PROVIDER_NAME, v1_0, v1_3, Level::mandatory, false},
    {"PublisherName", IZ_CHARGE_PUBLISHER_NAME, v1_0, v1_3, Level::mandatory, false},
    {"RegionId", IZ_CHARGE_REGION_ID, v1_0, v1_4, Level::other, false},
    {"RegionName", IZ_CHARGE_REGION_NAME, v1_0, v1_4, Level::other, false},
    {"ResourceId", IZ_CHARGE_RESOURCE_ID, v1_0, v1_4, Level::other, false},
    {"ResourceName", IZ_CHARGE_RESOURCE_NAME, v1_0, v1_4, Level::other, false},
    {"ResourceType", IZ_CHARGE_RESOURCE_TYPE, v1_0, v1_4, Level::other, false},
    {"ServiceCategory", IZ_CHARGE_SERVICE_CATEGORY, v1_0, v1_4, Level::mandatory, false},
    {"ServiceName", IZ_CHARGE_SERVICE_NAME, v1_0, v1_4, Level::mandatory, false},
    {"ServiceProviderName", IZ_CHARGE_SERVICE_PROVIDER_NAME, v1_3, v1_4, Level::mandatory, false},
    {"ServiceSubcategory", IZ_CHARGE_SERVICE_SUBCATEGORY, v1_1, v1_4, Level::other, false},
    {"SkuId", IZ_CHARGE_SKU_ID, v1_0, v1_4, Level::other, false},
    {"SkuMeter", IZ_CHARGE_SKU_METER, v1_1, v1_4, Level::other, false},
    {"SkuPriceDetails", IZ_CHARGE_SKU_PRICE_DETAILS, v1_1, v1_4, Level::other, false},
    {"SkuPriceId", IZ_CHARGE_SKU_PRICE_ID, v1_0, v1_4, Level::other, false},
    {"SubAccountId", IZ_CHARGE_SUB_ACCOUNT_ID, v1_0, v1_4, Level::other, false},
    {"SubAccountName", IZ_CHARGE_SUB_ACCOUNT_NAME, v1_0, v1_4, Level::other, false},
    {"SubAccountType", IZ_CHARGE_SUB_ACCOUNT_TYPE, v1_2, v1_4, Level::other, false},
    {"Tags", IZ_CHARGE_TAGS, v1_0, v1_4, Level::other, false},
};
static_assert(std::ranges::is_sorted(kColumns, {}, &Column::name));

constexpr std::array<std::string_view, 5> kVersions = {"1.0", "1.1", "1.2", "1.3", "1.4"};

}  // namespace

std::string_view to_string(Version version) {
  return kVersions[static_cast<std::size_t>(version)];
}

std::optional<Version> parse_version(std::string_view text) {
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  for (std::size_t i = 0; i < kVersions.size(); ++i) {
    if (text == kVersions[i] || (text.starts_with(kVersions[i]) && text.substr(3) == ".0"))
      return static_cast<Version>(i);
  }
  return std::nullopt;
}

std::span<const Column> columns() {
  return kColumns;
}

const Column* find_column(std::string_view name) {
  const auto* it = std::ranges::lower_bound(kColumns, name, {}, &Column::name);
  return it != std::end(kColumns) && it->name == name ? it : nullptr;
}

}  // namespace iz::focus
