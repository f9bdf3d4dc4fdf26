// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace iz::store {

// A decimal as PostgreSQL's NUMERIC holds it: base-10000 digits without zeros at either end, the power of 10000 of the first,
// and how many decimals are shown. 38 digits with 38 decimals need at most 20 of them.
struct Numeric {
  static constexpr std::size_t kMostDigits = 24;
  std::int16_t count = 0;   // of digits; 0 = zero
  std::int16_t weight = 0;
  std::uint16_t sign = 0;   // 0x4000 = negative
  std::uint16_t scale = 0;
  std::uint16_t digits[kMostDigits];
};

// Reads -?digits[.digits][(E|e)[-+]?digits] exactly; false when it is anything else or has more than 38 significant digits
// or decimals. Decimals are kept as given: "1.50" has two. One pass, for the rows of a bill: no Decimal in between.
[[nodiscard]] bool parse_numeric(std::string_view text, Numeric& out) noexcept;

}  // namespace iz::store
