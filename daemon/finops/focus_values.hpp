// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string_view>

// Judgements of single values.
namespace iz::finops {

enum class InstantFault : std::uint8_t { none, format, value };

// YYYY-MM-DDTHH:mm:ssZ, nothing else (DateTimeFormat-A-001 to A-006). format: another form; value: that form, but no
// such date or time.
[[nodiscard]] InstantFault instant_fault(std::string_view text);

// Whether cost = price × quantity to half a unit of the last decimal place that the cost shows, in exact decimals. True
// as well when one of them is no number or the product has more than 38 digits: that is for other rules.
[[nodiscard]] bool is_product(std::string_view cost, std::string_view price, std::string_view quantity);

[[nodiscard]] bool is_negative(std::string_view number);
// Equal as numbers; true when one of them is none.
[[nodiscard]] bool same_amount(std::string_view a, std::string_view b);

// Nothing but white space, the spaces of Unicode (no-break, thin, ideographic, zero width) included.
[[nodiscard]] bool is_blank(std::string_view text);

}  // namespace iz::finops
