// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "finops/focus_null_rules.hpp"

#include "finops/focus_facts.hpp"
#include <infrazen/abi/records.h>

namespace iz::finops {
namespace {

using enum FocusVersion;
constexpr bool null = true;
constexpr bool filled = false;

constexpr NullRule kRules[] = {
    {IZ_CHARGE_SKU_ID, null, When::tax, 0, Other::ignored, v1_0, v1_4, "SkuId is null on Tax rows (SkuId-C-004)"},
    {IZ_CHARGE_SKU_PRICE_ID, null, When::tax, 0, Other::ignored, v1_0, v1_4,
     "SkuPriceId is null on Tax rows (SkuPriceId-C-004)"},
    {IZ_CHARGE_PRICING_QUANTITY, null, When::tax, 0, Other::ignored, v1_0, v1_4,
     "PricingQuantity is null on Tax rows (PricingQuantity-C-004)"},
    {IZ_CHARGE_LIST_UNIT_PRICE, null, When::tax, 0, Other::ignored, v1_0, v1_4,
     "ListUnitPrice is null on Tax rows (ListUnitPrice-C-004)"},
    {IZ_CHARGE_CONTRACTED_UNIT_PRICE, null, When::tax, 0, Other::ignored, v1_0, v1_4,
     "ContractedUnitPrice is null on Tax rows (ContractedUnitPrice-C-005)"},
    {IZ_CHARGE_PRICING_CATEGORY, null, When::tax, 0, Other::ignored, v1_0, v1_4,
     "PricingCategory is null on Tax rows (PricingCategory-C-003)"},
    {IZ_CHARGE_PRICING_CURRENCY_LIST_UNIT_PRICE, null, When::tax, 0, Other::ignored, v1_2, v1_4,
     "PricingCurrencyListUnitPrice is null on Tax rows (PricingCurrencyListUnitPrice-C-004)"},
    {IZ_CHARGE_PRICING_CURRENCY_CONTRACTED_UNIT_PRICE, null, When::tax, 0, Other::ignored, v1_2, v1_4,
     "PricingCurrencyContractedUnitPrice is null on Tax rows"},
    {IZ_CHARGE_SKU_ID, filled, When::normal, 0, Other::ignored, v1_0, v1_4,
     "SkuId is filled on Usage and Purchase rows that are no Correction (SkuId-C-005)"},
    {IZ_CHARGE_SKU_PRICE_ID, filled, When::normal, 0, Other::ignored, v1_0, v1_4,
     "SkuPriceId is filled on Usage and Purchase rows that are no Correction (SkuPriceId-C-005)"},
    {IZ_CHARGE_PRICING_QUANTITY, filled, When::normal, 0, Other::ignored, v1_0, v1_4,
     "PricingQuantity is filled on Usage and Purchase rows that are no Correction (PricingQuantity-C-005)"},
    {IZ_CHARGE_PRICING_CATEGORY, filled, When::normal, 0, Other::ignored, v1_0, v1_4,
     "PricingCategory is filled on Usage and Purchase rows that are no Correction (PricingCategory-C-004)"},
    {IZ_CHARGE_LIST_UNIT_PRICE, filled, When::normal, 0, Other::ignored, v1_0, v1_2,
     "ListUnitPrice is filled on Usage and Purchase rows that are no Correction (ListUnitPrice-C-005)"},
    {IZ_CHARGE_LIST_UNIT_PRICE, filled, When::normal, IZ_CHARGE_SKU_PRICE_ID, Other::filled, v1_3, v1_4,
     "ListUnitPrice is filled on Usage and Purchase rows that are no Correction and have a SkuPriceId "
     "(ListUnitPrice-C-005)"},
    {IZ_CHARGE_CONTRACTED_UNIT_PRICE, filled, When::normal, 0, Other::ignored, v1_0, v1_2,
     "ContractedUnitPrice is filled on Usage and Purchase rows that are no Correction (ContractedUnitPrice-C-006)"},
    {IZ_CHARGE_CONTRACTED_UNIT_PRICE, filled, When::normal, IZ_CHARGE_SKU_PRICE_ID, Other::filled, v1_3, v1_4,
     "ContractedUnitPrice is filled on Usage and Purchase rows that are no Correction and have a SkuPriceId "
     "(ContractedUnitPrice-C-006)"},
    {IZ_CHARGE_PRICING_CURRENCY_LIST_UNIT_PRICE, filled, When::normal, 0, Other::ignored, v1_2, v1_2,
     "PricingCurrencyListUnitPrice is filled on Usage and Purchase rows that are no Correction "
     "(PricingCurrencyListUnitPrice-C-005)"},
    {IZ_CHARGE_PRICING_CURRENCY_LIST_UNIT_PRICE, filled, When::normal, IZ_CHARGE_SKU_PRICE_ID, Other::filled, v1_3,
     v1_4,
     "PricingCurrencyListUnitPrice is filled on Usage and Purchase rows that are no Correction and have a SkuPriceId "
     "(PricingCurrencyListUnitPrice-C-005)"},
    {IZ_CHARGE_PRICING_CURRENCY_CONTRACTED_UNIT_PRICE, filled, When::normal, 0, Other::ignored, v1_2, v1_2,
     "PricingCurrencyContractedUnitPrice is filled on Usage and Purchase rows that are no Correction"},
    {IZ_CHARGE_PRICING_CURRENCY_CONTRACTED_UNIT_PRICE, filled, When::normal, IZ_CHARGE_SKU_PRICE_ID, Other::filled,
     v1_3, v1_4,
     "PricingCurrencyContractedUnitPrice is filled on Usage and Purchase rows that are no Correction and have a "
     "SkuPriceId"},
    {IZ_CHARGE_PRICING_QUANTITY, null, When::always, IZ_CHARGE_SKU_PRICE_ID, Other::null, v1_3, v1_4,
     "PricingQuantity is null where SkuPriceId is null (PricingQuantity-C-011)"},
    {IZ_CHARGE_LIST_UNIT_PRICE, null, When::always, IZ_CHARGE_SKU_PRICE_ID, Other::null, v1_3, v1_4,
     "ListUnitPrice is null where SkuPriceId is null (ListUnitPrice-C-012)"},
    {IZ_CHARGE_CONTRACTED_UNIT_PRICE, null, When::always, IZ_CHARGE_SKU_PRICE_ID, Other::null, v1_3, v1_4,
     "ContractedUnitPrice is null where SkuPriceId is null (ContractedUnitPrice-C-014)"},
    {IZ_CHARGE_PRICING_CURRENCY_LIST_UNIT_PRICE, null, When::always, IZ_CHARGE_SKU_PRICE_ID, Other::null, v1_3, v1_4,
     "PricingCurrencyListUnitPrice is null where SkuPriceId is null (PricingCurrencyListUnitPrice-C-011)"},
    {IZ_CHARGE_PRICING_CURRENCY_CONTRACTED_UNIT_PRICE, null, When::always, IZ_CHARGE_SKU_PRICE_ID, Other::null, v1_3,
     v1_4,
     "PricingCurrencyContractedUnitPrice is null where SkuPriceId is null (PricingCurrencyContractedUnitPrice-C-011)"},
    {IZ_CHARGE_PRICING_CATEGORY, null, When::always, IZ_CHARGE_SKU_PRICE_ID, Other::null, v1_3, v1_4,
     "PricingCategory is null where SkuPriceId is null (PricingCategory-C-012)"},
    {IZ_CHARGE_CONSUMED_QUANTITY, null, When::always, IZ_CHARGE_SKU_PRICE_ID, Other::null, v1_3, v1_4,
     "ConsumedQuantity is null where SkuPriceId is null (ConsumedQuantity-C-009)"},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_QUANTITY, null, When::always, IZ_CHARGE_SKU_PRICE_ID, Other::null, v1_3, v1_4,
     "CommitmentDiscountQuantity is null where SkuPriceId is null (CommitmentDiscountQuantity-C-016)"},
    {IZ_CHARGE_PRICING_UNIT, null, When::always, IZ_CHARGE_PRICING_QUANTITY, Other::null, v1_0, v1_4,
     "PricingUnit is null where PricingQuantity is null (PricingUnit-C-005)"},
    {IZ_CHARGE_PRICING_UNIT, filled, When::always, IZ_CHARGE_PRICING_QUANTITY, Other::filled, v1_0, v1_4,
     "PricingUnit is filled where PricingQuantity is filled (PricingUnit-C-006)"},
    {IZ_CHARGE_CONSUMED_QUANTITY, null, When::not_usage, 0, Other::ignored, v1_0, v1_4,
     "ConsumedQuantity is null on rows that are no Usage (ConsumedQuantity-C-004)"},
    {IZ_CHARGE_CONSUMED_QUANTITY, null, When::unused, 0, Other::ignored, v1_1, v1_4,
     "ConsumedQuantity is null on Unused rows (ConsumedQuantity-C-004)"},
    {IZ_CHARGE_CONSUMED_QUANTITY, filled, When::metered, 0, Other::ignored, v1_0, v1_4,
     "ConsumedQuantity is filled on Usage rows that are neither Unused nor a Correction (ConsumedQuantity-C-006)"},
    {IZ_CHARGE_CONSUMED_UNIT, null, When::always, IZ_CHARGE_CONSUMED_QUANTITY, Other::null, v1_0, v1_4,
     "ConsumedUnit is null where ConsumedQuantity is null (ConsumedUnit-C-005)"},
    {IZ_CHARGE_CONSUMED_UNIT, filled, When::always, IZ_CHARGE_CONSUMED_QUANTITY, Other::filled, v1_0, v1_4,
     "ConsumedUnit is filled where ConsumedQuantity is filled (ConsumedUnit-C-006)"},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_CATEGORY, null, When::always, IZ_CHARGE_COMMITMENT_DISCOUNT_ID, Other::null, v1_0,
     v1_4, "CommitmentDiscountCategory is null where CommitmentDiscountId is null (CommitmentDiscountCategory-C-003)"},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_CATEGORY, filled, When::always, IZ_CHARGE_COMMITMENT_DISCOUNT_ID, Other::filled,
     v1_0, v1_4,
     "CommitmentDiscountCategory is filled where CommitmentDiscountId is filled (CommitmentDiscountCategory-C-004)"},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_TYPE, null, When::always, IZ_CHARGE_COMMITMENT_DISCOUNT_ID, Other::null, v1_0, v1_4,
     "CommitmentDiscountType is null where CommitmentDiscountId is null (CommitmentDiscountType-C-004)"},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_TYPE, filled, When::always, IZ_CHARGE_COMMITMENT_DISCOUNT_ID, Other::filled, v1_0,
     v1_4, "CommitmentDiscountType is filled where CommitmentDiscountId is filled (CommitmentDiscountType-C-005)"},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_NAME, null, When::always, IZ_CHARGE_COMMITMENT_DISCOUNT_ID, Other::null, v1_0, v1_4,
     "CommitmentDiscountName is null where CommitmentDiscountId is null (CommitmentDiscountName-C-004)"},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_STATUS, null, When::always, IZ_CHARGE_COMMITMENT_DISCOUNT_ID, Other::null, v1_0,
     v1_4, "CommitmentDiscountStatus is null where CommitmentDiscountId is null (CommitmentDiscountStatus-C-003)"},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_STATUS, filled, When::usage, IZ_CHARGE_COMMITMENT_DISCOUNT_ID, Other::filled, v1_0,
     v1_4,
     "CommitmentDiscountStatus is filled on Usage rows with a CommitmentDiscountId (CommitmentDiscountStatus-C-004)"},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_QUANTITY, null, When::always, IZ_CHARGE_COMMITMENT_DISCOUNT_ID, Other::null, v1_1,
     v1_4, "CommitmentDiscountQuantity is null where CommitmentDiscountId is null (CommitmentDiscountQuantity-C-007)"},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_QUANTITY, null, When::not_usage_purchase, 0, Other::ignored, v1_1, v1_4,
     "CommitmentDiscountQuantity is null on rows that are neither Usage nor Purchase "
     "(CommitmentDiscountQuantity-C-007)"},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_QUANTITY, filled, When::normal, IZ_CHARGE_COMMITMENT_DISCOUNT_ID, Other::filled,
     v1_1, v1_4,
     "CommitmentDiscountQuantity is filled on Usage and Purchase rows with a CommitmentDiscountId "
     "(CommitmentDiscountQuantity-C-005)"},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_UNIT, null, When::always, IZ_CHARGE_COMMITMENT_DISCOUNT_QUANTITY, Other::null, v1_1,
     v1_4, "CommitmentDiscountUnit is null where CommitmentDiscountQuantity is null (CommitmentDiscountUnit-C-005)"},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_UNIT, filled, When::always, IZ_CHARGE_COMMITMENT_DISCOUNT_QUANTITY, Other::filled,
     v1_1, v1_4,
     "CommitmentDiscountUnit is filled where CommitmentDiscountQuantity is filled (CommitmentDiscountUnit-C-006)"},
    {IZ_CHARGE_CAPACITY_RESERVATION_ID, filled, When::capacity_unused, 0, Other::ignored, v1_1, v1_4,
     "CapacityReservationId is filled on rows of unused capacity (CapacityReservationId-C-005)"},
    {IZ_CHARGE_CAPACITY_RESERVATION_STATUS, null, When::always, IZ_CHARGE_CAPACITY_RESERVATION_ID, Other::null, v1_1,
     v1_4, "CapacityReservationStatus is null where CapacityReservationId is null (CapacityReservationStatus-C-003)"},
    {IZ_CHARGE_CAPACITY_RESERVATION_STATUS, filled, When::usage, IZ_CHARGE_CAPACITY_RESERVATION_ID, Other::filled, v1_1,
     v1_4,
     "CapacityReservationStatus is filled on Usage rows with a CapacityReservationId "
     "(CapacityReservationStatus-C-004)"},
    {IZ_CHARGE_SKU_METER, null, When::always, IZ_CHARGE_SKU_ID, Other::null, v1_1, v1_4,
     "SkuMeter is null where SkuId is null (SkuMeter-C-004)"},
    {IZ_CHARGE_SKU_PRICE_DETAILS, null, When::always, IZ_CHARGE_SKU_PRICE_ID, Other::null, v1_1, v1_4,
     "SkuPriceDetails is null where SkuPriceId is null (SkuPriceDetails-C-004)"},
    {IZ_CHARGE_REGION_NAME, null, When::always, IZ_CHARGE_REGION_ID, Other::null, v1_0, v1_4,
     "RegionName is null where RegionId is null (RegionName-C-004)"},
    {IZ_CHARGE_REGION_NAME, filled, When::always, IZ_CHARGE_REGION_ID, Other::filled, v1_0, v1_4,
     "RegionName is filled where RegionId is filled (RegionName-C-005)"},
    {IZ_CHARGE_RESOURCE_TYPE, null, When::always, IZ_CHARGE_RESOURCE_ID, Other::null, v1_0, v1_4,
     "ResourceType is null where ResourceId is null (ResourceType-C-004)"},
    {IZ_CHARGE_RESOURCE_TYPE, filled, When::always, IZ_CHARGE_RESOURCE_ID, Other::filled, v1_0, v1_4,
     "ResourceType is filled where ResourceId is filled (ResourceType-C-005)"},
    {IZ_CHARGE_RESOURCE_NAME, null, When::always, IZ_CHARGE_RESOURCE_ID, Other::null, v1_0, v1_4,
     "ResourceName is null where ResourceId is null (ResourceName-C-004)"},
    {IZ_CHARGE_SUB_ACCOUNT_NAME, null, When::always, IZ_CHARGE_SUB_ACCOUNT_ID, Other::null, v1_0, v1_4,
     "SubAccountName is null where SubAccountId is null (SubAccountName-C-004)"},
    {IZ_CHARGE_SUB_ACCOUNT_NAME, filled, When::always, IZ_CHARGE_SUB_ACCOUNT_ID, Other::filled, v1_0, v1_4,
     "SubAccountName is filled where SubAccountId is filled (SubAccountName-C-005)"},
    {IZ_CHARGE_SUB_ACCOUNT_TYPE, null, When::always, IZ_CHARGE_SUB_ACCOUNT_ID, Other::null, v1_2, v1_4,
     "SubAccountType is null where SubAccountId is null (SubAccountType-C-004)"},
    {IZ_CHARGE_SUB_ACCOUNT_TYPE, filled, When::always, IZ_CHARGE_SUB_ACCOUNT_ID, Other::filled, v1_2, v1_4,
     "SubAccountType is filled where SubAccountId is filled (SubAccountType-C-005)"},
    {IZ_CHARGE_BILLING_ACCOUNT_TYPE, null, When::always, IZ_CHARGE_BILLING_ACCOUNT_ID, Other::null, v1_2, v1_4,
     "BillingAccountType is null where BillingAccountId is null (BillingAccountType-C-004)"},
    {IZ_CHARGE_BILLING_ACCOUNT_TYPE, filled, When::always, IZ_CHARGE_BILLING_ACCOUNT_ID, Other::filled, v1_2, v1_4,
     "BillingAccountType is filled where BillingAccountId is filled (BillingAccountType-C-005)"},
    {IZ_CHARGE_ALLOCATED_RESOURCE_NAME, null, When::always, IZ_CHARGE_ALLOCATED_RESOURCE_ID, Other::null, v1_3, v1_4,
     "AllocatedResourceName is null where AllocatedResourceId is null (AllocatedResourceName-C-004)"},
    {IZ_CHARGE_ALLOCATED_RESOURCE_NAME, filled, When::always, IZ_CHARGE_ALLOCATED_RESOURCE_ID, Other::filled, v1_3,
     v1_4, "AllocatedResourceName is filled where AllocatedResourceId is filled (AllocatedResourceName-C-005)"},
    {IZ_CHARGE_ALLOCATED_METHOD_ID, filled, When::always, IZ_CHARGE_ALLOCATED_RESOURCE_ID, Other::filled, v1_3, v1_4,
     "AllocatedMethodId is filled on rows of a split charge"},
    {IZ_CHARGE_ALLOCATED_TAGS, null, When::always, IZ_CHARGE_ALLOCATED_METHOD_ID, Other::null, v1_3, v1_4,
     "AllocatedTags is null where AllocatedMethodId is null"},
    {IZ_CHARGE_ALLOCATED_METHOD_DETAILS, null, When::always, IZ_CHARGE_ALLOCATED_METHOD_ID, Other::null, v1_3, v1_4,
     "AllocatedMethodDetails is null where AllocatedMethodId is null"},
    {IZ_CHARGE_INVOICE_DETAIL_ID, null, When::always, IZ_CHARGE_INVOICE_ID, Other::null, v1_4, v1_4,
     "InvoiceDetailId is null where InvoiceId is null"},
};

}  // namespace

std::span<const NullRule> null_rules() {
  return kRules;
}

bool holds(When when, const RowClass& row) {
  const bool known = row.category != code::null && row.category != code::unknown;
  const bool usage = row.category == code::usage;
  const bool usage_or_purchase = usage || row.category == code::purchase;
  const bool correction = row.charge_class == code::correction;
  switch (when) {
    case When::always: return true;
    case When::tax: return row.category == code::tax;
    case When::normal: return usage_or_purchase && !correction;
    case When::not_usage: return known && !usage;
    case When::unused: return usage && row.commitment_status == code::unused;
    case When::metered: return usage && row.commitment_status != code::unused && !correction;
    case When::usage: return usage;
    case When::not_usage_purchase: return known && !usage_or_purchase;
    case When::capacity_unused: return row.capacity_status == code::unused;
  }
  return false;
}

}  // namespace iz::finops
