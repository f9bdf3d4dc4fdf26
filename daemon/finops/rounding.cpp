// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "finops/rounding.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <stdexcept>

namespace iz::finops {
namespace {

using infrazen::Decimal;
using infrazen::Rounding;

// Gives one coin each to the parts with the largest remainders until the parts add up to `total`.
void hand_out(std::vector<Decimal>& parts, const std::vector<Decimal>& remainders, const Decimal& total,
              unsigned places) {
  const Decimal coin = Decimal::of(1, places);
  Decimal missing = total;
  for (const Decimal& part : parts) missing -= part;

  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (const std::size_t part : order) {
    if (missing.sign() <= 0) break;
    parts[part] += coin;
    missing -= coin;
  }
}

Decimal floor(const Decimal& value, unsigned places) {
  const Decimal cut = value.rounded(places, Rounding::down);
  return cut > value ? cut - Decimal::of(1, places) : cut;
}

}  // namespace

std::vector<Decimal> round_lines(std::span<const Decimal> lines, unsigned places) {
  std::vector<Decimal> parts;
  std::vector<Decimal> remainders;
  Decimal total;
  for (const Decimal& line : lines) {
    parts.push_back(floor(line, places));
    remainders.push_back(line - parts.back());
    total += line;
  }
  hand_out(parts, remainders, total.rounded(places, Rounding::half_up), places);
  return parts;
}

std::vector<Decimal> split_total(const Decimal& total, std::span<const Decimal> weights, unsigned places) {
  if (total.rounded(places, Rounding::down) != total) {
    throw std::invalid_argument("split_total: " + total.to_string() + " has more than " + std::to_string(places) +
                                " decimals");
  }
  Decimal sum;
  for (const Decimal& weight : weights) {
    if (weight.sign() < 0)
      throw std::invalid_argument("split_total: the weight " + weight.to_string() + " is negative");
    sum += weight;
  }
  if (sum.is_zero()) throw std::invalid_argument("split_total: all weights are 0");

  const Decimal amount = total.abs();
  std::vector<Decimal> parts;
  std::vector<Decimal> remainders;
  for (const Decimal& weight : weights) {
    const Decimal share = amount * weight;
    parts.push_back(Decimal::divide(share, sum, places, Rounding::down));
    remainders.push_back(share - parts.back() * sum);
  }
  hand_out(parts, remainders, amount, places);
  if (total.sign() < 0) std::ranges::transform(parts, parts.begin(), [](const Decimal& part) { return -part; });
  return parts;
}

}  // namespace iz::finops
