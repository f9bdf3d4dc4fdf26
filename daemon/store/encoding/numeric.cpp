// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/encoding/numeric.hpp"

#include <bit>
#include <cstring>

#include <infrazen/decimal.hpp>

namespace iz::store {

namespace {

constexpr std::size_t kSignificant = 38;

// The value of four digits at p, or more than 9999 when they are not all digits.
std::uint32_t four_digits(const char* p) noexcept {
  std::uint32_t word;
  std::memcpy(&word, p, 4);
  word ^= 0x30303030U;
  if ((((word + 0x06060606U) | word) & 0xF0F0F0F0U) != 0) return 0x10000;
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
  word = ((word * 10) + (word >> 8)) & 0x00FF00FFU;  // two pairs
  return ((word * 100) + (word >> 16)) & 0xFFFFU;
}

bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') < 10; }

bool parse_unusual(std::string_view text, Numeric& out) noexcept {
  infrazen::Decimal value;
  if (infrazen::Decimal::parse(text, value) != infrazen::DecimalFault::none) return false;
  char plain[infrazen::Decimal::kMaxChars];
  const char* end = value.to_chars(plain);
  // Canonical text has at most 38 digits and no exponent, so this does not come back here.
  return parse_numeric(std::string_view(plain, static_cast<std::size_t>(end - plain)), out);
}

void trim(Numeric& out, int whole_groups, std::size_t decimals) noexcept {
  auto count = out.count;
  while (count > 0 && out.digits[count - 1] == 0) --count;
  out.count = count;
  out.scale = static_cast<std::uint16_t>(decimals);
  out.weight = static_cast<std::int16_t>(count == 0 ? 0 : whole_groups - 1);
  if (count == 0) out.sign = 0;
}

// The amounts of nearly every bill: up to 16 digits before the point, up to 20 after it. False: look again, with patience.
bool parse_usual(std::string_view text, Numeric& out) noexcept {
  const char* p = text.data();
  const char* const end = p + text.size();
  out.sign = 0;
  if (p != end && *p == '-') {
    out.sign = 0x4000;
    ++p;
  }
  const char* const whole = p;
  std::uint64_t value = 0;
  while (p != end && is_digit(*p)) value = value * 10 + static_cast<std::uint64_t>(*p++ - '0');
  if (p == whole || p - whole > 16) return false;
  std::int16_t count = 0;
  int groups = 0;
  if (value >= 10000) {
    for (auto rest = value; rest != 0; rest /= 10000) ++groups;
    count = static_cast<std::int16_t>(groups);
    for (int i = groups - 1; i >= 0; --i, value /= 10000) out.digits[i] = static_cast<std::uint16_t>(value % 10000);
  } else if (value != 0) {
    out.digits[count++] = static_cast<std::uint16_t>(value);
    groups = 1;
  }
  std::size_t decimals = 0;
  if (p != end) {
    if (*p++ != '.' || p == end || end - p > 20) return false;
    decimals = static_cast<std::size_t>(end - p);
    const auto add = [&](std::uint32_t digits) {
      if (count == 0 && digits == 0) {
        --groups;  // leading zeros of a number below 1
      } else {
        out.digits[count++] = static_cast<std::uint16_t>(digits);
      }
    };
    for (; end - p >= 4; p += 4) {
      const auto digits = four_digits(p);
      if (digits > 9999) return false;
      add(digits);
    }
    if (p != end) {
      std::uint32_t digits = 0;
      for (int i = 0; i < 4; ++i) {
        if (p != end && !is_digit(*p)) return false;
        digits = digits * 10 + (p != end ? static_cast<std::uint32_t>(*p++ - '0') : 0U);
      }
      add(digits);
    }
  }
  out.count = count;
  trim(out, groups, decimals);
  return true;
}

}  // namespace

bool parse_numeric(std::string_view text, Numeric& out) noexcept {
  if (parse_usual(text, out)) return true;
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
  auto weight = static_cast<int>((whole_digits + 3) / 4);
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
  out.count = count;
  trim(out, weight, decimals);
  return true;
}

}  // namespace iz::store
