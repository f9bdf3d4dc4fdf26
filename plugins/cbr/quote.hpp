// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <infrazen/decimal.hpp>

// How the Bank of Russia writes numbers and dates, and what they mean.
namespace iz::cbr {

using Day = std::chrono::sys_days;

// So many roubles for `nominal` units of a currency. The nominal of one currency changes over the years.
struct Quote {
  infrazen::Decimal value;
  std::int64_t nominal = 1;
};

// "83,2454", "1 234,5": digits, one decimal comma (or point), blanks between thousands. Throws std::invalid_argument
// saying what is wrong unless it is more than zero.
[[nodiscard]] infrazen::Decimal parse_value(std::string_view text);
[[nodiscard]] std::int64_t parse_nominal(std::string_view text);  // likewise: 1, 10, 100, …

// Value ÷ nominal: what one unit costs. Exact when the nominal has no prime factors but 2 and 5, which holds for all
// the bank uses (a power of ten moves the point). For any other nominal the quotient has no end: it is kept to 18
// decimals, half even, so that an amount of 10^12 units is still right to a thousandth of a kopeck.
[[nodiscard]] infrazen::Decimal rate_of(const Quote& quote);

[[nodiscard]] Day parse_day(std::string_view text);      // "03.10.2026"; throws std::invalid_argument
[[nodiscard]] std::string list_day(Day day);             // "03.10.2026"
[[nodiscard]] std::string query_day(Day day);            // "03/10/2026", as the bank's addresses want it
[[nodiscard]] Day parse_iso_day(std::string_view text);  // throws std::invalid_argument

}  // namespace iz::cbr
