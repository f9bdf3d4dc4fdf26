// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>

#include "simulator/estate/catalogue.hpp"
#include <infrazen/time.hpp>

namespace simulator {

// Use over the day and the week, by table: a value costs a look-up.
class Season {
 public:
  static constexpr std::size_t kWeek = 7 * 24 * 60;  // minutes, from Thursday 00:00 UTC like the epoch

  // A whole week of one profile, 0 … 1, one value a minute.
  static const double* week(Profile profile);
  // A resource is a little earlier or later than others, and more or less busy.
  static std::size_t shift(std::uint64_t dice) { return dice % 90; }
  static double busyness(std::uint64_t dice) { return 0.35 + 0.6 * static_cast<double>(dice >> 40 & 0xFF) / 255; }

  static double at(Profile profile, infrazen::Micros instant, std::uint64_t dice);
  static double of_day(Profile profile, std::chrono::sys_days day, std::uint64_t dice);
};

}  // namespace simulator
