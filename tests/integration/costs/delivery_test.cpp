// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <cstddef>
#include <random>
#include <utility>

#include <gmock/gmock.h>

#include <infrazen/decimal.hpp>

#include "harness/wait_until.hpp"
#include "integration/costs/ledger.hpp"
#include "records/run_sink.hpp"
#include "store/costs/cost_report.hpp"
#include "store/costs/cost_rollups.hpp"

namespace iz::test {
namespace {

using infrazen::Decimal;
using testing::HasSubstr;

std::vector<Charge> two_days() {
  return {charge("1.10", 1, 0), charge("2.20", 1, 1), charge("3.30", 2, 0, "vm-2"), charge("-0.05", 2, 1, "vm-2")};
}

Decimal sum_of(const std::vector<Charge>& charges) {
  Decimal sum;
  for (const auto& charge : charges) sum += Decimal::parse(*charge.find(IZ_CHARGE_BILLED_COST)).value();
  return sum;
}

std::string state(const Ledger& ledger) {
  return ledger.scalar("SELECT string_agg(c::text, E'\\n' ORDER BY row_hash) FROM cost_charges c");
}

TEST(Delivery, a_bill_goes_in_with_every_amount_exact) {
  Ledger ledger;
  auto charges = two_days();
  charges.push_back(charge("0.00000000000000000001", 3));
  charges.push_back(charge("99999999999999.000000000000000001", 3));
  charges.push_back(charge("1.5E-3", 4));
  ledger.deliver("2026-09", charges);
  EXPECT_EQ(Decimal::parse(ledger.scalar("SELECT sum(billed_cost) FROM cost_charges")).value(), sum_of(charges));
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM focus_1_4"), "7");
  EXPECT_EQ(ledger.scalar(R"(SELECT "BilledCost"::text || "BillingCurrency" || "ResourceId" || ("Tags" ->> 'env') FROM focus_1_0
                             WHERE "ChargePeriodStart" = '2026-09-01 00:00Z')"),
            "1.10RUBvm-1prod");
}

TEST(Delivery, the_same_delivery_again_changes_nothing) {
  Ledger ledger;
  ledger.deliver("2026-09", two_days());
  const auto before = state(ledger);
  ledger.deliver("2026-09", two_days());
  EXPECT_EQ(state(ledger), before);
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_changes"), "0");
  EXPECT_EQ(ledger.scalar("SELECT count(DISTINCT xmin::text) FROM cost_charges"), "1");  // not a row was written anew
}

TEST(Delivery, zeros_at_the_end_of_an_amount_are_not_a_change) {
  Ledger ledger;
  ledger.deliver("2026-09", two_days());
  auto again = two_days();
  again[0].set(IZ_CHARGE_BILLED_COST, "1.1000");
  ledger.deliver("2026-09", again);
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_changes"), "0");
}

TEST(Delivery, one_changed_amount_is_one_change_with_the_old_version_kept) {
  Ledger ledger;
  ledger.deliver("2026-09", two_days());
  auto restated = two_days();
  restated[2].set(IZ_CHARGE_BILLED_COST, "4.00");
  ledger.deliver("2026-09", restated);
  EXPECT_EQ(Decimal::parse(ledger.scalar("SELECT sum(billed_cost) FROM cost_charges")).value(), sum_of(restated));
  const auto changes = ledger.query(
      "SELECT change, billed_cost_before, billed_cost_after, old_charge ->> 'billed_cost', charge_day FROM cost_changes");
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0], (PgRow{"changed", "3.30", "4.00", "3.30", "2026-09-02"}));
}

TEST(Delivery, equal_charges_are_all_kept_and_taken_away_one_by_one) {
  Ledger ledger;
  ledger.deliver("2026-09", {charge("5"), charge("5"), charge("5"), charge("7")});
  EXPECT_EQ(ledger.scalar("SELECT sum(billed_cost) FROM cost_charges"), "22");
  ledger.deliver("2026-09", {charge("5"), charge("7"), charge("5")});
  EXPECT_EQ(ledger.scalar("SELECT sum(billed_cost) FROM cost_charges"), "17");
  EXPECT_EQ(ledger.query("SELECT change, billed_cost_before FROM cost_changes"), (PgRows{{"gone", "5"}}));
  ledger.deliver("2026-09", {charge("5"), charge("5"), charge("5"), charge("5"), charge("7")});
  EXPECT_EQ(ledger.scalar("SELECT sum(billed_cost) FROM cost_charges"), "27");
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_changes WHERE change = 'new'"), "2");
}

TEST(Delivery, a_day_that_the_delivery_lost_goes_and_a_day_that_is_new_is_no_change) {
  Ledger ledger;
  ledger.deliver("2026-09", two_days());
  ledger.deliver("2026-09", {charge("1.10", 1, 0), charge("2.20", 1, 1), charge("9", 3)});
  EXPECT_EQ(ledger.scalar("SELECT sum(billed_cost) FROM cost_charges"), "12.30");
  EXPECT_EQ(ledger.scalar("SELECT string_agg(DISTINCT change, ',') || count(*) FROM cost_changes"), "gone2");
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_buckets"), "2");
}

// So many charges that days are settled while they come in: 1,600 a day.
std::vector<Charge> five_days() {
  std::vector<Charge> charges;
  for (int i = 0; i < 8'000; ++i) {
    charges.push_back(charge(std::to_string(i % 1'599) + ".25", 1 + i / 1'600, i % 24, "vm-" + std::to_string(i % 7)));
  }
  return charges;
}

TEST(Delivery, what_comes_to_days_that_were_as_they_had_been_is_found) {
  for (const bool shuffled : {false, true}) {
    Ledger ledger;
    ledger.deliver("2026-09", five_days());
    auto charges = five_days();
    charges[3'700].set(IZ_CHARGE_BILLED_COST, "77");                 // day 3
    charges.erase(charges.begin() + 5'500);                          // day 4
    charges.push_back(charges[5]);                                   // one more of its kind, of day 1
    charges.push_back(charge("1000.5", 2, 1, "vm-new"));             // day 2
    if (shuffled) std::ranges::shuffle(charges, std::minstd_rand(7));
    auto run = ledger.run();
    run.open("2026-09");
    for (std::size_t i = 0; i < charges.size(); i += 100) {
      const auto end = std::min(charges.size(), i + 100);
      run.push("2026-09", {charges.begin() + static_cast<std::ptrdiff_t>(i), charges.begin() + static_cast<std::ptrdiff_t>(end)});
    }
    run.close("2026-09").mark().finish();

    EXPECT_EQ(ledger.scalar("SELECT string_agg(n, ', ' ORDER BY n) FROM (SELECT change || ' ' || charge_day || ' ' || count(*) AS n "
                            "FROM cost_changes GROUP BY change, charge_day) c"),
              "changed 2026-09-03 1, gone 2026-09-04 1, new 2026-09-01 1, new 2026-09-02 1");
    Ledger fresh;
    fresh.deliver("2026-09", charges);
    constexpr const char* kAll = "SELECT string_agg((f.*)::text, E'\n' ORDER BY (f.*)::text) FROM focus_charges f";
    EXPECT_EQ(ledger.scalar(kAll), fresh.scalar(kAll));
    constexpr const char* kBuckets = "SELECT string_agg(charge_day || ' ' || charges || ' ' || hash_sum, ', ' ORDER BY charge_day) FROM cost_buckets";
    EXPECT_EQ(ledger.scalar(kBuckets), fresh.scalar(kBuckets));
  }
}

TEST(Delivery, days_that_were_settled_against_what_somebody_replaced_are_not_written) {
  Ledger ledger;
  ledger.deliver("2026-09", five_days());
  auto run = ledger.run();
  run.open("2026-09").push("2026-09", five_days()).push("2026-09", {charge("1", 1)});
  ledger.query("UPDATE cost_buckets SET hash_sum = 'ffffffff-ffff-ffff-ffff-ffffffffffff'");
  run.close("2026-09");
  EXPECT_THROW(run.mark(), records::RunError);
  run.finish(false);
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_changes"), "0");
}

TEST(Delivery, a_part_that_is_not_delivered_is_not_touched) {
  Ledger ledger;
  ledger.deliver("a.csv", {charge("1", 1)});
  ledger.deliver("b.csv", {charge("2", 1)});
  ledger.deliver("b.csv", {charge("3", 1)});
  EXPECT_EQ(ledger.scalar("SELECT sum(billed_cost) FROM cost_charges"), "4");
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_changes"), "1");
  ledger.deliver("b.csv", {});
  EXPECT_EQ(ledger.scalar("SELECT sum(billed_cost) FROM cost_charges"), "1");
}

TEST(Delivery, a_scope_that_failed_replaces_nothing_and_does_not_keep_the_others_out) {
  for (const std::uint64_t write_ahead : {std::uint64_t{4} << 20, std::uint64_t{1}}) {
    Ledger ledger;
    ledger.write_ahead_bytes = write_ahead;
    ledger.deliver("old.csv", {charge("1", 1)});
    auto run = ledger.run();
    run.open("new-broken.csv").push("new-broken.csv", {charge("100", 2)});
    run.open("old.csv").push("old.csv", {charge("200", 1)});
    run.open("good.csv").push("good.csv", {charge("3", 3)}).close("good.csv");
    run.mark();
    EXPECT_EQ(ledger.scalar("SELECT sum(billed_cost) FROM cost_charges"), "4") << write_ahead;
    EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_buckets"), "2");
    EXPECT_THROW(run.push("old.csv", {charge("1", 1)}), records::RunError);
  }
}

TEST(Delivery, charges_outside_of_a_scope_are_refused) {
  Ledger ledger;
  auto run = ledger.run();
  EXPECT_THROW(run.push("never-opened", {charge("1")}), records::RunError);
}

TEST(Delivery, without_a_mark_nothing_happened) {
  Ledger ledger;
  ledger.write_ahead_bytes = 1;  // rows are in PostgreSQL already when the run ends
  {
    auto run = ledger.run();
    run.open("p").push("p", two_days()).push("p", two_days());
    run.finish(false);
  }
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_charges"), "0");
  EXPECT_EQ(ledger.scalar("SELECT mark_seq FROM streams"), "0");
  ledger.deliver("p", two_days());
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_charges"), "4");
}

TEST(Delivery, written_ahead_or_spooled_to_disk_the_result_is_the_same) {
  std::string states[3];
  for (int way = 0; way < 3; ++way) {
    Ledger ledger;
    if (way == 1) ledger.write_ahead_bytes = 1;
    if (way == 2) ledger.spool_memory = 1;
    auto run = ledger.run();
    run.open("p");
    for (int i = 0; i < 50; ++i) {
      std::vector<Charge> batch;
      for (int j = 0; j < 20; ++j) batch.push_back(charge(std::to_string(i * 100 + j) + ".25", 1 + j, i % 24, "vm-" + std::to_string(i)));
      run.push("p", batch);
    }
    run.close("p").mark().finish();
    EXPECT_EQ(ledger.scalar("SELECT count(*) FROM focus_1_4"), "1000");
    states[way] = ledger.scalar("SELECT string_agg(f::text, E'\\n' ORDER BY row_hash) FROM focus_charges f");
  }
  EXPECT_EQ(states[0], states[1]);
  EXPECT_EQ(states[0], states[2]);
}

// Charges of `count` resources, in batches, as a connector sends them.
void push_resources(Ledger::Run& run, int first, int count) {
  std::vector<Charge> batch;
  for (int i = first; i < first + count; ++i) {
    batch.push_back(charge("0.01", 1 + i % 28, i % 24, "vm-" + std::to_string(i)));
    if (batch.size() == 500) run.push("p", std::exchange(batch, {}));
  }
}

// The session that writes contents beside the mark's transaction.
constexpr const char* kBeside =
    "FROM pg_stat_activity WHERE datname = current_database() AND query ~ 'INSERT INTO infrazen.cost_' AND pid <> "
    "pg_backend_pid()";

TEST(Delivery, texts_are_written_beside_the_mark_while_its_charges_are) {
  Ledger ledger;
  ledger.write_ahead_bytes = 1;
  {
    auto run = ledger.run();
    run.open("p");
    push_resources(run, 0, 5'000);
    int next = 5'000;
    // Nobody waits for them, so charges go on until the texts of the first are in.
    EXPECT_TRUE(wait_until([&] {
      push_resources(run, next, 500);
      next += 500;
      return std::stoi(ledger.scalar("SELECT count(*) FROM cost_resources")) >= 5'000;
    }));
    EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_charges"), "0");
    run.finish(false);
  }
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM focus_1_4"), "0");
  auto run = ledger.run();
  run.open("p");
  push_resources(run, 0, 5'000);
  run.close("p").mark().finish();
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM focus_1_4"), "5000");
  EXPECT_EQ(ledger.scalar(R"(SELECT count(DISTINCT "ResourceId") FROM focus_1_4)"), "5000");
}

TEST(Delivery, the_mark_writes_the_texts_that_a_lost_session_beside_it_did_not) {
  Ledger ledger;
  ledger.write_ahead_bytes = 1;
  auto run = ledger.run();
  run.open("p");
  int next = 0;
  const auto killed = [&] {
    push_resources(run, next, 1'000);
    next += 1'000;
    return ledger.scalar(std::string("SELECT count(pg_terminate_backend(pid)) ") + kBeside) != "0";
  };
  EXPECT_TRUE(wait_until(killed));
  push_resources(run, next, 5'000);
  run.close("p").mark().finish();
  const std::string all = std::to_string(next + 5'000);
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM focus_1_4"), all);
  EXPECT_EQ(ledger.scalar(R"(SELECT count(DISTINCT "ResourceId") FROM focus_1_4)"), all);
}

TEST(Delivery, the_same_bill_through_a_second_connection_is_refused) {
  Ledger ledger;
  ledger.deliver("2026-09", {charge("1")});
  auto second = ledger.run({.connection = "copy"});
  second.open("elsewhere");
  try {
    second.push("elsewhere", {charge("1")});
    FAIL() << "the claim was not noticed";
  } catch (const records::RunError& error) {
    EXPECT_EQ(error.error_class(), static_cast<std::uint32_t>(IZ_ERR_CONFIG));
    EXPECT_THAT(error.what(), HasSubstr("acc-1"));
    EXPECT_THAT(error.what(), HasSubstr("connection bills"));
  }
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_charges"), "1");
  // Another tenant's account of the same number is another one.
  ledger.run({.connection = "other", .tenant = "umbrella"}).deliver("p", {charge("1")});
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_charges"), "2");
}

TEST(Delivery, two_connections_that_claim_at_the_same_time_do_not_both_get_it) {
  Ledger ledger;
  auto first = ledger.run();
  auto second = ledger.run({.connection = "copy"});
  first.open("p").push("p", {charge("1")}).close("p");
  second.open("p").push("p", {charge("1")}).close("p");  // nobody has claimed yet
  first.mark();
  EXPECT_THROW(second.mark(), records::RunError);
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_charges"), "1");
}

TEST(Delivery, a_charge_belongs_to_the_day_and_month_of_its_billing_time_zone) {
  Ledger ledger;
  auto late = charge("1");
  late.set(IZ_CHARGE_BILLING_PERIOD_START, "2026-09-30T21:00:00Z")
      .set(IZ_CHARGE_BILLING_PERIOD_END, "2026-10-31T21:00:00Z")
      .set(IZ_CHARGE_CHARGE_PERIOD_START, "2026-09-30T21:00:00Z")
      .set(IZ_CHARGE_CHARGE_PERIOD_END, "2026-09-30T22:00:00Z");
  ledger.run({.zone = "Europe/Moscow"}).deliver("p", {late});
  EXPECT_EQ(ledger.query("SELECT billing_month, charge_day FROM cost_charges"), (PgRows{{"2026-10-01", "2026-10-01"}}));
}

TEST(Delivery, years_back_gets_its_partitions_on_demand) {
  Ledger ledger;
  std::vector<Charge> charges;
  for (int year = 2019; year < 2025; ++year) {
    auto old = charge("1");
    const auto y = std::to_string(year);
    old.set(IZ_CHARGE_BILLING_PERIOD_START, y + "-02-01T00:00:00Z").set(IZ_CHARGE_BILLING_PERIOD_END, y + "-03-01T00:00:00Z");
    old.set(IZ_CHARGE_CHARGE_PERIOD_START, y + "-02-03T00:00:00Z").set(IZ_CHARGE_CHARGE_PERIOD_END, y + "-02-04T00:00:00Z");
    charges.push_back(old);
  }
  ledger.write_ahead_bytes = 1;
  auto run = ledger.run();
  run.open("p");
  for (const auto& old : charges) run.push("p", {old});
  run.close("p").mark();
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_charges"), "6");
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM partitions_of('infrazen.cost_charges')"), "6");
}

}  // namespace
}  // namespace iz::test
