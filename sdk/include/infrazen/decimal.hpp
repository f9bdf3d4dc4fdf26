// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <infrazen/detail/wide.hpp>

namespace infrazen {

// A result that has more than 38 significant digits or 38 decimals. Thrown, because money that wraps or loses a digit
// without anybody noticing is worse than a run that ends.
class DecimalOverflow : public std::overflow_error {
 public:
  using std::overflow_error::overflow_error;
};

// Why a text is not a Decimal.
enum class DecimalFault : std::uint8_t {
  none,
  empty,            // no text at all
  malformed,        // not -?digits[.digits][(E|e)[-]digits]
  too_many_digits,  // more than 38 significant digits, or 10^38 and beyond
  too_many_places,  // more than 38 decimals
};

enum class Rounding : std::uint8_t {
  half_up,    // a tie goes away from zero: commercial rounding
  half_even,  // a tie goes to the even digit
  down,       // towards zero
};

// An exact decimal number: coefficient / 10^scale, |coefficient| < 10^38, scale 0 … 38. The type of money, quantities
// and prices. Nothing rounds unless rounded() or divide() is called by name; there is no way in from double.
// 2.50 and 2.5 are equal, hash alike and print alike. Trivially copyable, 32 bytes.
class Decimal {
 public:
  using Coefficient = detail::int128;
  static constexpr unsigned kMaxScale = 38;
  static constexpr std::size_t kMaxChars = 48;  // what to_chars() may need

  constexpr Decimal() = default;
  constexpr Decimal(std::int64_t whole) : coefficient_(whole) {}  // NOLINT(google-explicit-constructor): lossless
  constexpr Decimal(int whole) : coefficient_(whole) {}           // NOLINT(google-explicit-constructor)
  Decimal(double) = delete;

  // coefficient / 10^scale. Throws DecimalOverflow outside the limits.
  static constexpr Decimal of(Coefficient coefficient, unsigned scale) {
    if (scale > kMaxScale || magnitude_of(coefficient) >= kLimit) throw DecimalOverflow("decimal beyond 38 digits");
    return Decimal(coefficient, scale);
  }

  // Exact: leading zeros and exponents are welcome, blanks, '+' and ',' are not. Zeros at the end count as digits only
  // if the number does not fit with them removed. On a fault, `out` is untouched.
  static constexpr DecimalFault parse(std::string_view text, Decimal& out);
  static constexpr std::optional<Decimal> parse(std::string_view text) {
    Decimal value;
    return parse(text, value) == DecimalFault::none ? std::optional(value) : std::nullopt;
  }

  [[nodiscard]] constexpr Coefficient coefficient() const { return coefficient_; }
  [[nodiscard]] constexpr unsigned scale() const { return scale_; }
  [[nodiscard]] constexpr bool is_zero() const { return coefficient_ == 0; }
  [[nodiscard]] constexpr int sign() const { return coefficient_ == 0 ? 0 : coefficient_ < 0 ? -1 : 1; }

  // The same value without zeros at the end of the decimals.
  [[nodiscard]] constexpr Decimal canonical() const;

  // Canonical text: no exponent, no zeros at the end, no "-0". Writes at most kMaxChars, returns the end.
  char* to_chars(char* out) const;
  [[nodiscard]] std::string to_string() const {
    char buffer[kMaxChars];
    return {buffer, to_chars(buffer)};
  }
  // With exactly `places` decimals, for documents: "12.50". Rounds half-up if it has more.
  [[nodiscard]] std::string to_fixed(unsigned places) const;
  // Nearest double, for statistics and charts; never for money.
  [[nodiscard]] double approximate() const;

  [[nodiscard]] constexpr Decimal rounded(unsigned places, Rounding mode) const;

  constexpr Decimal operator-() const { return Decimal(-coefficient_, scale_); }
  [[nodiscard]] constexpr Decimal abs() const { return coefficient_ < 0 ? -*this : *this; }
  // Exact, or DecimalOverflow.
  friend constexpr Decimal operator+(const Decimal& a, const Decimal& b) { return sum(a, b, false); }
  friend constexpr Decimal operator-(const Decimal& a, const Decimal& b) { return sum(a, b, true); }
  friend constexpr Decimal operator*(const Decimal& a, const Decimal& b) { return product(a, b); }
  constexpr Decimal& operator+=(const Decimal& other) { return *this = *this + other; }
  constexpr Decimal& operator-=(const Decimal& other) { return *this = *this - other; }
  constexpr Decimal& operator*=(const Decimal& other) { return *this = *this * other; }

  // a / b to `places` decimals. std::domain_error for b = 0, DecimalOverflow if the quotient has too many digits.
  static constexpr Decimal divide(const Decimal& a, const Decimal& b, unsigned places, Rounding mode);

  friend constexpr std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) { return compare(a, b); }
  friend constexpr bool operator==(const Decimal& a, const Decimal& b) { return compare(a, b) == 0; }

  [[nodiscard]] std::size_t hash() const;

 private:
  using Magnitude = detail::uint128;
  static constexpr Magnitude kLimit = detail::kPowersOfTen[38];

  constexpr Decimal(Coefficient coefficient, unsigned scale) : coefficient_(coefficient), scale_(scale) {}
  static constexpr Magnitude magnitude_of(Coefficient value) {
    return value < 0 ? Magnitude{0} - static_cast<Magnitude>(value) : static_cast<Magnitude>(value);
  }
  static constexpr Decimal signed_of(bool negative, Magnitude magnitude, unsigned scale) {
    const auto value = static_cast<Coefficient>(magnitude);
    return Decimal(negative ? -value : value, scale);
  }
  static constexpr Decimal fitted(bool negative, detail::uint256 magnitude, unsigned scale, const char* operation);
  static constexpr Decimal sum(const Decimal& a, const Decimal& b, bool subtract);
  static constexpr Decimal product(const Decimal& a, const Decimal& b);
  static constexpr std::strong_ordering compare(const Decimal& a, const Decimal& b);
  static constexpr bool rounds_up(Magnitude remainder, Magnitude divisor, bool odd, Rounding mode);
  static constexpr DecimalFault parse_long(std::string_view text, Decimal& out);

  Coefficient coefficient_ = 0;
  unsigned scale_ = 0;
};

}  // namespace infrazen

#include <infrazen/detail/decimal_arithmetic.hpp>
#include <infrazen/detail/decimal_text.hpp>

template <>
struct std::hash<infrazen::Decimal> {
  std::size_t operator()(const infrazen::Decimal& value) const { return value.hash(); }
};
