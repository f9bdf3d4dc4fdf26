// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>

#include "simulator/streams/streams.hpp"
#include <infrazen/days.hpp>

namespace simulator {

using infrazen::Decimal;
using infrazen::Micros;

DayCost day_cost(const Estate& estate, const Thing& thing, std::chrono::sys_days day) {
  const Product& product = thing.sold_as();
  const auto from = std::max(thing.born, Micros(day)), to = std::min(thing.gone, Micros(day) + std::chrono::days(1));
  const std::int64_t milli_hours = std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count() / 3600;
  const double factor = estate.cost_factor(thing, day);
  DayCost cost;
  cost.quantity_milli = milli_hours;
  if (product.by_load) {
    cost.quantity_milli =
        static_cast<std::int64_t>(static_cast<double>(milli_hours) * 40 * estate.day_load(thing, day) * factor);
  } else if (factor > 1) {
    cost.quantity_milli =
        static_cast<std::int64_t>(static_cast<double>(milli_hours) * factor);  // somebody scaled it out
  }
  const std::int64_t price = product.price_micros << thing.size;
  cost.list_nano = price * cost.quantity_milli;
  cost.effective_nano = cost.list_nano / 100 * kContractPercent;
  return cost;
}

Decimal account_cost(const Estate& estate, std::size_t account, std::chrono::sys_days month, Micros until) {
  Decimal total;
  const Micros end = std::min(until, Micros(infrazen::next_month(month)));
  estate.each_during(account, month, end, [&](const Thing& thing) {
    std::int64_t nano = 0;
    for (auto day = std::max(month, std::chrono::floor<std::chrono::days>(thing.born));
         Micros(day) + std::chrono::days(1) <= end && Micros(day) < thing.gone; day += std::chrono::days(1)) {
      nano += day_cost(estate, thing, day).effective_nano;
    }
    total += Decimal::of(nano, 9);
  });
  return total;
}

}  // namespace simulator
