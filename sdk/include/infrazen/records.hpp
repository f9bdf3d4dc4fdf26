// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
// Written by sdk/tools/generate_records.py from abi/records.h. Do not edit.
#pragma once

#include <cstddef>
#include <cstdint>

#include <infrazen/abi/records.h>
#include <infrazen/value.hpp>

// The records a connector emits. Fields marked "!" are needed: a row without them is rejected. Types, limits and
// meaning are those of abi/records.h.
namespace infrazen {

enum class Kind : std::uint32_t {
  resource = IZ_KIND_RESOURCE,
  relation = IZ_KIND_RELATION,
  retirement = IZ_KIND_RETIREMENT,
  charge = IZ_KIND_CHARGE,
  log = IZ_KIND_LOG,
  component = IZ_KIND_COMPONENT,
  price = IZ_KIND_PRICE,
  rate = IZ_KIND_RATE,
  balance = IZ_KIND_BALANCE,
  document = IZ_KIND_DOCUMENT,
  account = IZ_KIND_ACCOUNT,
  metric = IZ_KIND_METRIC,
};

// A resource: a thing that exists, with the scope it was listed in.
struct Resource {
  static constexpr Kind kind = Kind::resource;
  static constexpr std::size_t field_count = 24;
  // Per field, in the ABI's order: whether a row without it is rejected.
  static constexpr bool needed[] = {true,  true,  false, true,  false, false, false, false, false, false, false, false,
                                    false, false, false, false, false, false, false, false, false, false, false, false};

  Text type{};         // ! the provider's own type, "compute.instance" (raw; the daemon normalises beside it)
  Text external_id{};  // ! the provider's id, unique per account and type
  Text name{};         // null = the id is shown
  Text account_id{};   // ! the billing account, project or login it belongs to
  Text region{};       // null = global
  Text zone{};
  Text service_name{};      // the provider's service, "Compute Cloud"
  Text service_category{};  // FOCUS ServiceCategory
  Text status{};            // the provider's word, "RUNNING"
  Text pricing_model{};     // on_demand, reserved, spot, flat
  Amount list_price{};      // per billing period, before discounts
  Amount effective_cost{};  // per billing period, after discounts
  Text currency{};          // ISO 4217; needed with a price
  Text billing_period{};    // hour, day, month
  Text project_id{};        // folder, project, namespace
  Instant created_at{};     // when the provider made it; tells incarnations apart
  Text parent_type{};       // type and id of what contains it (folder, cluster)
  Text parent_id{};
  Json tags{};        // strings: the provider's labels
  Json attributes{};  // whatever else is worth keeping
  Amount cpu_cores{};
  Whole memory_bytes{};
  Whole storage_bytes{};
  Text operating_system{};
  Extensions extensions{};

  // visit(field id, name, value) for every field, in the ABI's order.
  template <class Self, class Visit>
  static void each(Self& self, Visit&& visit) {
    visit(IZ_RESOURCE_TYPE, "type", self.type);
    visit(IZ_RESOURCE_EXTERNAL_ID, "external_id", self.external_id);
    visit(IZ_RESOURCE_NAME, "name", self.name);
    visit(IZ_RESOURCE_ACCOUNT_ID, "account_id", self.account_id);
    visit(IZ_RESOURCE_REGION, "region", self.region);
    visit(IZ_RESOURCE_ZONE, "zone", self.zone);
    visit(IZ_RESOURCE_SERVICE_NAME, "service_name", self.service_name);
    visit(IZ_RESOURCE_SERVICE_CATEGORY, "service_category", self.service_category);
    visit(IZ_RESOURCE_STATUS, "status", self.status);
    visit(IZ_RESOURCE_PRICING_MODEL, "pricing_model", self.pricing_model);
    visit(IZ_RESOURCE_LIST_PRICE, "list_price", self.list_price);
    visit(IZ_RESOURCE_EFFECTIVE_COST, "effective_cost", self.effective_cost);
    visit(IZ_RESOURCE_CURRENCY, "currency", self.currency);
    visit(IZ_RESOURCE_BILLING_PERIOD, "billing_period", self.billing_period);
    visit(IZ_RESOURCE_PROJECT_ID, "project_id", self.project_id);
    visit(IZ_RESOURCE_CREATED_AT, "created_at", self.created_at);
    visit(IZ_RESOURCE_PARENT_TYPE, "parent_type", self.parent_type);
    visit(IZ_RESOURCE_PARENT_ID, "parent_id", self.parent_id);
    visit(IZ_RESOURCE_TAGS, "tags", self.tags);
    visit(IZ_RESOURCE_ATTRIBUTES, "attributes", self.attributes);
    visit(IZ_RESOURCE_CPU_CORES, "cpu_cores", self.cpu_cores);
    visit(IZ_RESOURCE_MEMORY_BYTES, "memory_bytes", self.memory_bytes);
    visit(IZ_RESOURCE_STORAGE_BYTES, "storage_bytes", self.storage_bytes);
    visit(IZ_RESOURCE_OPERATING_SYSTEM, "operating_system", self.operating_system);
  }
};

// A relation: disk attached_to VM, node member_of cluster; same scope rules as resources, in scopes of its own kind:
// to list a folder's disks and what they hang on, open "folder" for both kinds.
struct Relation {
  static constexpr Kind kind = Kind::relation;
  static constexpr std::size_t field_count = 5;
  // Per field, in the ABI's order: whether a row without it is rejected.
  static constexpr bool needed[] = {true, true, true, true, true};

  Text from_type{};  // !
  Text from_id{};    // !
  Text to_type{};    // !
  Text to_id{};      // !
  Text relation{};   // ! attached_to, member_of, uses, protects, stored_in

  // visit(field id, name, value) for every field, in the ABI's order.
  template <class Self, class Visit>
  static void each(Self& self, Visit&& visit) {
    visit(IZ_RELATION_FROM_TYPE, "from_type", self.from_type);
    visit(IZ_RELATION_FROM_ID, "from_id", self.from_id);
    visit(IZ_RELATION_TO_TYPE, "to_type", self.to_type);
    visit(IZ_RELATION_TO_ID, "to_id", self.to_id);
    visit(IZ_RELATION_RELATION, "relation", self.relation);
  }
};

// A retirement: said explicitly by change feeds and webhooks.
struct Retirement {
  static constexpr Kind kind = Kind::retirement;
  static constexpr std::size_t field_count = 3;
  // Per field, in the ABI's order: whether a row without it is rejected.
  static constexpr bool needed[] = {true, true, false};

  Text type{};           // !
  Text external_id{};    // !
  Instant retired_at{};  // null = now

  // visit(field id, name, value) for every field, in the ABI's order.
  template <class Self, class Visit>
  static void each(Self& self, Visit&& visit) {
    visit(IZ_RETIREMENT_TYPE, "type", self.type);
    visit(IZ_RETIREMENT_EXTERNAL_ID, "external_id", self.external_id);
    visit(IZ_RETIREMENT_RETIRED_AT, "retired_at", self.retired_at);
  }
};

// A charge: one row of a bill, in the union of the columns of FOCUS 1.0 to 1.4. Needed: BilledCost, BillingAccountId,
// BillingCurrency, BillingPeriodStart and End, ChargePeriodStart and End. Whatever else the specification asks for is
// checked, reported as a finding when absent, and does not keep the row out.
struct Charge {
  static constexpr Kind kind = Kind::charge;
  static constexpr std::size_t field_count = 70;
  // Per field, in the ABI's order: whether a row without it is rejected.
  static constexpr bool needed[] = {false, true,  true,  false, true,  true,  true,  false, false, false, false, true,
                                    true,  false, false, false, false, false, false, false, false, false, false, false,
                                    false, false, false, false, false, false, false, false, false, false, false, false,
                                    false, false, false, false, false, false, false, false, false, false, false, false,
                                    false, false, false, false, false, false, false, false, false, false, false, false,
                                    false, false, false, false, false, false, false, false, false, false};

  Text availability_zone{};                         // FOCUS 1.0
  Amount billed_cost{};                             // ! FOCUS 1.0
  Text billing_account_id{};                        // ! FOCUS 1.0
  Text billing_account_name{};                      // FOCUS 1.0
  Text billing_currency{};                          // ! FOCUS 1.0
  Instant billing_period_end{};                     // ! FOCUS 1.0
  Instant billing_period_start{};                   // ! FOCUS 1.0
  Text charge_category{};                           // FOCUS 1.0
  Text charge_class{};                              // FOCUS 1.0
  Text charge_description{};                        // FOCUS 1.0
  Text charge_frequency{};                          // FOCUS 1.0
  Instant charge_period_end{};                      // ! FOCUS 1.0
  Instant charge_period_start{};                    // ! FOCUS 1.0
  Text commitment_discount_category{};              // FOCUS 1.0
  Text commitment_discount_id{};                    // FOCUS 1.0
  Text commitment_discount_name{};                  // FOCUS 1.0
  Text commitment_discount_status{};                // FOCUS 1.0
  Text commitment_discount_type{};                  // FOCUS 1.0
  Amount consumed_quantity{};                       // FOCUS 1.0
  Text consumed_unit{};                             // FOCUS 1.0
  Amount contracted_cost{};                         // FOCUS 1.0
  Amount contracted_unit_price{};                   // FOCUS 1.0
  Amount effective_cost{};                          // FOCUS 1.0
  Text invoice_issuer_name{};                       // FOCUS 1.0
  Amount list_cost{};                               // FOCUS 1.0
  Amount list_unit_price{};                         // FOCUS 1.0
  Text pricing_category{};                          // FOCUS 1.0
  Amount pricing_quantity{};                        // FOCUS 1.0
  Text pricing_unit{};                              // FOCUS 1.0
  Text provider_name{};                             // FOCUS 1.0 to 1.3
  Text publisher_name{};                            // FOCUS 1.0 to 1.3
  Text region_id{};                                 // FOCUS 1.0
  Text region_name{};                               // FOCUS 1.0
  Text resource_id{};                               // FOCUS 1.0
  Text resource_name{};                             // FOCUS 1.0
  Text resource_type{};                             // FOCUS 1.0
  Text service_category{};                          // FOCUS 1.0
  Text service_name{};                              // FOCUS 1.0
  Text sku_id{};                                    // FOCUS 1.0
  Text sku_price_id{};                              // FOCUS 1.0
  Text sub_account_id{};                            // FOCUS 1.0
  Text sub_account_name{};                          // FOCUS 1.0
  Json tags{};                                      // FOCUS 1.0
  Text capacity_reservation_id{};                   // FOCUS 1.1
  Text capacity_reservation_status{};               // FOCUS 1.1
  Amount commitment_discount_quantity{};            // FOCUS 1.1
  Text commitment_discount_unit{};                  // FOCUS 1.1
  Text service_subcategory{};                       // FOCUS 1.1
  Text sku_meter{};                                 // FOCUS 1.1
  Json sku_price_details{};                         // FOCUS 1.1
  Text billing_account_type{};                      // FOCUS 1.2
  Text invoice_id{};                                // FOCUS 1.2
  Text pricing_currency{};                          // FOCUS 1.2
  Amount pricing_currency_contracted_unit_price{};  // FOCUS 1.2
  Amount pricing_currency_effective_cost{};         // FOCUS 1.2
  Amount pricing_currency_list_unit_price{};        // FOCUS 1.2
  Text sub_account_type{};                          // FOCUS 1.2
  Json allocated_method_details{};                  // FOCUS 1.3
  Text allocated_method_id{};                       // FOCUS 1.3
  Text allocated_resource_id{};                     // FOCUS 1.3
  Text allocated_resource_name{};                   // FOCUS 1.3
  Json allocated_tags{};                            // FOCUS 1.3
  Json contract_applied{};                          // FOCUS 1.3
  Text host_provider_name{};                        // FOCUS 1.3
  Text service_provider_name{};                     // FOCUS 1.3
  Json commitment_program_eligibility_details{};    // FOCUS 1.4
  Text invoice_detail_id{};                         // FOCUS 1.4
  Text amount_basis{};                              // net, gross; null = not said
  Amount tax_rate{};                                // 0.22 = 22 %
  Text charge_status{};                             // estimated, preliminary, billed (default), adjusted
  Extensions extensions{};

  // visit(field id, name, value) for every field, in the ABI's order.
  template <class Self, class Visit>
  static void each(Self& self, Visit&& visit) {
    visit(IZ_CHARGE_AVAILABILITY_ZONE, "AvailabilityZone", self.availability_zone);
    visit(IZ_CHARGE_BILLED_COST, "BilledCost", self.billed_cost);
    visit(IZ_CHARGE_BILLING_ACCOUNT_ID, "BillingAccountId", self.billing_account_id);
    visit(IZ_CHARGE_BILLING_ACCOUNT_NAME, "BillingAccountName", self.billing_account_name);
    visit(IZ_CHARGE_BILLING_CURRENCY, "BillingCurrency", self.billing_currency);
    visit(IZ_CHARGE_BILLING_PERIOD_END, "BillingPeriodEnd", self.billing_period_end);
    visit(IZ_CHARGE_BILLING_PERIOD_START, "BillingPeriodStart", self.billing_period_start);
    visit(IZ_CHARGE_CHARGE_CATEGORY, "ChargeCategory", self.charge_category);
    visit(IZ_CHARGE_CHARGE_CLASS, "ChargeClass", self.charge_class);
    visit(IZ_CHARGE_CHARGE_DESCRIPTION, "ChargeDescription", self.charge_description);
    visit(IZ_CHARGE_CHARGE_FREQUENCY, "ChargeFrequency", self.charge_frequency);
    visit(IZ_CHARGE_CHARGE_PERIOD_END, "ChargePeriodEnd", self.charge_period_end);
    visit(IZ_CHARGE_CHARGE_PERIOD_START, "ChargePeriodStart", self.charge_period_start);
    visit(IZ_CHARGE_COMMITMENT_DISCOUNT_CATEGORY, "CommitmentDiscountCategory", self.commitment_discount_category);
    visit(IZ_CHARGE_COMMITMENT_DISCOUNT_ID, "CommitmentDiscountId", self.commitment_discount_id);
    visit(IZ_CHARGE_COMMITMENT_DISCOUNT_NAME, "CommitmentDiscountName", self.commitment_discount_name);
    visit(IZ_CHARGE_COMMITMENT_DISCOUNT_STATUS, "CommitmentDiscountStatus", self.commitment_discount_status);
    visit(IZ_CHARGE_COMMITMENT_DISCOUNT_TYPE, "CommitmentDiscountType", self.commitment_discount_type);
    visit(IZ_CHARGE_CONSUMED_QUANTITY, "ConsumedQuantity", self.consumed_quantity);
    visit(IZ_CHARGE_CONSUMED_UNIT, "ConsumedUnit", self.consumed_unit);
    visit(IZ_CHARGE_CONTRACTED_COST, "ContractedCost", self.contracted_cost);
    visit(IZ_CHARGE_CONTRACTED_UNIT_PRICE, "ContractedUnitPrice", self.contracted_unit_price);
    visit(IZ_CHARGE_EFFECTIVE_COST, "EffectiveCost", self.effective_cost);
    visit(IZ_CHARGE_INVOICE_ISSUER_NAME, "InvoiceIssuerName", self.invoice_issuer_name);
    visit(IZ_CHARGE_LIST_COST, "ListCost", self.list_cost);
    visit(IZ_CHARGE_LIST_UNIT_PRICE, "ListUnitPrice", self.list_unit_price);
    visit(IZ_CHARGE_PRICING_CATEGORY, "PricingCategory", self.pricing_category);
    visit(IZ_CHARGE_PRICING_QUANTITY, "PricingQuantity", self.pricing_quantity);
    visit(IZ_CHARGE_PRICING_UNIT, "PricingUnit", self.pricing_unit);
    visit(IZ_CHARGE_PROVIDER_NAME, "ProviderName", self.provider_name);
    visit(IZ_CHARGE_PUBLISHER_NAME, "PublisherName", self.publisher_name);
    visit(IZ_CHARGE_REGION_ID, "RegionId", self.region_id);
    visit(IZ_CHARGE_REGION_NAME, "RegionName", self.region_name);
    visit(IZ_CHARGE_RESOURCE_ID, "ResourceId", self.resource_id);
    visit(IZ_CHARGE_RESOURCE_NAME, "ResourceName", self.resource_name);
    visit(IZ_CHARGE_RESOURCE_TYPE, "ResourceType", self.resource_type);
    visit(IZ_CHARGE_SERVICE_CATEGORY, "ServiceCategory", self.service_category);
    visit(IZ_CHARGE_SERVICE_NAME, "ServiceName", self.service_name);
    visit(IZ_CHARGE_SKU_ID, "SkuId", self.sku_id);
    visit(IZ_CHARGE_SKU_PRICE_ID, "SkuPriceId", self.sku_price_id);
    visit(IZ_CHARGE_SUB_ACCOUNT_ID, "SubAccountId", self.sub_account_id);
    visit(IZ_CHARGE_SUB_ACCOUNT_NAME, "SubAccountName", self.sub_account_name);
    visit(IZ_CHARGE_TAGS, "Tags", self.tags);
    visit(IZ_CHARGE_CAPACITY_RESERVATION_ID, "CapacityReservationId", self.capacity_reservation_id);
    visit(IZ_CHARGE_CAPACITY_RESERVATION_STATUS, "CapacityReservationStatus", self.capacity_reservation_status);
    visit(IZ_CHARGE_COMMITMENT_DISCOUNT_QUANTITY, "CommitmentDiscountQuantity", self.commitment_discount_quantity);
    visit(IZ_CHARGE_COMMITMENT_DISCOUNT_UNIT, "CommitmentDiscountUnit", self.commitment_discount_unit);
    visit(IZ_CHARGE_SERVICE_SUBCATEGORY, "ServiceSubcategory", self.service_subcategory);
    visit(IZ_CHARGE_SKU_METER, "SkuMeter", self.sku_meter);
    visit(IZ_CHARGE_SKU_PRICE_DETAILS, "SkuPriceDetails", self.sku_price_details);
    visit(IZ_CHARGE_BILLING_ACCOUNT_TYPE, "BillingAccountType", self.billing_account_type);
    visit(IZ_CHARGE_INVOICE_ID, "InvoiceId", self.invoice_id);
    visit(IZ_CHARGE_PRICING_CURRENCY, "PricingCurrency", self.pricing_currency);
    visit(IZ_CHARGE_PRICING_CURRENCY_CONTRACTED_UNIT_PRICE, "PricingCurrencyContractedUnitPrice",
          self.pricing_currency_contracted_unit_price);
    visit(IZ_CHARGE_PRICING_CURRENCY_EFFECTIVE_COST, "PricingCurrencyEffectiveCost",
          self.pricing_currency_effective_cost);
    visit(IZ_CHARGE_PRICING_CURRENCY_LIST_UNIT_PRICE, "PricingCurrencyListUnitPrice",
          self.pricing_currency_list_unit_price);
    visit(IZ_CHARGE_SUB_ACCOUNT_TYPE, "SubAccountType", self.sub_account_type);
    visit(IZ_CHARGE_ALLOCATED_METHOD_DETAILS, "AllocatedMethodDetails", self.allocated_method_details);
    visit(IZ_CHARGE_ALLOCATED_METHOD_ID, "AllocatedMethodId", self.allocated_method_id);
    visit(IZ_CHARGE_ALLOCATED_RESOURCE_ID, "AllocatedResourceId", self.allocated_resource_id);
    visit(IZ_CHARGE_ALLOCATED_RESOURCE_NAME, "AllocatedResourceName", self.allocated_resource_name);
    visit(IZ_CHARGE_ALLOCATED_TAGS, "AllocatedTags", self.allocated_tags);
    visit(IZ_CHARGE_CONTRACT_APPLIED, "ContractApplied", self.contract_applied);
    visit(IZ_CHARGE_HOST_PROVIDER_NAME, "HostProviderName", self.host_provider_name);
    visit(IZ_CHARGE_SERVICE_PROVIDER_NAME, "ServiceProviderName", self.service_provider_name);
    visit(IZ_CHARGE_COMMITMENT_PROGRAM_ELIGIBILITY_DETAILS, "CommitmentProgramEligibilityDetails",
          self.commitment_program_eligibility_details);
    visit(IZ_CHARGE_INVOICE_DETAIL_ID, "InvoiceDetailId", self.invoice_detail_id);
    visit(IZ_CHARGE_AMOUNT_BASIS, "AmountBasis", self.amount_basis);
    visit(IZ_CHARGE_TAX_RATE, "TaxRate", self.tax_rate);
    visit(IZ_CHARGE_CHARGE_STATUS, "ChargeStatus", self.charge_status);
  }
};

// A log.
struct LogEntry {
  static constexpr Kind kind = Kind::log;
  static constexpr std::size_t field_count = 9;
  // Per field, in the ABI's order: whether a row without it is rejected.
  static constexpr bool needed[] = {false, false, true, true, false, true, false, false, false};

  Text resource_type{};  // null = the connection itself
  Text external_id{};
  Instant timestamp{};  // !
  Text log_type{};      // ! application, system, access, error, audit
  Text level{};         // debug, info, warning, error, critical
  Text message{};       // !
  Text source{};
  Json metadata{};
  Text event_id{};  // the provider's id of the event; equal ids of one connection are stored once

  // visit(field id, name, value) for every field, in the ABI's order.
  template <class Self, class Visit>
  static void each(Self& self, Visit&& visit) {
    visit(IZ_LOG_RESOURCE_TYPE, "resource_type", self.resource_type);
    visit(IZ_LOG_EXTERNAL_ID, "external_id", self.external_id);
    visit(IZ_LOG_TIMESTAMP, "timestamp", self.timestamp);
    visit(IZ_LOG_LOG_TYPE, "log_type", self.log_type);
    visit(IZ_LOG_LEVEL, "level", self.level);
    visit(IZ_LOG_MESSAGE, "message", self.message);
    visit(IZ_LOG_SOURCE, "source", self.source);
    visit(IZ_LOG_METADATA, "metadata", self.metadata);
    visit(IZ_LOG_EVENT_ID, "event_id", self.event_id);
  }
};

// A component: software on a resource; a scope lists those of one or more resources.
struct Component {
  static constexpr Kind kind = Kind::component;
  static constexpr std::size_t field_count = 9;
  // Per field, in the ABI's order: whether a row without it is rejected.
  static constexpr bool needed[] = {true, true, true, true, false, false, false, false, false};

  Text resource_type{};   // !
  Text external_id{};     // !
  Text component_type{};  // ! software, service, dependency
  Text name{};            // !
  Text version{};
  Text status{};  // running, stopped, installed
  Text installation_path{};
  Json configuration{};
  Json dependencies{};  // names

  // visit(field id, name, value) for every field, in the ABI's order.
  template <class Self, class Visit>
  static void each(Self& self, Visit&& visit) {
    visit(IZ_COMPONENT_RESOURCE_TYPE, "resource_type", self.resource_type);
    visit(IZ_COMPONENT_EXTERNAL_ID, "external_id", self.external_id);
    visit(IZ_COMPONENT_COMPONENT_TYPE, "component_type", self.component_type);
    visit(IZ_COMPONENT_NAME, "name", self.name);
    visit(IZ_COMPONENT_VERSION, "version", self.version);
    visit(IZ_COMPONENT_STATUS, "status", self.status);
    visit(IZ_COMPONENT_INSTALLATION_PATH, "installation_path", self.installation_path);
    visit(IZ_COMPONENT_CONFIGURATION, "configuration", self.configuration);
    visit(IZ_COMPONENT_DEPENDENCIES, "dependencies", self.dependencies);
  }
};

// A price: of a SKU.
struct Price {
  static constexpr Kind kind = Kind::price;
  static constexpr std::size_t field_count = 12;
  // Per field, in the ABI's order: whether a row without it is rejected.
  static constexpr bool needed[] = {true, false, false, false, true, false, true, true, true, false, false, false};

  Text sku_id{};  // !
  Text sku_name{};
  Text service_name{};
  Text region{};         // null = everywhere
  Text unit{};           // ! pricing unit
  Amount tier_from{};    // quantity from which it applies; null = 0
  Amount unit_price{};   // !
  Text currency{};       // !
  Instant valid_from{};  // !
  Instant valid_to{};    // null = open
  Text price_kind{};     // list (default), contract
  Text account_id{};     // with price_kind contract

  // visit(field id, name, value) for every field, in the ABI's order.
  template <class Self, class Visit>
  static void each(Self& self, Visit&& visit) {
    visit(IZ_PRICE_SKU_ID, "sku_id", self.sku_id);
    visit(IZ_PRICE_SKU_NAME, "sku_name", self.sku_name);
    visit(IZ_PRICE_SERVICE_NAME, "service_name", self.service_name);
    visit(IZ_PRICE_REGION, "region", self.region);
    visit(IZ_PRICE_UNIT, "unit", self.unit);
    visit(IZ_PRICE_TIER_FROM, "tier_from", self.tier_from);
    visit(IZ_PRICE_UNIT_PRICE, "unit_price", self.unit_price);
    visit(IZ_PRICE_CURRENCY, "currency", self.currency);
    visit(IZ_PRICE_VALID_FROM, "valid_from", self.valid_from);
    visit(IZ_PRICE_VALID_TO, "valid_to", self.valid_to);
    visit(IZ_PRICE_PRICE_KIND, "price_kind", self.price_kind);
    visit(IZ_PRICE_ACCOUNT_ID, "account_id", self.account_id);
  }
};

// A rate: of a currency.
struct Rate {
  static constexpr Kind kind = Kind::rate;
  static constexpr std::size_t field_count = 5;
  // Per field, in the ABI's order: whether a row without it is rejected.
  static constexpr bool needed[] = {true, true, true, true, true};

  Text base_currency{};   // ! one unit of this
  Text quote_currency{};  // ! is so much of this
  Amount rate{};          // ! > 0
  Date day{};             // ! YYYY-MM-DD: the day the rate holds for
  Text source{};          // ! cbr, …

  // visit(field id, name, value) for every field, in the ABI's order.
  template <class Self, class Visit>
  static void each(Self& self, Visit&& visit) {
    visit(IZ_RATE_BASE_CURRENCY, "base_currency", self.base_currency);
    visit(IZ_RATE_QUOTE_CURRENCY, "quote_currency", self.quote_currency);
    visit(IZ_RATE_RATE, "rate", self.rate);
    visit(IZ_RATE_DAY, "day", self.day);
    visit(IZ_RATE_SOURCE, "source", self.source);
  }
};

// A balance: of an account.
struct Balance {
  static constexpr Kind kind = Kind::balance;
  static constexpr std::size_t field_count = 6;
  // Per field, in the ABI's order: whether a row without it is rejected.
  static constexpr bool needed[] = {true, true, true, true, false, false};

  Text account_id{};    // !
  Amount amount{};      // !
  Text currency{};      // !
  Instant as_of{};      // !
  Text balance_kind{};  // main (default), bonus, credit
  Amount days_left{};   // as the provider says

  // visit(field id, name, value) for every field, in the ABI's order.
  template <class Self, class Visit>
  static void each(Self& self, Visit&& visit) {
    visit(IZ_BALANCE_ACCOUNT_ID, "account_id", self.account_id);
    visit(IZ_BALANCE_AMOUNT, "amount", self.amount);
    visit(IZ_BALANCE_CURRENCY, "currency", self.currency);
    visit(IZ_BALANCE_AS_OF, "as_of", self.as_of);
    visit(IZ_BALANCE_BALANCE_KIND, "balance_kind", self.balance_kind);
    visit(IZ_BALANCE_DAYS_LEFT, "days_left", self.days_left);
  }
};

// A document: an invoice, act or payment.
struct Document {
  static constexpr Kind kind = Kind::document;
  static constexpr std::size_t field_count = 12;
  // Per field, in the ABI's order: whether a row without it is rejected.
  static constexpr bool needed[] = {true, true, true, false, true, false, false, true, false, true, false, false};

  Text account_id{};     // !
  Text document_id{};    // !
  Text document_type{};  // ! invoice, act, payment, correction
  Text number{};
  Instant issued_at{};  // !
  Instant period_start{};
  Instant period_end{};
  Amount amount{};  // ! gross
  Amount tax_amount{};
  Text currency{};  // !
  Text status{};    // draft, issued, paid, void
  Json attributes{};

  // visit(field id, name, value) for every field, in the ABI's order.
  template <class Self, class Visit>
  static void each(Self& self, Visit&& visit) {
    visit(IZ_DOCUMENT_ACCOUNT_ID, "account_id", self.account_id);
    visit(IZ_DOCUMENT_DOCUMENT_ID, "document_id", self.document_id);
    visit(IZ_DOCUMENT_DOCUMENT_TYPE, "document_type", self.document_type);
    visit(IZ_DOCUMENT_NUMBER, "number", self.number);
    visit(IZ_DOCUMENT_ISSUED_AT, "issued_at", self.issued_at);
    visit(IZ_DOCUMENT_PERIOD_START, "period_start", self.period_start);
    visit(IZ_DOCUMENT_PERIOD_END, "period_end", self.period_end);
    visit(IZ_DOCUMENT_AMOUNT, "amount", self.amount);
    visit(IZ_DOCUMENT_TAX_AMOUNT, "tax_amount", self.tax_amount);
    visit(IZ_DOCUMENT_CURRENCY, "currency", self.currency);
    visit(IZ_DOCUMENT_STATUS, "status", self.status);
    visit(IZ_DOCUMENT_ATTRIBUTES, "attributes", self.attributes);
  }
};

// An account: a billing account or a part of one.
struct Account {
  static constexpr Kind kind = Kind::account;
  static constexpr std::size_t field_count = 7;
  // Per field, in the ABI's order: whether a row without it is rejected.
  static constexpr bool needed[] = {true, false, true, false, false, false, false};

  Text account_id{};  // !
  Text name{};
  Text account_type{};  // ! billing_account, cloud, folder, project, login
  Text parent_id{};
  Text currency{};
  Text billing_time_zone{};  // IANA name; null = the connection's
  Text status{};

  // visit(field id, name, value) for every field, in the ABI's order.
  template <class Self, class Visit>
  static void each(Self& self, Visit&& visit) {
    visit(IZ_ACCOUNT_ACCOUNT_ID, "account_id", self.account_id);
    visit(IZ_ACCOUNT_NAME, "name", self.name);
    visit(IZ_ACCOUNT_ACCOUNT_TYPE, "account_type", self.account_type);
    visit(IZ_ACCOUNT_PARENT_ID, "parent_id", self.parent_id);
    visit(IZ_ACCOUNT_CURRENCY, "currency", self.currency);
    visit(IZ_ACCOUNT_BILLING_TIME_ZONE, "billing_time_zone", self.billing_time_zone);
    visit(IZ_ACCOUNT_STATUS, "status", self.status);
  }
};

}  // namespace infrazen
