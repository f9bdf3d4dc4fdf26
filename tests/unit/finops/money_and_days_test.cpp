// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <stdexcept>

#include <gmock/gmock.h>

#include "finops/billing_days.hpp"
#include "finops/exchange.hpp"
#include "finops/finding_fold.hpp"
#include "finops/rounding.hpp"
#include <infrazen/time.hpp>

namespace iz::finops {
namespace {

using infrazen::Decimal;
using namespace std::chrono_literals;
using ::testing::ElementsAre;

std::int64_t us(std::string_view text) {
  return infrazen::parse_instant(text)->time_since_epoch().count();
}
BillingDate date(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day));
}
Decimal d(std::string_view text) {
  return *Decimal::parse(text);
}

TEST(BillingDays, a_month_of_moscow_starts_three_hours_before_utc) {
  const BillingDays moscow("Europe/Moscow");
  EXPECT_EQ(moscow.charge_day(us("2026-09-30T20:59:59Z")), date(2026, 9, 30));
  EXPECT_EQ(moscow.charge_day(us("2026-09-30T21:00:00Z")), date(2026, 10, 1));
  EXPECT_EQ(moscow.billing_month(us("2026-09-30T21:00:00Z")), date(2026, 10, 1));
  EXPECT_EQ(moscow.billing_month(us("2026-10-15T00:00:00Z")), date(2026, 10, 1));
  EXPECT_EQ(moscow.starts_at(date(2026, 10, 1)), us("2026-09-30T21:00:00Z"));
}

TEST(BillingDays, days_follow_the_clock_changes_in_any_order_of_asking) {
  const BillingDays berlin("Europe/Berlin");  // +2 until 2026-10-25T01:00Z, then +1
  EXPECT_EQ(berlin.charge_day(us("2026-10-24T21:59:59Z")), date(2026, 10, 24));
  EXPECT_EQ(berlin.charge_day(us("2026-10-24T22:00:00Z")), date(2026, 10, 25));
  EXPECT_EQ(berlin.charge_day(us("2026-10-25T22:59:59Z")), date(2026, 10, 25));
  EXPECT_EQ(berlin.charge_day(us("2026-10-25T23:00:00Z")), date(2026, 10, 26));
  EXPECT_EQ(berlin.charge_day(us("2026-10-24T22:00:00Z")), date(2026, 10, 25));
  EXPECT_EQ(berlin.starts_at(date(2026, 10, 26)) - berlin.starts_at(date(2026, 10, 25)), 25LL * 3600 * 1'000'000);
}

TEST(BillingDays, a_day_that_starts_at_a_skipped_midnight_starts_when_the_clock_goes_on) {
  const BillingDays beirut("Asia/Beirut");  // 2022-03-27 00:00 → 01:00
  EXPECT_EQ(beirut.starts_at(date(2022, 3, 27)), us("2022-03-26T22:00:00Z"));
  EXPECT_EQ(beirut.charge_day(us("2022-03-26T22:00:00Z")), date(2022, 3, 27));
}

TEST(BillingDays, instants_before_1970_and_far_ahead_have_days_too) {
  const BillingDays utc("UTC");
  EXPECT_EQ(utc.charge_day(-1), date(1969, 12, 31));
  EXPECT_EQ(utc.charge_day(us("2199-12-31T23:59:59Z")), date(2199, 12, 31));
}

TEST(BillingDays, an_unknown_zone_is_named) {
  EXPECT_TRUE(is_time_zone("Asia/Yekaterinburg"));
  EXPECT_FALSE(is_time_zone("Mars/Olympus"));
  try {
    const BillingDays days("Mars/Olympus");
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("Mars/Olympus"), std::string::npos);
  }
}

TEST(Rounding, lines_add_up_to_the_rounded_total) {
  const std::vector<Decimal> lines = {d("1.005"), d("2.005"), d("3.004"), d("-0.001")};
  const auto rounded = round_lines(lines, 2);
  Decimal sum;
  for (const Decimal& line : rounded) sum += line;
  EXPECT_EQ(sum, d("6.01"));  // 6.013
  EXPECT_THAT(rounded, ElementsAre(d("1.01"), d("2"), d("3"), d("0")));
  EXPECT_TRUE(round_lines({}, 2).empty());
}

TEST(Rounding, thirds_give_the_odd_coin_to_the_earlier_line) {
  EXPECT_THAT(split_total(d("100"), std::vector<Decimal>{1, 1, 1}, 2), ElementsAre(d("33.34"), d("33.33"), d("33.33")));
  EXPECT_THAT(split_total(d("-0.05"), std::vector<Decimal>{3, 1}, 2), ElementsAre(d("-0.04"), d("-0.01")));
  EXPECT_THAT(split_total(d("0.01"), std::vector<Decimal>{1, 2, 0}, 2), ElementsAre(d("0"), d("0.01"), d("0")));
}

TEST(Rounding, what_cannot_be_split_is_an_error) {
  EXPECT_THROW((void)split_total(d("1"), std::vector<Decimal>{0, 0}, 2), std::invalid_argument);
  EXPECT_THROW((void)split_total(d("1"), std::vector<Decimal>{1, -1}, 2), std::invalid_argument);
  EXPECT_THROW((void)split_total(d("1.001"), std::vector<Decimal>{1}, 2), std::invalid_argument);
}

TEST(Exchange, a_missing_rate_is_missing_not_one) {
  RateBook book;
  EXPECT_EQ(book.convert(d("5"), "USD", "RUB", date(2026, 9, 1)), std::nullopt);
  EXPECT_EQ(book.convert(d("5"), "USD", "USD", date(2026, 9, 1)), d("5"));
  book.add("USD", "RUB", date(2026, 9, 2), d("80.5"));
  EXPECT_EQ(book.convert(d("5"), "USD", "RUB", date(2026, 9, 1)), std::nullopt) << "no rate yet on that day";
  EXPECT_THROW(book.add("USD", "RUB", date(2026, 9, 3), d("0")), std::invalid_argument);
}

TEST(Exchange, the_rate_of_the_day_holds_over_days_off_but_not_for_ever) {
  RateBook book;
  book.add("USD", "RUB", date(2026, 9, 4), d("80.1234"));  // a Friday
  book.add("USD", "RUB", date(2026, 9, 8), d("81"));
  EXPECT_EQ(book.convert(d("2.5"), "USD", "RUB", date(2026, 9, 6)), d("200.3085"));
  EXPECT_EQ(book.convert(d("1"), "USD", "RUB", date(2026, 9, 8)), d("81"));
  EXPECT_EQ(book.convert(d("1"), "USD", "RUB", date(2026, 9, 30)), std::nullopt);
}

TEST(Exchange, the_other_way_round_and_through_a_third_currency) {
  RateBook book;
  book.add("USD", "RUB", date(2026, 9, 1), d("80"));
  book.add("EUR", "RUB", date(2026, 9, 1), d("100"));
  EXPECT_EQ(book.convert(d("1000"), "RUB", "USD", date(2026, 9, 1)), d("12.5"));
  EXPECT_EQ(book.convert(d("10"), "EUR", "USD", date(2026, 9, 1)), d("12.5"));
  EXPECT_EQ(book.convert(d("1"), "RUB", "EUR", date(2026, 9, 1)), d("0.01"));
  EXPECT_EQ(book.convert(d("1"), "EUR", "KZT", date(2026, 9, 1)), std::nullopt);
}

TEST(FindingFold, equal_findings_are_one_that_counts) {
  FindingFold fold;
  const RowFinding finding{
      .rule = "enum", .column = 3, .column_name = "ChargeCategory", .value = "usage", .message = "no such value"};
  fold.add("bill.csv", 2, finding);
  for (std::uint64_t line = 3; line < 1000; ++line) fold.add("bill.csv", line, finding);
  fold.add("bill.csv", 7,
           {.rule = "enum", .column = 4, .column_name = "ChargeClass", .value = {}, .message = "no such value"});
  const auto all = fold.drain();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].column, "ChargeCategory");
  EXPECT_EQ(all[0].position, 2U);
  EXPECT_EQ(all[0].count, 998U);
  EXPECT_EQ(all[0].sentence(), "no such value (998 rows; the first is shown)");
  EXPECT_TRUE(all[1].value_is_null);
  EXPECT_TRUE(fold.empty());
}

TEST(FindingFold, the_first_values_are_told_apart_and_a_thousand_do_not_make_a_thousand_findings) {
  FindingFold fold;
  for (std::uint64_t line = 2; line < 1002; ++line) {
    const std::string value = "v" + std::to_string(line);
    fold.add("bill.csv", line,
             {.rule = "enum", .column = 3, .column_name = "ChargeCategory", .value = value, .message = "m"});
  }
  const auto all = fold.drain();
  ASSERT_EQ(all.size(), 21U);
  EXPECT_EQ(all[19].count, 1U);
  EXPECT_EQ(all[20].count, 980U);
  std::uint64_t rows = 0;
  for (const auto& folded : all) rows += folded.count;
  EXPECT_EQ(rows, 1000U);
}

}  // namespace
}  // namespace iz::finops
