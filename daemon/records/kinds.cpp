// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "records/kinds.hpp"

#include <algorithm>

namespace iz::records {
namespace {

// The one description of every field: id (the ABI's), name, type, whether a row needs it, most bytes.
constexpr Field kResourceFields[] = {
    {IZ_RESOURCE_TYPE, "type", FieldType::text, true, 1024},
    {IZ_RESOURCE_EXTERNAL_ID, "external_id", FieldType::text, true, 1024},
    {IZ_RESOURCE_NAME, "name", FieldType::text, false, 1024},
    {IZ_RESOURCE_ACCOUNT_ID, "account_id", FieldType::text, true, 1024},
    {IZ_RESOURCE_REGION, "region", FieldType::text, false, 1024},
    {IZ_RESOURCE_ZONE, "zone", FieldType::text, false, 1024},
    {IZ_RESOURCE_SERVICE_NAME, "service_name", FieldType::text, false, 1024},
    {IZ_RESOURCE_SERVICE_CATEGORY, "service_category", FieldType::text, false, 1024},
    {IZ_RESOURCE_STATUS, "status", FieldType::text, false, 1024},
    {IZ_RESOURCE_PRICING_MODEL, "pricing_model", FieldType::text, false, 1024},
    {IZ_RESOURCE_LIST_PRICE, "list_price", FieldType::decimal, false, 1024},
    {IZ_RESOURCE_EFFECTIVE_COST, "effective_cost", FieldType::decimal, false, 1024},
    {IZ_RESOURCE_CURRENCY, "currency", FieldType::text, false, 1024},
    {IZ_RESOURCE_BILLING_PERIOD, "billing_period", FieldType::text, false, 1024},
    {IZ_RESOURCE_PROJECT_ID, "project_id", FieldType::text, false, 1024},
    {IZ_RESOURCE_CREATED_AT, "created_at", FieldType::instant, false, 1024},
    {IZ_RESOURCE_PARENT_TYPE, "parent_type", FieldType::text, false, 1024},
    {IZ_RESOURCE_PARENT_ID, "parent_id", FieldType::text, false, 1024},
    {IZ_RESOURCE_TAGS, "tags", FieldType::json_object, false, 65536},
    {IZ_RESOURCE_ATTRIBUTES, "attributes", FieldType::json_object, false, 65536},
    {IZ_RESOURCE_CPU_CORES, "cpu_cores", FieldType::decimal, false, 1024},
    {IZ_RESOURCE_MEMORY_BYTES, "memory_bytes", FieldType::integer, false, 1024},
    {IZ_RESOURCE_STORAGE_BYTES, "storage_bytes", FieldType::integer, false, 1024},
    {IZ_RESOURCE_OPERATING_SYSTEM, "operating_system", FieldType::text, false, 1024},
};

constexpr Field kRelationFields[] = {
    {IZ_RELATION_FROM_TYPE, "from_type", FieldType::text, true, 1024},
    {IZ_RELATION_FROM_ID, "from_id", FieldType::text, true, 1024},
    {IZ_RELATION_TO_TYPE, "to_type", FieldType::text, true, 1024},
    {IZ_RELATION_TO_ID, "to_id", FieldType::text, true, 1024},
    {IZ_RELATION_RELATION, "relation", FieldType::text, true, 1024},
};

constexpr Field kRetirementFields[] = {
    {IZ_RETIREMENT_TYPE, "type", FieldType::text, true, 1024},
    {IZ_RETIREMENT_EXTERNAL_ID, "external_id", FieldType::text, true, 1024},
    {IZ_RETIREMENT_RETIRED_AT, "retired_at", FieldType::instant, false, 1024},
};

constexpr Field kChargeFields[] = {
    {IZ_CHARGE_AVAILABILITY_ZONE, "AvailabilityZone", FieldType::text, false, 1024},
    {IZ_CHARGE_BILLED_COST, "BilledCost", FieldType::decimal, true, 1024},
    {IZ_CHARGE_BILLING_ACCOUNT_ID, "BillingAccountId", FieldType::text, true, 1024},
    {IZ_CHARGE_BILLING_ACCOUNT_NAME, "BillingAccountName", FieldType::text, false, 1024},
    {IZ_CHARGE_BILLING_CURRENCY, "BillingCurrency", FieldType::text, true, 1024},
    {IZ_CHARGE_BILLING_PERIOD_END, "BillingPeriodEnd", FieldType::instant, true, 1024},
    {IZ_CHARGE_BILLING_PERIOD_START, "BillingPeriodStart", FieldType::instant, true, 1024},
    {IZ_CHARGE_CHARGE_CATEGORY, "ChargeCategory", FieldType::text, false, 1024},
    {IZ_CHARGE_CHARGE_CLASS, "ChargeClass", FieldType::text, false, 1024},
    {IZ_CHARGE_CHARGE_DESCRIPTION, "ChargeDescription", FieldType::text, false, 8192},
    {IZ_CHARGE_CHARGE_FREQUENCY, "ChargeFrequency", FieldType::text, false, 1024},
    {IZ_CHARGE_CHARGE_PERIOD_END, "ChargePeriodEnd", FieldType::instant, true, 1024},
    {IZ_CHARGE_CHARGE_PERIOD_START, "ChargePeriodStart", FieldType::instant, true, 1024},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_CATEGORY, "CommitmentDiscountCategory", FieldType::text, false, 1024},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_ID, "CommitmentDiscountId", FieldType::text, false, 1024},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_NAME, "CommitmentDiscountName", FieldType::text, false, 1024},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_STATUS, "CommitmentDiscountStatus", FieldType::text, false, 1024},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_TYPE, "CommitmentDiscountType", FieldType::text, false, 1024},
    {IZ_CHARGE_CONSUMED_QUANTITY, "ConsumedQuantity", FieldType::decimal, false, 1024},
    {IZ_CHARGE_CONSUMED_UNIT, "ConsumedUnit", FieldType::text, false, 1024},
    {IZ_CHARGE_CONTRACTED_COST, "ContractedCost", FieldType::decimal, false, 1024},
    {IZ_CHARGE_CONTRACTED_UNIT_PRICE, "ContractedUnitPrice", FieldType::decimal, false, 1024},
    {IZ_CHARGE_EFFECTIVE_COST, "EffectiveCost", FieldType::decimal, false, 1024},
    {IZ_CHARGE_INVOICE_ISSUER_NAME, "InvoiceIssuerName", FieldType::text, false, 1024},
    {IZ_CHARGE_LIST_COST, "ListCost", FieldType::decimal, false, 1024},
    {IZ_CHARGE_LIST_UNIT_PRICE, "ListUnitPrice", FieldType::decimal, false, 1024},
    {IZ_CHARGE_PRICING_CATEGORY, "PricingCategory", FieldType::text, false, 1024},
    {IZ_CHARGE_PRICING_QUANTITY, "PricingQuantity", FieldType::decimal, false, 1024},
    {IZ_CHARGE_PRICING_UNIT, "PricingUnit", FieldType::text, false, 1024},
    {IZ_CHARGE_PROVIDER_NAME, "ProviderName", FieldType::text, false, 1024},
    {IZ_CHARGE_PUBLISHER_NAME, "PublisherName", FieldType::text, false, 1024},
    {IZ_CHARGE_REGION_ID, "RegionId", FieldType::text, false, 1024},
    {IZ_CHARGE_REGION_NAME, "RegionName", FieldType::text, false, 1024},
    {IZ_CHARGE_RESOURCE_ID, "ResourceId", FieldType::text, false, 1024},
    {IZ_CHARGE_RESOURCE_NAME, "ResourceName", FieldType::text, false, 1024},
    {IZ_CHARGE_RESOURCE_TYPE, "ResourceType", FieldType::text, false, 1024},
    {IZ_CHARGE_SERVICE_CATEGORY, "ServiceCategory", FieldType::text, false, 1024},
    {IZ_CHARGE_SERVICE_NAME, "ServiceName", FieldType::text, false, 1024},
    {IZ_CHARGE_SKU_ID, "SkuId", FieldType::text, false, 1024},
    {IZ_CHARGE_SKU_PRICE_ID, "SkuPriceId", FieldType::text, false, 1024},
    {IZ_CHARGE_SUB_ACCOUNT_ID, "SubAccountId", FieldType::text, false, 1024},
    {IZ_CHARGE_SUB_ACCOUNT_NAME, "SubAccountName", FieldType::text, false, 1024},
    {IZ_CHARGE_TAGS, "Tags", FieldType::json_object, false, 65536},
    {IZ_CHARGE_CAPACITY_RESERVATION_ID, "CapacityReservationId", FieldType::text, false, 1024},
    {IZ_CHARGE_CAPACITY_RESERVATION_STATUS, "CapacityReservationStatus", FieldType::text, false, 1024},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_QUANTITY, "CommitmentDiscountQuantity", FieldType::decimal, false, 1024},
    {IZ_CHARGE_COMMITMENT_DISCOUNT_UNIT, "CommitmentDiscountUnit", FieldType::text, false, 1024},
    {IZ_CHARGE_SERVICE_SUBCATEGORY, "ServiceSubcategory", FieldType::text, false, 1024},
    {IZ_CHARGE_SKU_METER, "SkuMeter", FieldType::text, false, 1024},
    {IZ_CHARGE_SKU_PRICE_DETAILS, "SkuPriceDetails", FieldType::json_object, false, 65536},
    {IZ_CHARGE_BILLING_ACCOUNT_TYPE, "BillingAccountType", FieldType::text, false, 1024},
    {IZ_CHARGE_INVOICE_ID, "InvoiceId", FieldType::text, false, 1024},
    {IZ_CHARGE_PRICING_CURRENCY, "PricingCurrency", FieldType::text, false, 1024},
    {IZ_CHARGE_PRICING_CURRENCY_CONTRACTED_UNIT_PRICE, "PricingCurrencyContractedUnitPrice", FieldType::decimal, false,
     1024},
    {IZ_CHARGE_PRICING_CURRENCY_EFFECTIVE_COST, "PricingCurrencyEffectiveCost", FieldType::decimal, false, 1024},
    {IZ_CHARGE_PRICING_CURRENCY_LIST_UNIT_PRICE, "PricingCurrencyListUnitPrice", FieldType::decimal, false, 1024},
    {IZ_CHARGE_SUB_ACCOUNT_TYPE, "SubAccountType", FieldType::text, false, 1024},
    {IZ_CHARGE_ALLOCATED_METHOD_DETAILS, "AllocatedMethodDetails", FieldType::json_object, false, 65536},
    {IZ_CHARGE_ALLOCATED_METHOD_ID, "AllocatedMethodId", FieldType::text, false, 1024},
    {IZ_CHARGE_ALLOCATED_RESOURCE_ID, "AllocatedResourceId", FieldType::text, false, 1024},
    {IZ_CHARGE_ALLOCATED_RESOURCE_NAME, "AllocatedResourceName", FieldType::text, false, 1024},
    {IZ_CHARGE_ALLOCATED_TAGS, "AllocatedTags", FieldType::json_object, false, 65536},
    {IZ_CHARGE_CONTRACT_APPLIED, "ContractApplied", FieldType::json_object, false, 65536},
    {IZ_CHARGE_HOST_PROVIDER_NAME, "HostProviderName", FieldType::text, false, 1024},
    {IZ_CHARGE_SERVICE_PROVIDER_NAME, "ServiceProviderName", FieldType::text, false, 1024},
    {IZ_CHARGE_COMMITMENT_PROGRAM_ELIGIBILITY_DETAILS, "CommitmentProgramEligibilityDetails", FieldType::json_object,
     false, 65536},
    {IZ_CHARGE_INVOICE_DETAIL_ID, "InvoiceDetailId", FieldType::text, false, 1024},
    {IZ_CHARGE_AMOUNT_BASIS, "AmountBasis", FieldType::text, false, 1024},
    {IZ_CHARGE_TAX_RATE, "TaxRate", FieldType::decimal, false, 1024},
    {IZ_CHARGE_CHARGE_STATUS, "ChargeStatus", FieldType::text, false, 1024},
};

constexpr Field kLogFields[] = {
    {IZ_LOG_RESOURCE_TYPE, "resource_type", FieldType::text, false, 1024},
    {IZ_LOG_EXTERNAL_ID, "external_id", FieldType::text, false, 1024},
    {IZ_LOG_TIMESTAMP, "timestamp", FieldType::instant, true, 1024},
    {IZ_LOG_LOG_TYPE, "log_type", FieldType::text, true, 1024},
    {IZ_LOG_LEVEL, "level", FieldType::text, false, 1024},
    {IZ_LOG_MESSAGE, "message", FieldType::text, true, 65536},
    {IZ_LOG_SOURCE, "source", FieldType::text, false, 1024},
    {IZ_LOG_METADATA, "metadata", FieldType::json_object, false, 65536},
    {IZ_LOG_EVENT_ID, "event_id", FieldType::text, false, 1024},
};

constexpr Field kComponentFields[] = {
    {IZ_COMPONENT_RESOURCE_TYPE, "resource_type", FieldType::text, true, 1024},
    {IZ_COMPONENT_EXTERNAL_ID, "external_id", FieldType::text, true, 1024},
    {IZ_COMPONENT_COMPONENT_TYPE, "component_type", FieldType::text, true, 1024},
    {IZ_COMPONENT_NAME, "name", FieldType::text, true, 1024},
    {IZ_COMPONENT_VERSION, "version", FieldType::text, false, 1024},
    {IZ_COMPONENT_STATUS, "status", FieldType::text, false, 1024},
    {IZ_COMPONENT_INSTALLATION_PATH, "installation_path", FieldType::text, false, 1024},
    {IZ_COMPONENT_CONFIGURATION, "configuration", FieldType::json_object, false, 65536},
    {IZ_COMPONENT_DEPENDENCIES, "dependencies", FieldType::json_array, false, 65536},
};

constexpr Field kPriceFields[] = {
    {IZ_PRICE_SKU_ID, "sku_id", FieldType::text, true, 1024},
    {IZ_PRICE_SKU_NAME, "sku_name", FieldType::text, false, 1024},
    {IZ_PRICE_SERVICE_NAME, "service_name", FieldType::text, false, 1024},
    {IZ_PRICE_REGION, "region", FieldType::text, false, 1024},
    {IZ_PRICE_UNIT, "unit", FieldType::text, true, 1024},
    {IZ_PRICE_TIER_FROM, "tier_from", FieldType::decimal, false, 1024},
    {IZ_PRICE_UNIT_PRICE, "unit_price", FieldType::decimal, true, 1024},
    {IZ_PRICE_CURRENCY, "currency", FieldType::text, true, 1024},
    {IZ_PRICE_VALID_FROM, "valid_from", FieldType::instant, true, 1024},
    {IZ_PRICE_VALID_TO, "valid_to", FieldType::instant, false, 1024},
    {IZ_PRICE_PRICE_KIND, "price_kind", FieldType::text, false, 1024},
    {IZ_PRICE_ACCOUNT_ID, "account_id", FieldType::text, false, 1024},
};

constexpr Field kRateFields[] = {
    {IZ_RATE_BASE_CURRENCY, "base_currency", FieldType::text, true, 1024},
    {IZ_RATE_QUOTE_CURRENCY, "quote_currency", FieldType::text, true, 1024},
    {IZ_RATE_RATE, "rate", FieldType::decimal, true, 1024},
    {IZ_RATE_DAY, "day", FieldType::date, true, 1024},
    {IZ_RATE_SOURCE, "source", FieldType::text, true, 1024},
};

constexpr Field kBalanceFields[] = {
    {IZ_BALANCE_ACCOUNT_ID, "account_id", FieldType::text, true, 1024},
    {IZ_BALANCE_AMOUNT, "amount", FieldType::decimal, true, 1024},
    {IZ_BALANCE_CURRENCY, "currency", FieldType::text, true, 1024},
    {IZ_BALANCE_AS_OF, "as_of", FieldType::instant, true, 1024},
    {IZ_BALANCE_BALANCE_KIND, "balance_kind", FieldType::text, false, 1024},
    {IZ_BALANCE_DAYS_LEFT, "days_left", FieldType::decimal, false, 1024},
};

constexpr Field kDocumentFields[] = {
    {IZ_DOCUMENT_ACCOUNT_ID, "account_id", FieldType::text, true, 1024},
    {IZ_DOCUMENT_DOCUMENT_ID, "document_id", FieldType::text, true, 1024},
    {IZ_DOCUMENT_DOCUMENT_TYPE, "document_type", FieldType::text, true, 1024},
    {IZ_DOCUMENT_NUMBER, "number", FieldType::text, false, 1024},
    {IZ_DOCUMENT_ISSUED_AT, "issued_at", FieldType::instant, true, 1024},
    {IZ_DOCUMENT_PERIOD_START, "period_start", FieldType::instant, false, 1024},
    {IZ_DOCUMENT_PERIOD_END, "period_end", FieldType::instant, false, 1024},
    {IZ_DOCUMENT_AMOUNT, "amount", FieldType::decimal, true, 1024},
    {IZ_DOCUMENT_TAX_AMOUNT, "tax_amount", FieldType::decimal, false, 1024},
    {IZ_DOCUMENT_CURRENCY, "currency", FieldType::text, true, 1024},
    {IZ_DOCUMENT_STATUS, "status", FieldType::text, false, 1024},
    {IZ_DOCUMENT_ATTRIBUTES, "attributes", FieldType::json_object, false, 65536},
};

constexpr Field kAccountFields[] = {
    {IZ_ACCOUNT_ACCOUNT_ID, "account_id", FieldType::text, true, 1024},
    {IZ_ACCOUNT_NAME, "name", FieldType::text, false, 1024},
    {IZ_ACCOUNT_ACCOUNT_TYPE, "account_type", FieldType::text, true, 1024},
    {IZ_ACCOUNT_PARENT_ID, "parent_id", FieldType::text, false, 1024},
    {IZ_ACCOUNT_CURRENCY, "currency", FieldType::text, false, 1024},
    {IZ_ACCOUNT_BILLING_TIME_ZONE, "billing_time_zone", FieldType::text, false, 1024},
    {IZ_ACCOUNT_STATUS, "status", FieldType::text, false, 1024},
};

constexpr Kind kKinds[] = {
    {IZ_KIND_RESOURCE, "resource", kResourceFields},
    {IZ_KIND_RELATION, "relation", kRelationFields},
    {IZ_KIND_RETIREMENT, "retirement", kRetirementFields},
    {IZ_KIND_CHARGE, "charge", kChargeFields},
    {IZ_KIND_LOG, "log", kLogFields},
    {IZ_KIND_COMPONENT, "component", kComponentFields},
    {IZ_KIND_PRICE, "price", kPriceFields},
    {IZ_KIND_RATE, "rate", kRateFields},
    {IZ_KIND_BALANCE, "balance", kBalanceFields},
    {IZ_KIND_DOCUMENT, "document", kDocumentFields},
    {IZ_KIND_ACCOUNT, "account", kAccountFields},
};

}  // namespace

std::span<const Kind> kinds() {
  return kKinds;
}

const Kind* find_kind(std::uint32_t id) {
  const auto* it = std::ranges::find(kKinds, id, &Kind::id);
  return it == std::end(kKinds) ? nullptr : it;
}

const Field* Kind::find(std::uint32_t field) const {
  const auto it = std::ranges::find(fields, field, &Field::id);
  return it == fields.end() ? nullptr : &*it;
}

const Field* Kind::find(std::string_view name) const {
  const auto it = std::ranges::find(fields, name, &Field::name);
  return it == fields.end() ? nullptr : &*it;
}

}  // namespace iz::records
