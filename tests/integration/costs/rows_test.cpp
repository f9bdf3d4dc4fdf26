// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>

#include "integration/costs/ledger.hpp"
#include "records/kinds.hpp"
#include "store/costs/cost_report.hpp"
#include "store/costs/cost_rollups.hpp"
#include "store/streams/findings.hpp"

namespace iz::test {
namespace {

TEST(Rows, one_that_cannot_be_represented_stays_out_and_says_where) {
  Ledger ledger;
  auto no_account = charge("1");
  no_account.set(IZ_CHARGE_BILLING_ACCOUNT_ID, "");
  auto bad_number = charge("12,50");
  auto bad_date = charge("1");
  bad_date.set(IZ_CHARGE_CHARGE_PERIOD_END, "2026-02-30T00:00:00Z");
  auto bad_text = charge("1");
  bad_text.set(IZ_CHARGE_RESOURCE_NAME, "caf\xe9");
  ledger.run().deliver("p", {charge("1"), no_account, bad_number, bad_date, bad_text, charge("2")});
  EXPECT_EQ(ledger.scalar("SELECT sum(billed_cost) FROM cost_charges"), "3");
  EXPECT_EQ(ledger.query("SELECT origin, position, column_name, value, rule FROM findings WHERE severity = 'rejected' ORDER BY position"),
            (PgRows{{"bill.csv", "3", "BillingAccountId", "", "missing"},
                    {"bill.csv", "4", "BilledCost", "12,50", "decimal_format"},
                    {"bill.csv", "5", "ChargePeriodEnd", "2026-02-30T00:00:00Z", "instant_format"},
                    {"bill.csv", "6", "ResourceName", "caf?", "utf8"}}));
  EXPECT_EQ(ledger.scalar("SELECT rejected FROM runs"), "4");
}

TEST(Rows, tags_that_are_no_json_are_kept_as_text_with_a_finding) {
  Ledger ledger;
  auto odd = charge("1");
  odd.set(IZ_CHARGE_TAGS, "env=prod");
  ledger.deliver("p", {odd, charge("2")});
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_charges"), "2");
  EXPECT_EQ(ledger.scalar(R"(SELECT "Tags" #>> '{}' FROM focus_1_0 WHERE "BilledCost" = 1)"), "env=prod");
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM findings WHERE rule = 'json_object' AND column_name = 'Tags'"), "1");
}

TEST(Rows, unknown_columns_are_kept_with_the_x_prefix_whatever_their_order) {
  Ledger ledger;
  auto one = charge("1");
  one.x("x_Team", "blue").x("Id", "17");
  ledger.deliver("p", {one});
  EXPECT_EQ(ledger.scalar("SELECT x_columns::text FROM focus_1_2"), R"({"x_Id": "17", "x_Team": "blue"})");
}

TEST(Rows, every_focus_column_comes_back) {
  Ledger ledger;
  auto full = charge("1");
  const auto* kind = records::find_kind(IZ_KIND_CHARGE);
  for (const auto& field : kind->fields) {
    if (full.find(field.id) != nullptr) continue;
    switch (field.type) {
      case records::FieldType::decimal: full.set(field.id, "0.25"); break;
      case records::FieldType::json_object: full.set(field.id, R"({"k": "v"})"); break;
      default: full.set(field.id, "text of " + std::string(field.name));
    }
  }
  ledger.deliver("p", {full});
  for (const auto& field : kind->fields) {
    EXPECT_EQ(ledger.scalar("SELECT \"" + std::string(field.name) + "\" IS NOT NULL FROM focus_charges"), "t") << field.name;
    if (field.type == records::FieldType::decimal && field.id != IZ_CHARGE_BILLED_COST && field.id != IZ_CHARGE_EFFECTIVE_COST) {
      EXPECT_EQ(ledger.scalar("SELECT \"" + std::string(field.name) + "\" FROM focus_charges"), "0.25") << field.name;
    }
  }
  for (const char* version : {"1_0", "1_1", "1_2", "1_3", "1_4"}) {
    EXPECT_EQ(ledger.scalar(std::string("SELECT count(*) FROM focus_") + version), "1");
  }
}

TEST(Rows, charges_that_repeat_their_texts_are_as_if_each_came_alone) {
  const auto bill = [] {
    std::vector<Charge> charges;
    for (int i = 0; i < 120; ++i) {
      auto one = charge(std::to_string(i) + ".5", 1 + i % 5, i % 24, "vm-" + std::to_string(i % 3));
      if (i % 4 == 1) one.set(IZ_CHARGE_TAGS, "no json");
      if (i % 4 == 2) one.x("x_Team", "team-" + std::to_string(i % 2));
      one.set(IZ_CHARGE_CHARGE_FREQUENCY, i % 4 == 3 ? "Nonsense" : "Usage-Based");
      charges.push_back(one);
    }
    return charges;
  }();
  std::string charges[2];
  std::string findings[2];
  for (const bool together : {false, true}) {
    Ledger ledger;
    auto run = ledger.run();
    run.open("p");
    if (together) {
      run.push("p", bill);
    } else {  // other columns with nearly each of them
      for (const auto& one : bill) run.push("p", {one});
    }
    run.close("p");
    run.mark().finish();
    charges[together] = ledger.scalar("SELECT string_agg((to_jsonb(f) - 'part')::text, E'\n' ORDER BY row_hash) FROM focus_charges f");
    findings[together] = ledger.scalar(
        "SELECT string_agg(rule || ' ' || n, ', ' ORDER BY rule) FROM (SELECT rule, sum(occurrences) AS n FROM findings GROUP BY rule) f");
  }
  EXPECT_EQ(charges[0], charges[1]);
  EXPECT_EQ(findings[0], findings[1]);
  EXPECT_THAT(findings[1], testing::AllOf(testing::HasSubstr("enum 30"), testing::HasSubstr("json")));
}

TEST(Rows, texts_that_hardly_repeat_go_into_the_charge_and_come_back_the_same) {
  Ledger ledger;
  constexpr int kRows = 70'000;
  auto run = ledger.run();
  run.open("p");
  std::vector<Charge> batch;
  for (int i = 0; i < kRows; ++i) {
    batch.push_back(charge("0.01", 1 + i % 28, i % 24, "vm-\"" + std::to_string(i)));
    if (batch.size() == 5'000) {
      run.push("p", batch);
      batch.clear();
    }
  }
  run.close("p").mark().finish();
  EXPECT_EQ(ledger.scalar("SELECT count(*) > 0 FROM cost_charges WHERE inline IS NOT NULL"), "t");
  EXPECT_EQ(ledger.scalar(R"(SELECT count(DISTINCT "ResourceId") FROM focus_1_4)"), std::to_string(kRows));
  EXPECT_EQ(ledger.scalar(R"(SELECT count(*) FROM focus_1_4 WHERE "ResourceId" = 'vm-"69999')"), "1");
  // Whether a text is inline or not is no part of the charge: the same bill again is no change.
  auto again = ledger.run();
  again.open("p");
  batch.clear();
  for (int i = kRows - 1; i >= 0; --i) {
    batch.push_back(charge("0.01", 1 + i % 28, i % 24, "vm-\"" + std::to_string(i)));
    if (batch.size() == 5'000) {
      again.push("p", batch);
      batch.clear();
    }
  }
  again.close("p").mark().finish();
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_changes"), "0");
}

TEST(Rollup, a_report_equals_the_charges_before_and_after_the_roll_up) {
  Ledger ledger;
  const auto raw = [&] {
    return ledger.query(R"(SELECT s.service_name, sum(billed_cost), count(*) FROM cost_charges c
                           JOIN cost_services s ON s.id = c.service_id GROUP BY 1 ORDER BY 1)");
  };
  const auto reported = [&] {
    return ledger.query("SELECT service_name, sum(billed_cost), sum(charges) FROM cost_report GROUP BY 1 ORDER BY 1");
  };
  auto run = ledger.run();
  run.open("big");
  std::vector<Charge> batch;
  for (int i = 0; i < 8'000; ++i) {
    batch.push_back(charge("0.013", 1 + i % 5, i % 24).set(IZ_CHARGE_SERVICE_NAME, i % 3 == 0 ? "Disks" : "Compute"));
  }
  run.push("big", batch).close("big").mark().finish();
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM rollup_dirty"), "5");  // too large for the mark
  EXPECT_EQ(reported(), raw());
  ledger.deliver("small", {charge("7", 1)});
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_daily"), "1");  // small: at once
  EXPECT_EQ(reported(), raw());
  EXPECT_EQ(store::refresh_cost_rollups(*ledger.database), 5U);
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM rollup_dirty"), "0");
  EXPECT_EQ(reported(), raw());
  ledger.deliver("small", {charge("8", 1), charge("9", 2)});
  EXPECT_EQ(reported(), raw());
  EXPECT_EQ(ledger.scalar("SELECT count(DISTINCT part_id) FROM cost_daily WHERE charge_day = '2026-09-01'"), "2");
}

TEST(Rollup, costs_are_reported_by_service_account_region_and_tag) {
  Ledger ledger;
  auto untagged = charge("5", 2);
  std::erase_if(untagged.cells, [](const auto& cell) { return cell.first == IZ_CHARGE_TAGS; });
  auto dollars = charge("1", 3).set(IZ_CHARGE_BILLING_CURRENCY, "USD");
  ledger.deliver("p", {charge("1.25"), untagged, dollars});
  const auto ask = [&](const char* by) {
    store::CostQuestion question;
    question.month = std::chrono::year(2026) / 9;
    EXPECT_TRUE(store::parse_cost_dimension(by, question.by, question.tag_key));
    return store::cost_report(*ledger.database, question);
  };
  const auto by_service = ask("service");
  ASSERT_EQ(by_service.totals.size(), 2U);
  EXPECT_EQ(by_service.totals[0].currency, "RUB");
  EXPECT_EQ(by_service.totals[0].billed.to_string(), "6.25");
  EXPECT_EQ(by_service.lines[0].key, "Compute Cloud");
  EXPECT_EQ(ask("account").lines[0].name, "Account One");
  EXPECT_EQ(ask("region").lines[0].key, "ru-central1");
  const auto by_tag = ask("tag:env");
  ASSERT_EQ(by_tag.lines.size(), 3U);
  EXPECT_EQ(by_tag.lines[0].key, "");
  EXPECT_EQ(by_tag.lines[0].billed.to_string(), "5");
  EXPECT_EQ(by_tag.lines[1].key, "prod");
}

TEST(Readers, see_their_tenants_and_nothing_else_in_tables_views_and_partitions) {
  Ledger ledger;
  ledger.deliver("p", {charge("1")});
  ledger.run({.connection = "other", .tenant = "umbrella"}).deliver("p", {charge("2"), charge("3", 2)});
  ledger.query("DO $$ BEGIN CREATE ROLE anna LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$; GRANT infrazen_reader TO anna; "
               "SELECT grant_reader('anna', 'acme')");
  const auto as_anna = [&](const std::string& sql) { return pg_scalar(ledger.conninfo("anna"), "SET search_path = infrazen; " + sql); };
  EXPECT_EQ(as_anna("SELECT sum(billed_cost) FROM cost_charges"), "1");
  EXPECT_EQ(as_anna("SELECT count(*) FROM focus_1_4"), "1");
  EXPECT_EQ(as_anna("SELECT sum(billed_cost) FROM cost_report"), "1");
  for (const char* table : {"cost_accounts", "cost_services", "cost_parts", "cost_bills", "cost_buckets", "billing_claim", "connections",
                            "tenants", "runs", "cost_daily"}) {
    EXPECT_EQ(as_anna(std::string("SELECT count(*) > 0 AND bool_and(tenant_id = (SELECT min(tenant_id) FROM tenants)) FROM ") + table), "t")
        << table;
  }
  EXPECT_THROW(as_anna("SELECT count(*) FROM cost_charges_20260901"), std::runtime_error);
  EXPECT_THROW(as_anna("SELECT cursor FROM streams"), std::runtime_error);
  EXPECT_THROW(as_anna("DELETE FROM cost_charges"), std::runtime_error);
  EXPECT_EQ(as_anna("SET infrazen.tenant = 'umbrella'; SELECT count(*) FROM cost_charges"), "1");
}

}  // namespace
}  // namespace iz::test
