// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

// 128- and 256-bit unsigned integers for decimal.hpp. Not part of the SDK's promises.
namespace infrazen::detail {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

constexpr std::array<uint128, 39> make_powers_of_ten() {
  std::array<uint128, 39> powers{};
  uint128 power = 1;
  for (auto& slot : powers) {
    slot = power;
    power *= 10;  // the last product is not stored
  }
  return powers;
}
inline constexpr std::array<uint128, 39> kPowersOfTen = make_powers_of_ten();

// high·2^128 + low: wide enough for the product of two coefficients.
struct uint256 {
  uint128 high = 0;
  uint128 low = 0;
};

constexpr uint256 multiply(uint128 a, uint128 b) {
  constexpr uint128 kLowHalf = ~std::uint64_t{0};
  const uint128 a0 = a & kLowHalf, a1 = a >> 64, b0 = b & kLowHalf, b1 = b >> 64;
  const uint128 p00 = a0 * b0, p01 = a0 * b1, p10 = a1 * b0, p11 = a1 * b1;
  const uint128 middle = (p00 >> 64) + (p01 & kLowHalf) + (p10 & kLowHalf);
  return {p11 + (p01 >> 64) + (p10 >> 64) + (middle >> 64), (middle << 64) | (p00 & kLowHalf)};
}

// value *= 10, or false with value untouched when that needs more than 256 bits.
constexpr bool multiply_by_ten(uint256& value) {
  const uint256 low = multiply(value.low, 10);
  const uint256 high = multiply(value.high, 10);
  const uint128 top = high.low + low.high;
  if (high.high != 0 || top < high.low) return false;
  value = {top, low.low};
  return true;
}

// value /= divisor, returning the remainder. Schoolbook by 64-bit digits.
constexpr std::uint64_t divide_by(uint256& value, std::uint64_t divisor) {
  uint128 remainder = 0;
  const std::array<std::uint64_t, 4> digits{
      static_cast<std::uint64_t>(value.high >> 64), static_cast<std::uint64_t>(value.high),
      static_cast<std::uint64_t>(value.low >> 64), static_cast<std::uint64_t>(value.low)};
  std::array<uint128, 4> quotient{};
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const uint128 part = (remainder << 64) | digits[i];
    quotient[i] = part / divisor;
    remainder = part % divisor;
  }
  value = {(quotient[0] << 64) | quotient[1], (quotient[2] << 64) | quotient[3]};
  return static_cast<std::uint64_t>(remainder);
}

struct Quotient {
  uint256 value;
  uint128 remainder = 0;
};

// Bit by bit: for divisors of up to 127 bits, on paths that are not hot.
constexpr Quotient divide(uint256 value, uint128 divisor) {
  Quotient result;
  for (int bit = 255; bit >= 0; --bit) {
    const uint128 half = bit >= 128 ? value.high : value.low;
    result.remainder = (result.remainder << 1) | ((half >> (bit & 127)) & 1);
    if (result.remainder >= divisor) {
      result.remainder -= divisor;
      (bit >= 128 ? result.value.high : result.value.low) |= uint128{1} << (bit & 127);
    }
  }
  return result;
}

}  // namespace infrazen::detail
