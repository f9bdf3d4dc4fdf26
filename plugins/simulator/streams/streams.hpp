// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "simulator/estate/estate.hpp"
#include <infrazen/sync.hpp>

// The streams: each reads the cursor, emits what an estate of these settings would, and marks.
namespace simulator {

void sync_inventory(infrazen::Sync& sync, const Estate& estate);
void sync_costs(infrazen::Sync& sync, const Estate& estate);
void sync_metrics(infrazen::Sync& sync, const Estate& estate);
void sync_logs(infrazen::Sync& sync, const Estate& estate);
void sync_components(infrazen::Sync& sync, const Estate& estate);
void sync_prices(infrazen::Sync& sync, const Estate& estate);
void sync_rates(infrazen::Sync& sync, const Estate& estate);
void sync_balance(infrazen::Sync& sync, const Estate& estate);
void sync_documents(infrazen::Sync& sync, const Estate& estate);

// Keeps to rows_per_second, and asks for cancellation now and then.
class Pace {
 public:
  Pace(infrazen::Sync& sync, std::size_t rows_per_second) : sync_(sync), rate_(rows_per_second) {}
  void emitted(std::size_t rows) {
    since_check_ += rows;
    if (since_check_ < kStep && (rate_ == 0 || since_check_ * 10 < rate_)) return;
    sync_.cancel().check();
    if (rate_ > 0) sync_.clock().sleep(std::chrono::milliseconds(since_check_ * 1000 / rate_));
    since_check_ = 0;
  }

 private:
  static constexpr std::size_t kStep = 20'000;
  infrazen::Sync& sync_;
  std::size_t rate_;
  std::size_t since_check_ = 0;
};

// The instant of a cursor "at=2026-09-01T00:00:00Z", or `otherwise` for an empty one.
infrazen::Micros cursor_instant(std::string_view cursor, infrazen::Micros otherwise);
std::string instant_cursor(infrazen::Micros at);

// First day of a month.
std::chrono::sys_days month_of(infrazen::Micros at);
std::string month_name(std::chrono::sys_days month);  // "2026-09"

inline constexpr std::int64_t kContractPercent = 94;  // of the list price

// What one resource costs on one day: an exact amount, in 10^-9 of the currency.
struct DayCost {
  std::int64_t quantity_milli = 0;  // of the product's unit
  std::int64_t list_nano = 0;
  std::int64_t effective_nano = 0;  // after the contract's discount
};
DayCost day_cost(const Estate& estate, const Thing& thing, std::chrono::sys_days day);
// Sum of an account's effective costs of [month, until).
infrazen::Decimal account_cost(const Estate& estate, std::size_t account, std::chrono::sys_days month,
                               infrazen::Micros until);

}  // namespace simulator
