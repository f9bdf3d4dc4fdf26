// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <infrazen/time.hpp>

// Days and months as bills and settings write them. A day here is a date of the provider's calendar; which instant it
// begins at is the connector's to say.
namespace infrazen {

// "2026-09-01", for years 0 to 9999.
[[nodiscard]] inline std::string day_text(std::chrono::sys_days day) {
  char buffer[kDateChars];
  return {buffer, write_date(buffer, std::chrono::year_month_day(day))};
}

// "2026-09-01" and nothing else: no time behind it, no day that the calendar does not have.
[[nodiscard]] inline std::optional<std::chrono::sys_days> parse_day(std::string_view text) {
  const auto midnight = text.size() == kDateChars ? parse_instant(text) : std::nullopt;
  return midnight ? std::optional(std::chrono::floor<std::chrono::days>(*midnight)) : std::nullopt;
}

// The first day of the day's month.
[[nodiscard]] inline std::chrono::sys_days month_of(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  return date.year() / date.month() / 1;
}

// The first day of the month after the day's.
[[nodiscard]] inline std::chrono::sys_days next_month(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  return date.year() / date.month() / 1 + std::chrono::months(1);
}

// What a clock that is "+03:00" or "-09:30" is ahead of UTC, for settings; up to 14:59 either way, as zones go.
[[nodiscard]] inline std::optional<std::chrono::minutes> parse_utc_offset(std::string_view text) {
  int hours = 0, minutes = 0;
  using detail::take_digits;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' || !take_digits(text, 1, 2, hours) ||
      !take_digits(text, 4, 2, minutes) || hours > 14 || minutes > 59) {
    return std::nullopt;
  }
  return std::chrono::minutes((hours * 60 + minutes) * (text[0] == '-' ? -1 : 1));
}

}  // namespace infrazen
