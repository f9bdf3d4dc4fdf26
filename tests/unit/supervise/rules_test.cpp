// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gtest/gtest.h>

#include "supervise/backoff.hpp"
#include "supervise/in_words.hpp"
#include "supervise/quarantine.hpp"
#include <infrazen/abi/base.h>

namespace iz::supervise {
namespace {

using namespace std::chrono_literals;

constexpr Instant kNow = Instant(std::chrono::microseconds(1'788'000'000'000'000));

TEST(Quarantine, five_crashes_in_ten_minutes_set_a_connection_aside) {
  const Instant four[] = {kNow, kNow - 1min, kNow - 2min, kNow - 9min};
  const Instant five[] = {kNow, kNow - 1min, kNow - 2min, kNow - 9min, kNow - 9min - 59s};
  EXPECT_FALSE(must_quarantine({}, four, kNow));
  EXPECT_TRUE(must_quarantine({}, five, kNow));
}

TEST(Quarantine, a_crash_counts_for_less_than_the_window) {
  const Instant spread[] = {kNow, kNow - 3min, kNow - 6min, kNow - 9min, kNow - 10min};
  EXPECT_FALSE(must_quarantine({}, spread, kNow));
  EXPECT_FALSE(must_quarantine({}, {}, kNow));
}

TEST(Backoff, doubles_up_to_its_cap_and_is_spread_over_the_whole_range) {
  const BackoffPolicy policy{10s, 60s, 60s};
  constexpr double kAlmostOne = 0.9999999;
  EXPECT_EQ(backoff(policy, 0, kAlmostOne), 0ms);
  EXPECT_EQ(backoff(policy, 1, 0.5), 5s);
  EXPECT_EQ(backoff(policy, 2, 0.5), 10s);
  EXPECT_EQ(backoff(policy, 3, 0.5), 20s);
  EXPECT_EQ(backoff(policy, 4, 0.5), 30s);
  EXPECT_EQ(backoff(policy, 4'000'000'000U, 0.5), 30s);
  EXPECT_EQ(backoff(policy, 3, 0.0), 0ms);
  EXPECT_LT(backoff(policy, 3, kAlmostOne), 40s);
}

TEST(Retry, the_class_decides) {
  const BackoffPolicy policy{10s, 60s, 90s};
  const auto after = [&](std::uint32_t error_class, std::int64_t asked) {
    return after_failure(policy, error_class, asked, 0, 0.5);
  };
  EXPECT_EQ(after(IZ_ERR_TRANSIENT, 0).delay, 5s);
  EXPECT_TRUE(after(IZ_ERR_TRANSIENT, 0).breaker_step);
  EXPECT_EQ(after(IZ_ERR_TRANSIENT, 30'000).delay, 30s) << "the provider's word is the least";
  EXPECT_EQ(after(IZ_ERR_RATE_LIMITED, 7'000).delay, 7s);
  EXPECT_FALSE(after(IZ_ERR_RATE_LIMITED, 7'000).breaker_step);
  EXPECT_EQ(after(IZ_ERR_RATE_LIMITED, 0).delay, 90s);
  EXPECT_EQ(after(IZ_ERR_RATE_LIMITED, -5).delay, 90s);
  EXPECT_EQ(after(IZ_ERR_AUTH, 0).when, NextRun::on_change);
  EXPECT_EQ(after(IZ_ERR_CONFIG, 0).when, NextRun::on_change);
  EXPECT_EQ(after(IZ_ERR_PERMANENT, 0).when, NextRun::at_interval);
  EXPECT_EQ(after(IZ_ERR_CANCELLED, 0).when, NextRun::at_interval);
  EXPECT_FALSE(after(IZ_ERR_CANCELLED, 0).breaker_step);
  EXPECT_EQ(after(IZ_ERR_INTERNAL, 0).when, NextRun::after_delay);
}

TEST(Words, the_largest_unit_that_is_exact) {
  EXPECT_EQ(in_words(250ms), "250 ms");
  EXPECT_EQ(in_words(90s), "90 s");
  EXPECT_EQ(in_words(6h), "6 h");
  EXPECT_EQ(in_words(0ms), "0 ms");
}

}  // namespace
}  // namespace iz::supervise
