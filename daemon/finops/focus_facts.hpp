// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "finops/focus_rules.hpp"

// Facts about the Cost and Usage columns of FOCUS 1.0 to 1.4, as tables.
namespace iz::finops {

enum class Format : std::uint8_t {
  text,
  number,     // NumericFormat
  price,      // NumericFormat, not negative
  instant,    // YYYY-MM-DDTHH:mm:ssZ
  currency,   // ISO 4217, a national currency
  key_value,  // a flat JSON object
  object,     // a JSON object with a list in it
};

struct FocusColumn {
  std::uint32_t field;  // IZ_CHARGE_*
  FocusVersion since;
  FocusVersion until;
  bool never_null;
  Format format;
  std::span<const std::string_view> allowed;  // empty: any text. The code of a value is its place here + 1
};

[[nodiscard]] std::span<const FocusColumn> focus_columns();
// nullptr for a field that FOCUS does not define (extensions, InfraZen's own).
[[nodiscard]] const FocusColumn* find_focus_column(std::uint32_t field);

// Places + 1 in the lists above, for the columns that other rules depend on.
namespace code {
inline constexpr std::uint8_t null = 0, unknown = 255;
inline constexpr std::uint8_t usage = 1, purchase = 2, tax = 3, credit = 4, adjustment = 5;  // ChargeCategory
inline constexpr std::uint8_t correction = 1;                                                // ChargeClass
inline constexpr std::uint8_t used = 1, unused = 2;                                          // …Status
inline constexpr std::uint8_t usage_based = 3;                                               // ChargeFrequency
inline constexpr std::uint8_t committed = 3;                                                 // PricingCategory
}  // namespace code

struct ServiceSubcategory {
  std::string_view name;
  std::uint8_t category;  // code of its ServiceCategory
};
[[nodiscard]] std::span<const ServiceSubcategory> service_subcategories();

// ISO 4217 codes of money that a bill can be paid in: without metals, bond units, testing and "no currency".
[[nodiscard]] bool is_national_currency(std::string_view text);
// Any ISO 4217 code.
[[nodiscard]] bool is_currency(std::string_view text);

// Names FOCUS gives to keys of SkuPriceDetails; other keys start with x_.
[[nodiscard]] bool is_sku_price_key(std::string_view key);

}  // namespace iz::finops
