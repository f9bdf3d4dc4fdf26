// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <infrazen/decimal.hpp>

// Amounts in another currency, for views and reports: stored amounts stay in their own. A missing rate gives no amount,
// never 1.0 and never 0.
namespace iz::finops {

class RateBook {
 public:
  // A rate holds from its day until the next one of the pair, for at most `carry`: banks publish none on days off
  // (Russia's New Year holidays are the longest, 10 days).
  explicit RateBook(std::chrono::days carry = std::chrono::days(14)) : carry_(carry) {}

  // One unit of `base` costs `rate` units of `quote` on that day. Throws std::invalid_argument for a rate that is not
  // positive.
  void add(std::string_view base, std::string_view quote, std::chrono::sys_days day, const infrazen::Decimal& rate);

  // The amount by the rate of the charge's day: exactly, if the book has from → to; else divided by the rate of to →
  // from, else through one third currency both have rates with, to 12 decimals, half even. nullopt: no rate.
  [[nodiscard]] std::optional<infrazen::Decimal> convert(const infrazen::Decimal& amount, std::string_view from,
                                                         std::string_view to, std::chrono::sys_days day) const;

 private:
  using Days = std::map<std::chrono::sys_days, infrazen::Decimal>;
  [[nodiscard]] const infrazen::Decimal* find(std::string_view base, std::string_view quote,
                                              std::chrono::sys_days day) const;
  [[nodiscard]] std::optional<infrazen::Decimal> step(const infrazen::Decimal& amount, std::string_view from,
                                                      std::string_view to, std::chrono::sys_days day) const;

  std::chrono::days carry_;
  std::map<std::pair<std::string, std::string>, Days> rates_;
};

}  // namespace iz::finops
