// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gtest/gtest.h>

#include "estate.hpp"

// Row-level security: a reader sees its tenant's rows, in every table and view of this family, and changes nothing.
namespace iz::test {
namespace {

constexpr const char* kTables[] = {
    "resources",           "resource_items",    "resource_scopes",     "resource_sightings",  "resource_changes",
    "resource_tags",       "resource_relations", "sim_resources",       "resource_logs",       "log_events",
    "resource_components", "accounts",          "balances",            "current_balances",    "documents",
    "document_changes",    "prices",            "currency_rates",      "tag_categories",      "cost_allocations",
    "resource_usage_summary", "cost_trends",    "optimization_recommendations"};

class Readers : public ::testing::Test {
 protected:
  Readers() {
    estate.manifest.extension_columns = {{"flavor", records::ColumnType::text, ""}};
    for (const std::string tenant : {"acme", "evil"}) fill(tenant);
    estate.query("DO $$ BEGIN CREATE ROLE ann LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    estate.query("GRANT infrazen_reader TO ann");
    estate.query("SELECT grant_reader('ann', 'acme')");
  }

  void fill(const std::string& tenant) {
    const Estate::Place place{.connection = "of-" + tenant, .stream = "all", .tenant = tenant};
    const auto day = [](int n) { return "2026-01-0" + std::to_string(n) + "T00:00:00Z"; };
    const auto document = [&](const std::string& amount) {
      return Record{{{IZ_DOCUMENT_ACCOUNT_ID, "a"}, {IZ_DOCUMENT_DOCUMENT_ID, "d"}, {IZ_DOCUMENT_DOCUMENT_TYPE, "act"},
                     {IZ_DOCUMENT_ISSUED_AT, day(1)}, {IZ_DOCUMENT_AMOUNT, amount}, {IZ_DOCUMENT_CURRENCY, "RUB"}}, {}};
    };
    auto run = estate.run(place);
    run->list("a", {resource("1").set(IZ_RESOURCE_TAGS, R"({"k":"v"})").extend("flavor", "f"), resource("2")}).mark();
    run->list("a", {resource("1").set(IZ_RESOURCE_TAGS, R"({"k":"v"})").extend("flavor", "g")}).push(IZ_KIND_DOCUMENT, {document("1")});
    run->push(IZ_KIND_RELATION, {Record{{{IZ_RELATION_FROM_TYPE, "x"}, {IZ_RELATION_FROM_ID, "x"}, {IZ_RELATION_TO_TYPE, "x"},
                                         {IZ_RELATION_TO_ID, "y"}, {IZ_RELATION_RELATION, "uses"}}, {}}});
    run->push(IZ_KIND_LOG, {Record{{{IZ_LOG_TIMESTAMP, day(1)}, {IZ_LOG_LOG_TYPE, "audit"}, {IZ_LOG_MESSAGE, tenant},
                                    {IZ_LOG_EVENT_ID, "e"}}, {}}});
    run->push(IZ_KIND_COMPONENT, {Record{{{IZ_COMPONENT_RESOURCE_TYPE, "x"}, {IZ_COMPONENT_EXTERNAL_ID, "x"},
                                          {IZ_COMPONENT_COMPONENT_TYPE, "software"}, {IZ_COMPONENT_NAME, "n"}}, {}}});
    run->push(IZ_KIND_ACCOUNT, {Record{{{IZ_ACCOUNT_ACCOUNT_ID, "a"}, {IZ_ACCOUNT_ACCOUNT_TYPE, "login"}}, {}}});
    run->push(IZ_KIND_BALANCE, {Record{{{IZ_BALANCE_ACCOUNT_ID, "a"}, {IZ_BALANCE_AMOUNT, "1"}, {IZ_BALANCE_CURRENCY, "RUB"},
                                        {IZ_BALANCE_AS_OF, day(1)}}, {}}});
    run->push(IZ_KIND_PRICE, {Record{{{IZ_PRICE_SKU_ID, "s"}, {IZ_PRICE_UNIT, "h"}, {IZ_PRICE_UNIT_PRICE, "1"},
                                      {IZ_PRICE_CURRENCY, "RUB"}, {IZ_PRICE_VALID_FROM, day(1)}}, {}}});
    run->push(IZ_KIND_RATE, {Record{{{IZ_RATE_BASE_CURRENCY, "USD"}, {IZ_RATE_QUOTE_CURRENCY, "RUB"}, {IZ_RATE_RATE, "90"},
                                     {IZ_RATE_DAY, "2026-01-01"}, {IZ_RATE_SOURCE, "cbr"}}, {}}}).mark();
    run->push(IZ_KIND_DOCUMENT, {document("2")}).mark();
    run.reset();
    const std::string id = "(SELECT tenant_id FROM tenants WHERE name = '" + tenant + "')";
    const std::string thing = "(SELECT min(id) FROM resource_items WHERE tenant_id = " + id + ")";
    estate.query("INSERT INTO tag_categories (tenant_id, category_name) VALUES (" + id + ", 'cost')");
    estate.query("INSERT INTO cost_allocations (tenant_id, resource_id, allocation_method) VALUES (" + id + ", " + thing +
                 ", 'direct')");
    for (const std::string table : {"resource_usage_summary", "cost_trends"}) {
      estate.query("INSERT INTO " + table + " (tenant_id, resource_id, period_start, period_end, total_cost, currency) VALUES (" +
                   id + ", " + thing + ", '2026-01-01', '2026-02-01', 1, 'RUB')");
    }
    estate.query("INSERT INTO optimization_recommendations (tenant_id, resource_id, recommendation_type, title) VALUES (" + id +
                 ", " + thing + ", 'cleanup', 't')");
  }

  Estate estate;
};

TEST_F(Readers, see_their_tenants_rows_only_and_write_none) {
  const std::string own = estate.scalar("SELECT tenant_id FROM tenants WHERE name = 'acme'");
  for (const std::string table : kTables) {
    SCOPED_TRACE(table);
    const std::string count = "SELECT count(DISTINCT tenant_id) || ' ' || min(tenant_id) FROM " + table;
    EXPECT_EQ(estate.scalar("SELECT count(DISTINCT tenant_id) FROM " + table), "2");
    EXPECT_EQ(pg_scalar(estate.as("ann"), count), "1 " + own);
    EXPECT_EQ(pg_scalar(estate.as("infrazen"), "SELECT count(DISTINCT tenant_id) FROM " + table), "2");
    EXPECT_THROW(pg_query(estate.as("ann"), "DELETE FROM " + table), std::runtime_error);
    EXPECT_THROW(pg_query(estate.as("ann"), "UPDATE " + table + " SET tenant_id = tenant_id"), std::runtime_error);
  }
}

TEST_F(Readers, cannot_reach_leaves_or_make_tables) {
  EXPECT_THROW(pg_query(estate.as("ann"), "SELECT * FROM resource_logs_20260101"), std::runtime_error);
  EXPECT_THROW(pg_query(estate.as("ann"), "SELECT ensure_extension_table('abc', 'x', '[]')"), std::runtime_error);
  EXPECT_THROW(pg_query(estate.as("ann"), "SELECT try_extension_table('abc', 'x', '[]')"), std::runtime_error);
}

}  // namespace
}  // namespace iz::test
