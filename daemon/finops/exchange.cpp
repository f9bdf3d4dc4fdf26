// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "finops/exchange.hpp"

#include <set>
#include <stdexcept>

namespace iz::finops {
namespace {

using infrazen::Decimal;
constexpr unsigned kPlaces = 12;

}  // namespace

void RateBook::add(std::string_view base, std::string_view quote, std::chrono::sys_days day, const Decimal& rate) {
  if (rate.sign() <= 0) {
    throw std::invalid_argument("the rate of " + std::string(base) + " in " + std::string(quote) + " is " +
                                rate.to_string() + ": a rate is positive");
  }
  rates_[{std::string(base), std::string(quote)}].insert_or_assign(day, rate);
}

const Decimal* RateBook::find(std::string_view base, std::string_view quote, std::chrono::sys_days day) const {
  const auto pair = rates_.find({std::string(base), std::string(quote)});
  if (pair == rates_.end()) return nullptr;
  auto rate = pair->second.upper_bound(day);
  if (rate == pair->second.begin()) return nullptr;
  --rate;
  return day - rate->first <= carry_ ? &rate->second : nullptr;
}

std::optional<Decimal> RateBook::step(const Decimal& amount, std::string_view from, std::string_view to,
                                      std::chrono::sys_days day) const {
  if (const Decimal* rate = find(from, to, day)) return amount * *rate;
  if (const Decimal* rate = find(to, from, day))
    return Decimal::divide(amount, *rate, kPlaces, infrazen::Rounding::half_even);
  return std::nullopt;
}

std::optional<Decimal> RateBook::convert(const Decimal& amount, std::string_view from, std::string_view to,
                                         std::chrono::sys_days day) const {
  if (from == to) return amount;
  if (auto direct = step(amount, from, to, day)) return direct;

  // Sorted, so that the way taken does not depend on the order in which rates arrived.
  std::set<std::string_view> between;
  for (const auto& [pair, days] : rates_) {
    if (pair.first == from || pair.first == to) between.insert(pair.second);
    if (pair.second == from || pair.second == to) between.insert(pair.first);
  }
  for (const std::string_view third : between) {
    if (third == from || third == to) continue;
    const auto first = step(amount, from, third, day);
    if (!first) continue;
    if (const auto second = step(*first, third, to, day)) {
      return second->rounded(kPlaces, infrazen::Rounding::half_even);
    }
  }
  return std::nullopt;
}

}  // namespace iz::finops
