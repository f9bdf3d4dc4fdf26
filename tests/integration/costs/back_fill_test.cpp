// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/costs/ledger.hpp"

// Charges of a back-fill: its window's days are made what was delivered, others stay.
namespace iz::test {
namespace {

using namespace std::chrono;

Ledger::Source days(int first, int end, const std::string& zone = "UTC") {
  Ledger::Source source;
  source.zone = zone;
  source.window = {sys_days(2026y / 9 / first), sys_days(2026y / 9 / end)};
  return source;
}

std::string bill(const Ledger& ledger) {
  return ledger.scalar(
      "SELECT string_agg(trim_scale(billed_cost)::text, ' ' ORDER BY charge_period_start, billed_cost) FROM "
      "cost_charges");
}

std::string cursor(const Ledger& ledger) {
  return ledger.scalar("SELECT convert_from(cursor, 'UTF8') FROM streams WHERE stream = 'costs'");
}

TEST(BackFilledCharges, a_part_that_reaches_beyond_the_window_keeps_its_other_days) {
  Ledger ledger;
  ledger.run()
      .open("2026-09")
      .push("2026-09", {charge("1", 1), charge("2", 2), charge("3", 3), charge("4", 4)})
      .close("2026-09")
      .mark("fifth")
      .finish();
  // Two days are asked for; one of them is empty now, of the other an amount was restated.
  ledger.run(days(2, 4)).open("2026-09").push("2026-09", {charge("2.5", 2)}).close("2026-09").mark("second").finish();
  EXPECT_EQ(bill(ledger), "1 2.5 4");
  EXPECT_EQ(cursor(ledger), "fifth");
  EXPECT_EQ(
      ledger.scalar("SELECT string_agg(trim_scale(total)::text, ' ' ORDER BY charge_day) FROM (SELECT charge_day, "
                    "sum(billed_cost) AS total FROM cost_daily GROUP BY 1) d"),
      "1 2.5 4")
      << "the roll-up is of the same days";
  // A regular delivery says of all days what there is.
  ledger.deliver("2026-09", {charge("1", 1)});
  EXPECT_EQ(bill(ledger), "1");
}

TEST(BackFilledCharges, a_day_outside_of_the_window_that_is_delivered_is_compared_as_ever) {
  Ledger ledger;
  ledger.deliver("2026-09", {charge("1", 1), charge("2", 2, 0), charge("2.1", 2, 1), charge("3", 3)});
  ledger.run(days(3, 4)).deliver("2026-09", {charge("2", 2, 0), charge("3", 3)});
  EXPECT_EQ(bill(ledger), "1 2 3");
}

TEST(BackFilledCharges, the_window_touches_days_of_the_billing_zone) {
  Ledger ledger;
  // Days of Moscow: the charge of the 1st, 21:00 UTC, is of the 2nd there.
  const Ledger::Source plain{.zone = "Europe/Moscow"};
  ledger.run(plain).deliver("2026-09", {charge("1", 1, 0), charge("2", 1, 21), charge("3", 2, 21), charge("4", 3, 21)});
  ledger.run(days(2, 3, "Europe/Moscow")).open("2026-09").close("2026-09").mark().finish();
  EXPECT_EQ(bill(ledger), "1 4") << "the 2nd of UTC is of the 2nd and the 3rd in Moscow";
}

TEST(BackFilledCharges, twice_is_as_once_and_the_cursor_of_a_stream_that_never_ran_stays_empty) {
  Ledger ledger;
  ledger.run(days(1, 3)).deliver("day", {charge("1", 1), charge("2", 2)});
  EXPECT_EQ(cursor(ledger), "");
  ledger.run(days(1, 3)).deliver("day", {charge("1", 1), charge("2", 2)});
  EXPECT_EQ(bill(ledger), "1 2");
  EXPECT_EQ(ledger.scalar("SELECT count(*) FROM cost_changes"), "0");
  EXPECT_EQ(ledger.scalar("SELECT string_agg(mode || ' ' || since || ' ' || until, ', ') FROM runs"),
            "back_fill 2026-09-01 2026-09-03, back_fill 2026-09-01 2026-09-03");
}

}  // namespace
}  // namespace iz::test
