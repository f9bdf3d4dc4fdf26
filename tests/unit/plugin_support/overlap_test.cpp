// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/overlap.hpp"

#include <gtest/gtest.h>

namespace iz::support {
namespace {

using infrazen::Micros;
using namespace std::chrono_literals;

Micros at(const char* text) {
  return infrazen::parse_instant(text).value();
}

const Micros kLongAgo = at("2026-01-01T00:00:00Z");

TEST(Overlap, is_rounded_up_to_whole_steps) {
  const Micros horizon = at("2026-09-01T10:00:00Z");
  EXPECT_EQ(read_begin(horizon, 15min, 1h, kLongAgo), at("2026-09-01T09:00:00Z"));
  EXPECT_EQ(read_begin(horizon, 15min, 5min, kLongAgo), at("2026-09-01T09:45:00Z"));
  EXPECT_EQ(read_begin(horizon, 16min, 5min, kLongAgo), at("2026-09-01T09:40:00Z"));
  EXPECT_EQ(read_begin(horizon, 24h, 24h, kLongAgo), at("2026-08-31T00:00:00Z"));
  EXPECT_EQ(read_begin(at("2026-09-01T10:07:13Z"), 1s, 5min, kLongAgo), at("2026-09-01T10:05:00Z"))
      << "the step that holds the horizon is read whole";
}

TEST(Overlap, of_nothing_reads_on_from_the_horizon) {
  const Micros horizon = at("2026-09-01T10:07:13Z");
  EXPECT_EQ(read_begin(horizon, 0s, 5min, kLongAgo), horizon);
}

TEST(Overlap, does_not_reach_before_the_earliest_and_never_behind_the_horizon) {
  const Micros horizon = at("2026-09-01T10:00:00Z");
  EXPECT_EQ(read_begin(horizon, 2h, 5min, at("2026-09-01T09:30:00Z")), at("2026-09-01T09:30:00Z"));
  EXPECT_EQ(read_begin(horizon, 2h, 5min, horizon), horizon) << "a first run";
  EXPECT_EQ(read_begin(horizon, 2h, 5min, at("2026-09-03T00:00:00Z")), horizon) << "behind for long: it catches up";
}

}  // namespace
}  // namespace iz::support
