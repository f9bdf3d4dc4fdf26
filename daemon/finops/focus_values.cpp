// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "finops/focus_values.hpp"

#include <algorithm>
#include <chrono>

#include <infrazen/decimal.hpp>

namespace iz::finops {
namespace {

using infrazen::Decimal;
using infrazen::DecimalFault;
using infrazen::DecimalOverflow;
using Wide = infrazen::detail::int128;

bool digits(const char* at, int count, unsigned& out) {
  out = 0;
  for (int i = 0; i < count; ++i) {
    const unsigned digit = static_cast<unsigned char>(at[i]) - unsigned{'0'};
    if (digit > 9) return false;
    out = out * 10 + digit;
  }
  return true;
}

bool read(std::string_view text, Decimal& out) {
  return Decimal::parse(text, out) == DecimalFault::none;
}

// White space of ASCII; U+0085, U+00A0, U+1680, U+2000 to U+200B, U+2028, U+2029, U+202F, U+205F, U+2060, U+3000,
// U+FEFF.
constexpr std::string_view kSpaces[] = {" ",
                                        "\t",
                                        "\n",
                                        "\v",
                                        "\f",
                                        "\r",
                                        "\xC2\x85",
                                        "\xC2\xA0",
                                        "\xE1\x9A\x80",
                                        "\xE2\x80\x80",
                                        "\xE2\x80\x81",
                                        "\xE2\x80\x82",
                                        "\xE2\x80\x83",
                                        "\xE2\x80\x84",
                                        "\xE2\x80\x85",
                                        "\xE2\x80\x86",
                                        "\xE2\x80\x87",
                                        "\xE2\x80\x88",
                                        "\xE2\x80\x89",
                                        "\xE2\x80\x8A",
                                        "\xE2\x80\x8B",
                                        "\xE2\x80\xA8",
                                        "\xE2\x80\xA9",
                                        "\xE2\x80\xAF",
                                        "\xE2\x81\x9F",
                                        "\xE2\x81\xA0",
                                        "\xE3\x80\x80",
                                        "\xEF\xBB\xBF"};

constexpr Wide kSmall = Wide{1} << 62;
bool is_small(Wide value) {
  return value > -kSmall && value < kSmall;
}

// All three below 2^62 and few decimals: no step can leave 128 bits.
bool is_product_of_small(const Decimal& cost, const Decimal& price, const Decimal& quantity) {
  const unsigned scale = price.scale() + quantity.scale();
  const Wide product = price.coefficient() * quantity.coefficient();
  const Wide unit = static_cast<Wide>(infrazen::detail::kPowersOfTen[scale - cost.scale()]);
  const Wide difference = product - cost.coefficient() * unit;
  return 2 * (difference < 0 ? -difference : difference) <= unit;
}

}  // namespace

InstantFault instant_fault(std::string_view text) {
  unsigned year = 0;
  unsigned month = 0;
  unsigned day = 0;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  const char* at = text.data();
  if (text.size() != 20 || at[4] != '-' || at[7] != '-' || at[10] != 'T' || at[13] != ':' || at[16] != ':' ||
      at[19] != 'Z' || !digits(at, 4, year) || !digits(at + 5, 2, month) || !digits(at + 8, 2, day) ||
      !digits(at + 11, 2, hour) || !digits(at + 14, 2, minute) || !digits(at + 17, 2, second)) {
    return InstantFault::format;
  }
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                                         std::chrono::day(day));
  return date.ok() && hour < 24 && minute < 60 && second < 60 ? InstantFault::none : InstantFault::value;
}

bool is_product(std::string_view cost_text, std::string_view price_text, std::string_view quantity_text) {
  Decimal cost;
  Decimal price;
  Decimal quantity;
  if (!read(cost_text, cost) || !read(price_text, price) || !read(quantity_text, quantity)) return true;
  const unsigned scale = price.scale() + quantity.scale();
  if (is_small(price.coefficient()) && is_small(quantity.coefficient()) && is_small(cost.coefficient()) &&
      scale >= cost.scale() && scale - cost.scale() <= 18) {
    return is_product_of_small(cost, price, quantity);
  }
  try {
    const Decimal difference = (price * quantity - cost).abs();
    return difference + difference <= Decimal::of(1, cost.scale());
  } catch (const DecimalOverflow&) {
    return true;
  }
}

bool is_blank(std::string_view text) {
  while (!text.empty()) {
    const auto space = std::ranges::find_if(kSpaces, [&](std::string_view one) { return text.starts_with(one); });
    if (space == std::end(kSpaces)) return false;
    text.remove_prefix(space->size());
  }
  return true;
}

bool is_negative(std::string_view number) {
  Decimal value;
  return number.starts_with('-') && read(number, value) && value.sign() < 0;
}

bool same_amount(std::string_view a, std::string_view b) {
  Decimal left;
  Decimal right;
  return a == b || !read(a, left) || !read(b, right) || left == right;
}

}  // namespace iz::finops
