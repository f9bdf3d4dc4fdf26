// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cmath>
#include <cstring>

#include <infrazen/decimal.hpp>

namespace infrazen {

// The hot path: plain digits and a point, at most 18 of them. Anything else is looked at again by parse_long().
constexpr DecimalFault Decimal::parse(std::string_view text, Decimal& out) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = at != end && *at == '-';
  if (negative) ++at;
  if (end - at > 19 || end == at) return parse_long(text, out);
  std::uint64_t value = 0;
  const char* const digits = at;
  while (at != end) {
    const unsigned digit = static_cast<unsigned char>(*at) - unsigned{'0'};
    if (digit > 9) break;
    value = value * 10 + digit;
    ++at;
  }
  if (at == digits) return parse_long(text, out);
  if (at == end) {
    if (end - digits > 18) return parse_long(text, out);
    out = signed_of(negative, value, 0);
    return DecimalFault::none;
  }
  const char* const point = at;
  if (*at != '.' || ++at == end) return parse_long(text, out);
  while (at != end) {
    const unsigned digit = static_cast<unsigned char>(*at) - unsigned{'0'};
    if (digit > 9) return parse_long(text, out);
    value = value * 10 + digit;
    ++at;
  }
  out = signed_of(negative, value, static_cast<unsigned>(end - point - 1));
  return DecimalFault::none;
}

constexpr DecimalFault Decimal::parse_long(std::string_view text, Decimal& out) {
  if (text.empty()) return DecimalFault::empty;
  std::size_t at = 0;
  const auto is_digit = [&] { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };
  const bool negative = text[at] == '-';
  if (negative) ++at;

  Magnitude value = 0;
  unsigned significant = 0;  // digits in value, from the first that is not 0
  std::int64_t zeros = 0;    // zeros at the end, not yet in value
  std::int64_t places = 0;   // decimals, those zeros included
  bool too_long = false;
  const auto take_digits = [&](bool decimals) {
    const std::size_t first = at;
    for (; is_digit(); ++at) {
      if (decimals) ++places;
      if (text[at] == '0') {
        if (significant > 0) ++zeros;
        continue;
      }
      if (static_cast<std::int64_t>(significant) + zeros >= 38) {
        too_long = true;
        continue;
      }
      for (; zeros > 0; --zeros, ++significant) value *= 10;
      value = value * 10 + static_cast<unsigned>(text[at] - '0');
      ++significant;
    }
    return at > first;
  };
  if (!take_digits(false)) return DecimalFault::malformed;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!take_digits(true)) return DecimalFault::malformed;
  }
  std::int64_t exponent = 0;
  if (at < text.size() && (text[at] == 'E' || text[at] == 'e')) {
    ++at;
    const bool minus = at < text.size() && text[at] == '-';
    if (minus) ++at;
    if (!is_digit()) return DecimalFault::malformed;
    constexpr std::int64_t kFar = 1'000'000'000;  // beyond any text's own digits: the exact figure no longer matters
    for (; is_digit(); ++at) {
      if (exponent < kFar) exponent = exponent * 10 + (text[at] - '0');
    }
    if (minus) exponent = -exponent;
  }
  if (at != text.size()) return DecimalFault::malformed;
  if (too_long) return DecimalFault::too_many_digits;
  if (value == 0) {
    out = {};
    return DecimalFault::none;
  }
  // value · 10^(zeros - places + exponent)
  std::int64_t power = zeros - places + exponent;
  if (power < -std::int64_t{kMaxScale}) return DecimalFault::too_many_places;
  if (power > 0) {
    if (power + significant > 38) return DecimalFault::too_many_digits;
    value *= detail::kPowersOfTen[static_cast<std::size_t>(power)];
    power = 0;
  }
  out = signed_of(negative, value, static_cast<unsigned>(-power));
  return DecimalFault::none;
}

namespace detail {

inline constexpr auto kDigitPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// Digits of `value` ending before `end`; returns their begin.
inline char* write_digits_before(char* end, std::uint64_t value) {
  while (value >= 100) {
    end -= 2;
    std::memcpy(end, &kDigitPairs[2 * (value % 100)], 2);
    value /= 100;
  }
  if (value >= 10) {
    end -= 2;
    std::memcpy(end, &kDigitPairs[2 * value], 2);
  } else {
    *--end = static_cast<char>('0' + value);
  }
  return end;
}

}  // namespace detail

inline char* Decimal::to_chars(char* out) const {
  const Decimal plain = canonical();
  const Magnitude magnitude = magnitude_of(plain.coefficient_);
  char buffer[kMaxChars];
  char* const end = buffer + sizeof buffer;
  char* begin = end;
  constexpr std::uint64_t kNineteen = 10'000'000'000'000'000'000u;
  if ((magnitude >> 64) == 0) {
    begin = detail::write_digits_before(end, static_cast<std::uint64_t>(magnitude));
  } else {
    begin = detail::write_digits_before(end, static_cast<std::uint64_t>(magnitude % kNineteen));
    while (begin > end - 19) *--begin = '0';
    begin = detail::write_digits_before(begin, static_cast<std::uint64_t>(magnitude / kNineteen));
  }
  while (end - begin <= static_cast<std::ptrdiff_t>(plain.scale_)) *--begin = '0';
  if (plain.coefficient_ < 0) *out++ = '-';
  const auto whole = static_cast<std::size_t>(end - begin) - plain.scale_;
  std::memcpy(out, begin, whole);
  out += whole;
  if (plain.scale_ > 0) {
    *out++ = '.';
    std::memcpy(out, begin + whole, plain.scale_);
    out += plain.scale_;
  }
  return out;
}

inline std::string Decimal::to_fixed(unsigned places) const {
  const Decimal value = rounded(places, Rounding::half_up).canonical();
  std::string text = value.to_string();
  if (places == 0) return text;
  if (value.scale_ == 0) text += '.';
  text.append(places - value.scale_, '0');
  return text;
}

inline double Decimal::approximate() const {
  // long double holds 64 bits of the coefficient and every power of ten up to 10^27 exactly.
  return static_cast<double>(static_cast<long double>(coefficient_) /
                             static_cast<long double>(detail::kPowersOfTen[scale_]));
}

}  // namespace infrazen
