// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <infrazen/decimal.hpp>

namespace infrazen {

constexpr Decimal Decimal::canonical() const {
  Magnitude magnitude = magnitude_of(coefficient_);
  unsigned scale = scale_;
  if (magnitude == 0) return {};
  while (scale > 0 && (magnitude >> 64) != 0 && magnitude % 10 == 0) {
    magnitude /= 10;
    --scale;
  }
  if ((magnitude >> 64) == 0) {
    auto small = static_cast<std::uint64_t>(magnitude);
    while (scale > 0 && small % 10 == 0) {
      small /= 10;
      --scale;
    }
    magnitude = small;
  }
  return signed_of(coefficient_ < 0, magnitude, scale);
}

// The value in its limits: zeros at the end go only if it does not fit with them.
constexpr Decimal Decimal::fitted(bool negative, detail::uint256 magnitude, unsigned scale, const char* operation) {
  while (magnitude.high != 0 || magnitude.low >= kLimit || scale > kMaxScale) {
    if (scale == 0 || detail::divide_by(magnitude, 10) != 0) throw DecimalOverflow(operation);
    --scale;
  }
  return signed_of(negative, magnitude.low, scale);
}

constexpr Decimal Decimal::sum(const Decimal& a, const Decimal& b, bool subtract) {
  Coefficient total = 0;
  const Coefficient addend = subtract ? -b.coefficient_ : b.coefficient_;  // |.| < 10^38: cannot overflow
  if (a.scale_ == b.scale_ && !__builtin_add_overflow(a.coefficient_, addend, &total) && magnitude_of(total) < kLimit) {
    return Decimal(total, a.scale_);
  }
  // Align to the larger scale in 256 bits. |aligned| < 10^76, so neither product nor sum overflows.
  const unsigned scale = a.scale_ > b.scale_ ? a.scale_ : b.scale_;
  const auto x = detail::multiply(magnitude_of(a.coefficient_), detail::kPowersOfTen[scale - a.scale_]);
  const auto y = detail::multiply(magnitude_of(addend), detail::kPowersOfTen[scale - b.scale_]);
  const bool x_negative = a.coefficient_ < 0, y_negative = addend < 0;
  if (x_negative == y_negative) {
    const Magnitude low = x.low + y.low;
    return fitted(x_negative, {x.high + y.high + (low < x.low ? 1u : 0u), low}, scale, "sum beyond 38 digits");
  }
  const bool x_larger = x.high != y.high ? x.high > y.high : x.low >= y.low;
  const auto& large = x_larger ? x : y;
  const auto& small = x_larger ? y : x;
  const detail::uint256 difference{large.high - small.high - (large.low < small.low ? 1u : 0u), large.low - small.low};
  return fitted(x_larger ? x_negative : y_negative, difference, scale, "sum beyond 38 digits");
}

constexpr Decimal Decimal::product(const Decimal& a, const Decimal& b) {
  const bool negative = (a.coefficient_ < 0) != (b.coefficient_ < 0);
  return fitted(negative, detail::multiply(magnitude_of(a.coefficient_), magnitude_of(b.coefficient_)),
                a.scale_ + b.scale_, "product beyond 38 digits");
}

constexpr bool Decimal::rounds_up(Magnitude remainder, Magnitude divisor, bool odd, Rounding mode) {
  if (mode == Rounding::down) return false;
  const Magnitude rest = divisor - remainder;
  return remainder > rest || (remainder == rest && (mode == Rounding::half_up || odd));
}

constexpr Decimal Decimal::rounded(unsigned places, Rounding mode) const {
  if (scale_ <= places) return *this;
  const Magnitude divisor = detail::kPowersOfTen[scale_ - places];
  const Magnitude magnitude = magnitude_of(coefficient_);
  Magnitude quotient = magnitude / divisor;
  if (rounds_up(magnitude % divisor, divisor, (quotient & 1) != 0, mode)) ++quotient;
  return signed_of(coefficient_ < 0, quotient, places);
}

constexpr Decimal Decimal::divide(const Decimal& a, const Decimal& b, unsigned places, Rounding mode) {
  if (b.coefficient_ == 0) throw std::domain_error("division of a decimal by zero");
  if (places > kMaxScale) throw DecimalOverflow("quotient beyond 38 decimals");
  // a/b = (ca / cb) · 10^(sb - sa); times 10^places it is an integer division with the power on the side it belongs to.
  const int power = static_cast<int>(places) + static_cast<int>(b.scale_) - static_cast<int>(a.scale_);
  detail::uint256 numerator{0, magnitude_of(a.coefficient_)};
  Magnitude denominator = magnitude_of(b.coefficient_);
  bool inexact_below = false;
  // What does not fit 256 bits is over 10^77, and divided by less than 10^38 still far over the limit.
  for (int left = power; left > 0; --left) {
    if (!detail::multiply_by_ten(numerator)) throw DecimalOverflow("quotient beyond 38 digits");
  }
  auto result = detail::divide(numerator, denominator);
  Magnitude remainder = result.remainder;
  if (power < 0) {  // divide once more by 10^-power, remembering whether the first division left a rest
    inexact_below = remainder != 0;
    denominator = detail::kPowersOfTen[static_cast<std::size_t>(-power)];
    result = detail::divide(result.value, denominator);
    remainder = result.remainder;
  }
  const bool odd = (result.value.low & 1) != 0;
  // A rest below the last division breaks a tie upwards.
  const bool up = inexact_below && mode != Rounding::down && remainder == denominator - remainder
                      ? true
                      : rounds_up(remainder, denominator, odd, mode);
  if (up && ++result.value.low == 0) ++result.value.high;
  return fitted((a.coefficient_ < 0) != (b.coefficient_ < 0), result.value, places, "quotient beyond 38 digits");
}

constexpr std::strong_ordering Decimal::compare(const Decimal& a, const Decimal& b) {
  if (a.scale_ == b.scale_ || (a.coefficient_ < 0) != (b.coefficient_ < 0)) {
    return a.coefficient_ < b.coefficient_   ? std::strong_ordering::less
           : a.coefficient_ > b.coefficient_ ? std::strong_ordering::greater
                                             : std::strong_ordering::equal;
  }
  const unsigned scale = a.scale_ > b.scale_ ? a.scale_ : b.scale_;
  const auto x = detail::multiply(magnitude_of(a.coefficient_), detail::kPowersOfTen[scale - a.scale_]);
  const auto y = detail::multiply(magnitude_of(b.coefficient_), detail::kPowersOfTen[scale - b.scale_]);
  if (x.high == y.high && x.low == y.low) return std::strong_ordering::equal;
  const bool less = x.high != y.high ? x.high < y.high : x.low < y.low;
  return less != (a.coefficient_ < 0) ? std::strong_ordering::less : std::strong_ordering::greater;
}

inline std::size_t Decimal::hash() const {
  const Decimal value = canonical();
  const auto bits = static_cast<Magnitude>(value.coefficient_);
  std::uint64_t mixed =
      static_cast<std::uint64_t>(bits) ^ (static_cast<std::uint64_t>(bits >> 64) * 0x9E3779B97F4A7C15u);
  mixed = (mixed ^ (mixed >> 30) ^ value.scale_) * 0xBF58476D1CE4E5B9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
  return static_cast<std::size_t>(mixed ^ (mixed >> 31));
}

}  // namespace infrazen
