// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Money: two texts, one per line. Each has to come back as it went in, in every form that leaves the process, and sums,
// products and quotients have to agree with each other.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <infrazen/decimal.hpp>

#include "store/encoding/copy_binary.hpp"
#include "store/encoding/numeric.hpp"

namespace {

using infrazen::Decimal;
using infrazen::DecimalOverflow;
using infrazen::Rounding;
using iz::store::Numeric;

void require(bool holds) {
  if (!holds) std::abort();
}

// By the definition of PostgreSQL's NUMERIC: sum of digits[i] · 10000^(weight - i).
Decimal value_of(const Numeric& number) {
  std::string text = number.sign != 0 ? "-" : "";
  if (number.weight < 0) text += "0.";
  for (int i = number.weight; i < -1; ++i) text += "0000";
  for (int i = 0; i < number.count; ++i) {
    const auto group = std::to_string(number.digits[i]);
    text += std::string(4 - group.size(), '0') + group;
    if (i == number.weight && i + 1 < number.count) text += '.';
  }
  for (int i = number.count; i <= number.weight; ++i) text += "0000";
  if (number.count == 0) text = "0";
  // Groups of four may end in more zeros than a Decimal has decimals.
  if (text.find('.') != std::string::npos) text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  const auto value = Decimal::parse(text);
  require(value.has_value());
  return *value;
}

std::optional<Decimal> read(std::string_view text) {
  const auto value = Decimal::parse(text);
  Numeric number;
  const bool taken = iz::store::parse_numeric(text, number);
  require(taken == value.has_value());
  if (!value) return std::nullopt;
  require(value_of(number) == *value);
  require(number.count <= static_cast<int>(Numeric::kMostDigits) && number.scale <= 38);
  require(number.count == 0 || (number.digits[0] != 0 && number.digits[number.count - 1] != 0));
  std::string row;
  iz::store::RowEncoder(row).numeric(*value);
  require(row.size() >= 12 && row.size() <= 4 + 8 + 2 * Numeric::kMostDigits);

  const auto again = Decimal::parse(value->to_string());
  require(again && *again == *value && again->hash() == value->hash());
  require(again->to_string() == value->to_string());
  require(value->canonical() == *value);
  require(Decimal::parse(value->to_fixed(38)).value_or(*value) == *value);
  for (const auto mode : {Rounding::half_up, Rounding::half_even, Rounding::down}) {
    const Decimal rounded = value->rounded(2, mode);
    const Decimal off = rounded > *value ? rounded - *value : *value - rounded;
    require(off < *Decimal::parse("0.01") && rounded.scale() <= 2);
  }
  return value;
}

// nullopt: beyond 38 digits.
template <typename Operation>
std::optional<Decimal> attempt(Operation operation) {
  try {
    return operation();
  } catch (const DecimalOverflow&) {
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  const std::string_view text(input);
  const auto end = text.find('\n');
  const auto a = read(text.substr(0, end));
  const auto b = read(end == std::string_view::npos ? "3" : text.substr(end + 1));
  if (!a || !b) return 0;
  require((*a < *b) == (*b > *a) && (*a == *b) == (*b == *a));
  if (const auto sum = attempt([&] { return *a + *b; })) {
    require(attempt([&] { return *b + *a; }) == sum);
    const auto back = attempt([&] { return *sum - *b; });
    require(!back || *back == *a);
  }
  if (const auto difference = attempt([&] { return *a - *b; })) require((difference->sign() < 0) == (*a < *b));
  if (const auto product = attempt([&] { return *a * *b; })) {
    require(product->sign() == a->sign() * b->sign());
    if (!b->is_zero()) {
      const auto quotient = attempt([&] { return Decimal::divide(*product, *b, Decimal::kMaxScale, Rounding::half_even); });
      require(!quotient || *quotient == *a);
    }
  }
  return 0;
}
