// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <random>

#include "schedule/planner.hpp"

// What a run takes from outside, and hands to what is pure: the time, and a random number.
namespace iz::app {

[[nodiscard]] inline schedule::Instant now() {
  return std::chrono::time_point_cast<schedule::Instant::duration>(std::chrono::system_clock::now());
}

// In [0, 1), for the jitter of back-offs.
[[nodiscard]] inline double uniform() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
}

}  // namespace iz::app
