// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "schedule/back_fill_window.hpp"

#include <fmt/format.h>

namespace iz::schedule {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

// Before it nobody's cloud has a past; and 0 microseconds mean "no window" to a connector.
constexpr sys_days kFirst = sys_days(std::chrono::year(1970) / 1 / 2);

std::string not_a_day(std::string_view which, std::string_view text) {
  return fmt::format("{}: \"{}\" is not a day like 2026-03-01 (year-month-day, in UTC)", which, text);
}

}  // namespace

std::variant<store::DayWindow, std::string> back_fill_window(std::string_view since, std::string_view until,
                                                             sys_days today) {
  using store::to_text;
  if (since.empty()) return "since is missing: the first day to back-fill, like 2026-03-01";
  const auto first = store::parse_day(since);
  if (!first) return not_a_day("since", since);
  const auto end = until.empty() ? std::optional(today + days(1)) : store::parse_day(until);
  if (!end) return not_a_day("until", until);
  if (*first < kFirst) return fmt::format("since: {} is before 1970-01-02, the earliest day", to_text(*first));
  if (*first > today) {
    return fmt::format("since: {} has not begun; today is {} in UTC, and a back-fill is of days up to today",
                       to_text(*first), to_text(today));
  }
  if (*end > today + days(1)) {
    return fmt::format(
        "until: the days before {} are not all past; today is {} in UTC, so until may be {} at most, or "
        "be left out",
        to_text(*end), to_text(today), to_text(today + days(1)));
  }
  if (*first >= *end) {
    return fmt::format(
        "no day lies between since {} and until {}: until is the first day that is left out, so the day "
        "{} alone is until {}",
        to_text(*first), to_text(*end), to_text(*first), to_text(*first + days(1)));
  }
  return store::DayWindow{*first, *end};
}

}  // namespace iz::schedule
