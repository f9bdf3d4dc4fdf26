// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cbr/quote.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "cbr/ledger.hpp"
#include <infrazen/days.hpp>
#include <infrazen/error.hpp>

namespace iz::cbr {
namespace {

std::string rate(const char* value, const char* nominal) {
  return rate_of({parse_value(value), parse_nominal(nominal)}).to_string();
}

TEST(Quote, a_nominal_that_is_a_power_of_ten_moves_the_point) {
  EXPECT_EQ(rate("83,2454", "1"), "83.2454");
  EXPECT_EQ(rate("15,8213", "100"), "0.158213");
  EXPECT_EQ(rate("155,9839", "1000"), "0.1559839");
  EXPECT_EQ(rate("68,4410", "10000"), "0.0068441");
}

TEST(Quote, any_other_nominal_divides_exactly_if_it_can_and_to_eighteen_decimals_if_not) {
  EXPECT_EQ(rate("10,0001", "8"), "1.2500125");
  EXPECT_EQ(rate("7,5", "50"), "0.15");
  EXPECT_EQ(rate("1", "1024"), "0.0009765625");
  EXPECT_EQ(rate("10", "3"), "3.333333333333333333");
  EXPECT_EQ(rate("20", "3"), "6.666666666666666667");
  EXPECT_EQ(rate("1", "60"), "0.016666666666666667");
}

TEST(Quote, values_are_digits_with_a_comma_and_blanks_between_thousands) {
  EXPECT_EQ(parse_value("1 234,5").to_string(), "1234.5");
  EXPECT_EQ(parse_value("1\xC2\xA0"
                        "234,50")
                .to_string(),
            "1234.5");
  EXPECT_EQ(parse_value("91.0870").to_string(), "91.087");
  for (const char* odd : {"", ",5", "5,,1", "-5", "+5", "0", "0,000", "5,1 2", "1e3", "NaN", "5,1.2", " 5", "5a"})
    EXPECT_THROW((void)parse_value(odd), std::invalid_argument) << odd;
  for (const char* odd : {"", "0", "-1", "1.5", "1 000", "x", "99999999999999999999"})
    EXPECT_THROW((void)parse_nominal(odd), std::invalid_argument) << odd;
}

TEST(Quote, days_are_those_of_the_calendar) {
  EXPECT_EQ(infrazen::day_text(parse_day("03.10.2026")), "2026-10-03");
  EXPECT_EQ(query_day(parse_iso_day("2026-10-03")), "03/10/2026");
  for (const char* odd : {"31.02.2026", "3.10.2026", "03/10/2026", "2026-10-03", "03.10.26", ""})
    EXPECT_THROW((void)parse_day(odd), std::invalid_argument) << odd;
}

TEST(Ledger, says_what_it_was_told) {
  Ledger ledger("");
  ledger.set("USD", {parse_iso_day("2026-01-01"), parse_iso_day("2026-03-12")});
  ledger.set("EUR", {parse_iso_day("2026-02-01"), parse_iso_day("2026-03-11")});
  const Ledger again(ledger.cursor());
  EXPECT_EQ(again.cursor(), ledger.cursor());
  EXPECT_EQ(infrazen::day_text(again.find("USD")->through), "2026-03-12");
  EXPECT_EQ(again.find("GBP"), nullptr);
  for (const char* damaged : {"nonsense", "USD 2026-01-01", "USD 2026-01-01 2026-13-01\n"})
    EXPECT_THROW((void)Ledger(damaged), infrazen::Error) << damaged;
}

}  // namespace
}  // namespace iz::cbr
