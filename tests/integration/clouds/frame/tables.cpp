// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/clouds/matrix.hpp"

namespace iz::test::tables {

// $1 becomes the tenant's number.
const CloudTable kResources{
    "resources",
    "SELECT provider, account_id, raw_type, external_id, incarnation, is_placeholder, name, resource_type, region, "
    "zone,"
    " service_name, service_category, raw_status, status, pricing_model, list_price, effective_cost, currency, "
    "billing_period,"
    " project_id, parent_type, parent_id, cpu_cores, memory_bytes, storage_bytes, operating_system, tags, attributes,"
    " provider_created_at FROM infrazen.resource_items WHERE tenant_id = $1 AND retired_at IS NULL"};

const CloudTable kRelations{
    "relations",
    "SELECT f.raw_type, f.external_id, r.relation, t.raw_type, t.external_id FROM infrazen.resource_relations r"
    " JOIN infrazen.resource_items f ON f.tenant_id = r.tenant_id AND f.id = r.from_resource_id"
    " JOIN infrazen.resource_items t ON t.tenant_id = r.tenant_id AND t.id = r.to_resource_id"
    " WHERE r.tenant_id = $1 AND r.retired_at IS NULL"};

const CloudTable kAccounts{"accounts",
                           "SELECT provider, account_type, account_id, name, parent_id, currency, status"
                           " FROM infrazen.accounts WHERE tenant_id = $1"};

const CloudTable kCharges{
    "charges",
    "SELECT to_jsonb(f) - 'tenant_id' - 'connection' - 'row_hash' FROM infrazen.focus_charges f WHERE tenant_id = $1"};

const CloudTable kPrices{
    "prices",
    "SELECT provider, sku_id, region, tier_from, price_kind, account_id, currency, valid_from,"
    " valid_to, sku_name, service_name, unit, unit_price FROM infrazen.prices WHERE tenant_id = $1"};

const CloudTable kBalances{"balances",
                           "SELECT provider, account_id, balance_kind, currency, amount, days_left"
                           " FROM infrazen.current_balances WHERE tenant_id = $1"};

const CloudTable kRates{"rates",
                        "SELECT source, base_currency, quote_currency, day, rate FROM infrazen.currency_rates"
                        " WHERE tenant_id = $1"};

const CloudTable kDocuments{"documents",
                            "SELECT provider, account_id, document_id, document_type, number, issued_at, amount,"
                            " tax_amount, currency, status FROM infrazen.documents WHERE tenant_id = $1"};

const CloudTable kEvents{"events",
                         "SELECT event_id, log_type, log_level, log_message, \"timestamp\", metadata"
                         " FROM infrazen.resource_logs WHERE tenant_id = $1"};

const CloudTable kMetrics{"metrics",
                          "SELECT i.external_id, m.metric_name, m.metric_unit, m.\"timestamp\", m.metric_value"
                          " FROM infrazen.resource_metrics m"
                          " JOIN infrazen.resource_items i ON i.tenant_id = m.tenant_id AND i.id = m.resource_id"
                          " WHERE m.tenant_id = $1"};

}  // namespace iz::test::tables
