// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/costs/cost_tables.hpp"

#include "records/kinds.hpp"

namespace iz::store {

namespace {

using enum CostType;

constexpr CostColumn kAccount[] = {
    {"billing_account_id", IZ_CHARGE_BILLING_ACCOUNT_ID, text},
    {"billing_account_name", IZ_CHARGE_BILLING_ACCOUNT_NAME, text},
    {"billing_account_type", IZ_CHARGE_BILLING_ACCOUNT_TYPE, text},
    {"billing_currency", IZ_CHARGE_BILLING_CURRENCY, text},
    {"sub_account_id", IZ_CHARGE_SUB_ACCOUNT_ID, text},
    {"sub_account_name", IZ_CHARGE_SUB_ACCOUNT_NAME, text},
    {"sub_account_type", IZ_CHARGE_SUB_ACCOUNT_TYPE, text},
    {"provider_name", IZ_CHARGE_PROVIDER_NAME, text},
    {"publisher_name", IZ_CHARGE_PUBLISHER_NAME, text},
    {"host_provider_name", IZ_CHARGE_HOST_PROVIDER_NAME, text},
    {"service_provider_name", IZ_CHARGE_SERVICE_PROVIDER_NAME, text},
    {"invoice_issuer_name", IZ_CHARGE_INVOICE_ISSUER_NAME, text},
    {"invoice_id", IZ_CHARGE_INVOICE_ID, text},
    {"pricing_currency", IZ_CHARGE_PRICING_CURRENCY, text},
    {"amount_basis", IZ_CHARGE_AMOUNT_BASIS, text},
    {"tax_rate", IZ_CHARGE_TAX_RATE, numeric},
    {"charge_status", IZ_CHARGE_CHARGE_STATUS, text},
};

constexpr CostColumn kService[] = {
    {"service_category", IZ_CHARGE_SERVICE_CATEGORY, text},
    {"service_subcategory", IZ_CHARGE_SERVICE_SUBCATEGORY, text},
    {"service_name", IZ_CHARGE_SERVICE_NAME, text},
    {"charge_category", IZ_CHARGE_CHARGE_CATEGORY, text},
    {"charge_class", IZ_CHARGE_CHARGE_CLASS, text},
    {"charge_frequency", IZ_CHARGE_CHARGE_FREQUENCY, text},
    {"pricing_category", IZ_CHARGE_PRICING_CATEGORY, text},
    {"sku_id", IZ_CHARGE_SKU_ID, text},
    {"sku_price_id", IZ_CHARGE_SKU_PRICE_ID, text},
    {"sku_meter", IZ_CHARGE_SKU_METER, text},
    {"sku_price_details", IZ_CHARGE_SKU_PRICE_DETAILS, jsonb},
    {"pricing_unit", IZ_CHARGE_PRICING_UNIT, text},
    {"consumed_unit", IZ_CHARGE_CONSUMED_UNIT, text},
    {"region_id", IZ_CHARGE_REGION_ID, text},
    {"region_name", IZ_CHARGE_REGION_NAME, text},
    {"commitment_program_eligibility_details", IZ_CHARGE_COMMITMENT_PROGRAM_ELIGIBILITY_DETAILS, jsonb},
};

constexpr CostColumn kResource[] = {
    {"resource_id", IZ_CHARGE_RESOURCE_ID, text},
    {"resource_name", IZ_CHARGE_RESOURCE_NAME, text},
    {"resource_type", IZ_CHARGE_RESOURCE_TYPE, text},
    {"availability_zone", IZ_CHARGE_AVAILABILITY_ZONE, text},
};

constexpr CostColumn kDescription[] = {
    {"charge_description", IZ_CHARGE_CHARGE_DESCRIPTION, text},
};

constexpr CostColumn kTags[] = {
    {"tags", IZ_CHARGE_TAGS, jsonb},
};

constexpr CostColumn kExtras[] = {
    {"x_columns", 0, jsonb},
};

constexpr CostColumn kCommitment[] = {
    {"commitment_discount_id", IZ_CHARGE_COMMITMENT_DISCOUNT_ID, text},
    {"commitment_discount_name", IZ_CHARGE_COMMITMENT_DISCOUNT_NAME, text},
    {"commitment_discount_category", IZ_CHARGE_COMMITMENT_DISCOUNT_CATEGORY, text},
    {"commitment_discount_type", IZ_CHARGE_COMMITMENT_DISCOUNT_TYPE, text},
    {"commitment_discount_status", IZ_CHARGE_COMMITMENT_DISCOUNT_STATUS, text},
    {"commitment_discount_unit", IZ_CHARGE_COMMITMENT_DISCOUNT_UNIT, text},
    {"capacity_reservation_id", IZ_CHARGE_CAPACITY_RESERVATION_ID, text},
    {"capacity_reservation_status", IZ_CHARGE_CAPACITY_RESERVATION_STATUS, text},
    {"contract_applied", IZ_CHARGE_CONTRACT_APPLIED, jsonb},
};

constexpr CostColumn kSharing[] = {
    {"allocated_method_id", IZ_CHARGE_ALLOCATED_METHOD_ID, text},
    {"allocated_method_details", IZ_CHARGE_ALLOCATED_METHOD_DETAILS, jsonb},
    {"allocated_resource_id", IZ_CHARGE_ALLOCATED_RESOURCE_ID, text},
    {"allocated_resource_name", IZ_CHARGE_ALLOCATED_RESOURCE_NAME, text},
    {"allocated_tags", IZ_CHARGE_ALLOCATED_TAGS, jsonb},
    {"invoice_detail_id", IZ_CHARGE_INVOICE_DETAIL_ID, text},
};

constexpr CostGroup kGroups[kCostGroups] = {
    {"account", "cost_accounts", "account_id", true, kAccount},
    {"service", "cost_services", "service_id", true, kService},
    {"resource", "cost_resources", "resource_id", false, kResource},
    {"description", "cost_descriptions", "description_id", false, kDescription},
    {"tags", "cost_tags", "tags_id", false, kTags},
    {"extras", "cost_extras", "extras_id", false, kExtras},
    {"commitment", "cost_commitments", "commitment_id", false, kCommitment},
    {"sharing", "cost_sharing", "sharing_id", false, kSharing},
};

constexpr CostColumn kAmounts[kCostAmounts] = {
    {"billed_cost", IZ_CHARGE_BILLED_COST, numeric},
    {"effective_cost", IZ_CHARGE_EFFECTIVE_COST, numeric},
    {"list_cost", IZ_CHARGE_LIST_COST, numeric},
    {"contracted_cost", IZ_CHARGE_CONTRACTED_COST, numeric},
    {"list_unit_price", IZ_CHARGE_LIST_UNIT_PRICE, numeric},
    {"contracted_unit_price", IZ_CHARGE_CONTRACTED_UNIT_PRICE, numeric},
    {"pricing_quantity", IZ_CHARGE_PRICING_QUANTITY, numeric},
    {"consumed_quantity", IZ_CHARGE_CONSUMED_QUANTITY, numeric},
    {"commitment_discount_quantity", IZ_CHARGE_COMMITMENT_DISCOUNT_QUANTITY, numeric},
    {"pricing_currency_contracted_unit_price", IZ_CHARGE_PRICING_CURRENCY_CONTRACTED_UNIT_PRICE, numeric},
    {"pricing_currency_effective_cost", IZ_CHARGE_PRICING_CURRENCY_EFFECTIVE_COST, numeric},
    {"pricing_currency_list_unit_price", IZ_CHARGE_PRICING_CURRENCY_LIST_UNIT_PRICE, numeric},
};

}  // namespace

std::span<const CostGroup, kCostGroups> cost_groups() { return kGroups; }
std::span<const CostColumn, kCostAmounts> cost_amounts() { return kAmounts; }

std::string_view cost_fact_columns() {
  return "(charge_period_start, charge_period_end, bill_id, account_id, service_id, resource_id, description_id, tags_id, "
         "extras_id, commitment_id, sharing_id, tenant_id, part_id, billing_month, charge_day, row_hash, billed_cost, effective_cost, list_cost, contracted_cost, "
         "list_unit_price, contracted_unit_price, pricing_quantity, consumed_quantity, commitment_discount_quantity, "
         "pricing_currency_contracted_unit_price, pricing_currency_effective_cost, pricing_currency_list_unit_price, inline)";
}

}  // namespace iz::store
