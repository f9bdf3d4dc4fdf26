// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include <infrazen/host.hpp>

namespace simulator {

// README.md explains each; the manifest has the same names and defaults.
struct Settings {
  std::uint64_t seed = 1;
  std::size_t resources = 200;
  std::size_t accounts = 3;
  std::size_t folders = 4;  // per account
  std::size_t regions = 3;
  std::string currency = "RUB";
  double growth = 0.03;     // share of new resources a month
  double churn = 0.01;      // share of deleted ones a month
  double waste = 0.08;      // share of idle machines and of unattached disks
  double incidents = 0.02;  // per resource and month

  std::size_t columns = 30;       // of inventory
  double changed_fraction = 0.0;  // of the inventory, from one run to the next
  std::size_t charges_per_day = 1;
  std::size_t series_per_resource = 3;
  std::size_t points_per_run = 0;  // 0 = up to now
  std::chrono::milliseconds point_interval{60'000};
  bool full_doubles = false;
  double logs_per_day = 2;  // per resource
  std::chrono::days history{35};
  std::chrono::days metrics_history{2};
  std::size_t rows_per_second = 0;  // 0 = as fast as it goes

  infrazen::Micros now;    // the clock's, or the setting that freezes it
  infrazen::Micros since;  // when the estate had `resources` resources; fixed, so that nothing shifts as time goes by
  infrazen::Micros start;  // midnight, `history` before now's day: where streams without a cursor begin

  static Settings read(const infrazen::Host& host);
};

}  // namespace simulator
