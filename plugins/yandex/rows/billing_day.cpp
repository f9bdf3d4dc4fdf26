// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/rows/billing_day.hpp"

namespace iz::yandex {
namespace {

std::optional<Day> day_of(int year, int month, int day) {
  const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  return date.ok() && year >= 1970 && year < 10'000 ? std::optional(Day(date)) : std::nullopt;
}

}  // namespace

std::optional<Day> parse_day(std::string_view text) {
  const auto day = infrazen::parse_day(text);
  return day && *day >= Day() ? day : std::nullopt;
}

std::optional<Day> day_in_name(std::string_view key) {
  using infrazen::detail::take_digits;
  for (std::size_t at = 0; at + 8 <= key.size(); ++at) {
    int year = 0;
    int month = 0;
    int day = 0;
    if (!take_digits(key, at, 4, year)) continue;
    const std::size_t dash = key[at + 4] == '-' ? 1 : 0;
    if (!take_digits(key, at + 4 + dash, 2, month)) continue;
    const std::size_t second = at + 6 + dash < key.size() && key[at + 6 + dash] == '-' ? 1 : 0;
    if (!take_digits(key, at + 6 + dash + second, 2, day)) continue;
    if (const auto found = day_of(year, month, day)) return found;
  }
  return std::nullopt;
}

}  // namespace iz::yandex
