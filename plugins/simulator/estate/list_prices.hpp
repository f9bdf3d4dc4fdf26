// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "simulator/estate/catalogue.hpp"
#include "simulator/estate/estate.hpp"
#include <infrazen/decimal.hpp>

namespace simulator {

// The texts of what a resource costs a month: few, as every resource of a product and size has the same price.
class ListPrices {
 public:
  struct Price {
    std::string list;
    std::string effective;
  };
  const Price& of(const Thing& thing) {
    Price& price = prices_[static_cast<std::size_t>(thing.type)][thing.size];
    if (price.list.empty()) {
      const std::int64_t size = std::int64_t{1} << thing.size;
      const auto monthly = infrazen::Decimal::of(thing.sold_as().price_micros * size * 730, 6);
      price = {monthly.to_string(), (monthly * infrazen::Decimal::of(94, 2)).to_string()};
    }
    return price;
  }

 private:
  static constexpr std::size_t kTypes = static_cast<std::size_t>(Type::snapshot) + 1;
  std::array<std::array<Price, kSizes>, kTypes> prices_;
};

}  // namespace simulator
