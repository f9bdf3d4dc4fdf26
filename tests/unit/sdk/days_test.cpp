// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gtest/gtest.h>

#include <infrazen/days.hpp>

namespace infrazen {
namespace {

using std::chrono::minutes;
using std::chrono::sys_days;
using namespace std::chrono_literals;

TEST(Days, a_day_is_written_and_read_back) {
  for (const sys_days day : {sys_days(2026y / 9 / 1), sys_days(2024y / 2 / 29), sys_days(1969y / 12 / 31)})
    EXPECT_EQ(parse_day(day_text(day)), day);
  EXPECT_EQ(day_text(sys_days(2026y / 9 / 1)), "2026-09-01");
}

TEST(Days, what_is_no_day_and_nothing_else_is_none) {
  for (const char* odd : {"", "2026-09", "2026-9-1", "2026-02-29", "2026-13-01", "2026-00-10", "2026/09/01",
                          "01.09.2026", "2026-09-01T00:00:00Z", "2026-09-01 ", "20260901  ", "+026-09-01"}) {
    EXPECT_EQ(parse_day(odd), std::nullopt) << odd;
  }
}

TEST(Days, months_begin_with_their_first_day_over_the_end_of_a_year) {
  EXPECT_EQ(month_of(2026y / 12 / 31), sys_days(2026y / 12 / 1));
  EXPECT_EQ(month_of(2026y / 12 / 1), sys_days(2026y / 12 / 1));
  EXPECT_EQ(next_month(2026y / 12 / 31), sys_days(2027y / 1 / 1));
  EXPECT_EQ(next_month(2026y / 1 / 31), sys_days(2026y / 2 / 1)) << "not a month later, which would be no day";
}

TEST(Days, an_offset_from_utc_is_read_with_its_sign) {
  EXPECT_EQ(parse_utc_offset("+03:00"), minutes(180));
  EXPECT_EQ(parse_utc_offset("-09:30"), minutes(-570));
  EXPECT_EQ(parse_utc_offset("-00:30"), minutes(-30));
  EXPECT_EQ(parse_utc_offset("+14:00"), minutes(840));
  for (const char* odd : {"", "3", "03:00", "+3:00", "+0300", "+15:00", "+03:60", "+03:0x", "+03:00 ", "Z"})
    EXPECT_EQ(parse_utc_offset(odd), std::nullopt) << odd;
}

}  // namespace
}  // namespace infrazen
