// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <infrazen/days.hpp>

// Days of a bill. Yandex Cloud bills by days of UTC+3, all year round: day D is [(D-1)T21:00:00Z, DT21:00:00Z).
namespace iz::yandex {

using Day = std::chrono::sys_days;

inline constexpr std::chrono::hours kBillingOffset{3};

// "2026-10-14", nothing else, and no day before 1970.
[[nodiscard]] std::optional<Day> parse_day(std::string_view text);

[[nodiscard]] inline infrazen::Micros start_of(Day day) {
  return infrazen::Micros(day) - kBillingOffset;
}
[[nodiscard]] inline infrazen::Micros end_of(Day day) {
  return start_of(day + std::chrono::days(1));
}
// The billing day that an instant belongs to.
[[nodiscard]] inline Day billing_day(infrazen::Micros at) {
  return std::chrono::floor<std::chrono::days>(at + kBillingOffset);
}

// Whether the provider still adds to the day, as seen from `now`.
[[nodiscard]] inline bool is_preliminary(Day day, infrazen::Micros now) {
  return billing_day(now) < day + std::chrono::days(2);
}

// The first date (YYYYMMDD or YYYY-MM-DD) in an object's key.
[[nodiscard]] std::optional<Day> day_in_name(std::string_view key);

}  // namespace iz::yandex
