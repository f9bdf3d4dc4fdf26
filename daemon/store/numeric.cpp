// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/numeric.hpp"

#include <infrazen/decimal.hpp>

namespace iz::store {

namespace {

constexpr std::size_t kSignificant = 38;

bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') < 10; }

bool parse_unusual(std::string_view text, Numeric& out) noexcept {
  infrazen::Decimal value;
  if (infrazen::Decimal::parse(text, value) != infrazen::DecimalFault::none) return false;
  char plain[infrazen::Decimal::kMaxChars];
  const char* end = value.to_chars(plain);
  // Canonical text has at most 38 digits and no exponent, so this does not come back here.
  return parse_numeric(std::string_view(plain, static_cast<std::size_t>(end - plain)), out);
}

}  // namespace

bool parse_numeric(std::string_view text, Numeric& out) noexcept {
  const char* p = text.data();
  const char* const end = p + text.size();
  out.sign = 0;
  if (p != end && *p == '-') {
    out.sign = 0x4000;
    ++p;
  }
  const char* const whole = p;
  while (p != end && is_digit(*p)) ++p;
  if (p == whole) return false;
  const char* const whole_end = p;
  const char* fraction = p;
  if (p != end && *p == '.') {
    fraction = ++p;
    while (p != end && is_digit(*p)) ++p;
    if (p == fraction) return false;
  }
  const char* const fraction_end = p;
  const char* first = whole;
  while (first != whole_end && *first == '0') ++first;
  const auto whole_digits = static_cast<std::size_t>(whole_end - first);
  const auto decimals = static_cast<std::size_t>(fraction_end - fraction);
  // Exponents, and texts so long that only zeros can make them fit: rare, so by way of Decimal.
  if (p != end || whole_digits + decimals > kSignificant) return parse_unusual(text, out);

  std::int16_t count = 0;
  auto weight = static_cast<std::int16_t>((whole_digits + 3) / 4);
  for (const char* digit = first; digit != whole_end;) {
    std::size_t width = static_cast<std::size_t>(whole_end - digit) % 4;
    if (width == 0) width = 4;
    unsigned value = 0;
    for (; width != 0; --width) value = value * 10 + static_cast<unsigned>(*digit++ - '0');
    out.digits[count++] = static_cast<std::uint16_t>(value);
  }
  for (const char* digit = fraction; digit != fraction_end;) {
    unsigned value = 0;
    for (int i = 0; i < 4; ++i) value = value * 10 + (digit != fraction_end ? static_cast<unsigned>(*digit++ - '0') : 0U);
    if (count == 0 && value == 0) {
      --weight;  // leading zero groups of a number below 1
      continue;
    }
    out.digits[count++] = static_cast<std::uint16_t>(value);
  }
  while (count > 0 && out.digits[count - 1] == 0) --count;
  out.count = count;
  out.scale = static_cast<std::uint16_t>(decimals);
  if (count == 0) {
    out.weight = 0;
    out.sign = 0;
  } else {
    out.weight = static_cast<std::int16_t>(weight - 1);
  }
  return true;
}

}  // namespace iz::store
