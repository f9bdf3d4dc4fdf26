// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/unit_price.hpp"

#include <algorithm>

namespace iz::support {
namespace {

using infrazen::Decimal;
using infrazen::Rounding;

// A cost of whole roubles would let a price be wrong by a tenth: four decimals count in any case.
constexpr unsigned kLeastScale = 4;

bool holds(const Decimal& price, const Decimal& quantity, const Decimal& cost) {
  const Decimal difference = (price * quantity - cost).abs();
  return difference + difference <= Decimal::of(1, std::max<unsigned>(cost.scale(), kLeastScale));
}

}  // namespace

std::optional<Decimal> unit_price(const Decimal& cost, const std::optional<Decimal>& quantity) {
  if (!quantity) return std::nullopt;
  if (cost.is_zero()) return Decimal();
  if (quantity->is_zero() || cost.sign() != quantity->sign()) return std::nullopt;
  // Few decimals first: prices have few, and what is derived should look like one.
  for (const unsigned places : {4U, 6U, 10U, 16U, 22U}) {
    try {
      const Decimal price = Decimal::divide(cost, *quantity, places, Rounding::half_even).canonical();
      if (holds(price, *quantity, cost)) return price;
    } catch (const infrazen::DecimalOverflow&) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace iz::support
