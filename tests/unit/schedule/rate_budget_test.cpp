// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "schedule/rate_budget.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace iz::schedule {
namespace {

using namespace std::chrono_literals;

constexpr RateInstant kNow{std::chrono::microseconds(1'700'000'000'000'000)};

// The most slots that lie within any second.
std::size_t most_in_a_second(std::vector<RateInstant> slots) {
  std::ranges::sort(slots);
  std::size_t most = 0;
  for (auto first = slots.begin(), last = slots.begin(); last != slots.end(); ++last) {
    while (*last - *first >= 1s) ++first;
    most = std::max(most, static_cast<std::size_t>(last - first) + 1);
  }
  return most;
}

TEST(RateBudget, daemons_that_take_in_turn_never_get_more_than_the_limit_in_any_second) {
  for (const double limit : {1.0, 10.0, 37.0, 500.0}) {
    store::RateState state;
    std::vector<RateInstant> slots;
    // Three daemons, each asks again when half of what it got has gone by.
    std::vector<RateInstant> again(3, kNow);
    for (auto now = kNow; now < kNow + 20s; now += 1ms) {
      for (auto& next : again) {
        if (now < next) continue;
        const Reservation got = reserve(state, {limit, 1}, now, 1000);
        slots.insert(slots.end(), got.slots.begin(), got.slots.end());
        next = now + 50ms;
      }
    }
    EXPECT_LE(most_in_a_second(slots), static_cast<std::size_t>(limit)) << limit;
    const auto within = std::ranges::count_if(slots, [](RateInstant slot) { return slot < kNow + 20s; });
    EXPECT_GE(static_cast<double>(within), 0.95 * limit * 20 - 1) << limit;
  }
}

TEST(RateBudget, nothing_is_reserved_far_ahead) {
  store::RateState state;
  Reservation last;
  for (int i = 0; i < 1000; ++i) last = reserve(state, {100, 1}, kNow, 1000);
  EXPECT_TRUE(last.slots.empty());
  EXPECT_LE(last.not_before, kNow + kNearFuture + kReservedAhead);
  EXPECT_GT(last.not_before, kNow + kNearFuture);
  // What was reserved goes by, used or not.
  EXPECT_EQ(reserve(state, {100, 1}, kNow + 2s, 1).slots.at(0), kNow + 2s);
}

TEST(RateBudget, a_slow_limit_gives_one_slot_at_a_time_and_says_when_the_next_comes) {
  store::RateState state;
  EXPECT_EQ(reserve(state, {1.0 / 60, 1}, kNow, 5).slots.size(), 1U);
  const Reservation next = reserve(state, {1.0 / 60, 1}, kNow, 5);
  EXPECT_TRUE(next.slots.empty());
  EXPECT_GE(next.not_before, kNow + 60s);
  EXPECT_LT(next.not_before, kNow + 63s);
  EXPECT_EQ(reserve(state, {1.0 / 60, 1}, next.not_before, 5).slots.size(), 1U) << "the question took none";
}

TEST(RateBudget, a_burst_makes_up_for_a_rest) {
  store::RateState state;
  const Reservation got = reserve(state, {10, 5}, kNow, 100);
  const auto at_once = std::ranges::count(got.slots, kNow);
  EXPECT_EQ(at_once, 5);
}

TEST(RateBudget, retry_after_is_a_pause_for_all_and_no_rest) {
  store::RateState state;
  throttle(state, {10, 5}, kNow, 700ms, 0);
  const Reservation got = reserve(state, {10, 5}, kNow + 1ms, 100);
  for (const RateInstant slot : got.slots) EXPECT_GE(slot, kNow + 700ms);
  throttle(state, {10, 5}, kNow, 90s, 0);
  const Reservation paused = reserve(state, {10, 5}, kNow + 1ms, 100);
  EXPECT_TRUE(paused.slots.empty());
  EXPECT_EQ(paused.not_before, kNow + 90s);
}

TEST(RateBudget, retry_after_ends_to_the_moment) {
  store::RateState state;
  throttle(state, {10, 1}, kNow, 700ms, 0);
  EXPECT_EQ(reserve(state, {10, 1}, kNow + 1ms, 100).slots.front(), kNow + 700ms);
}

TEST(RateBudget, a_429_takes_a_quarter_of_the_rate_which_grows_back_by_a_sixtieth_of_the_limit_a_second) {
  store::RateState state;
  const RateLimit limit{10, 1};
  throttle(state, limit, kNow, std::nullopt, 0);
  EXPECT_DOUBLE_EQ(rate_at(state, limit, kNow), 7.5);
  throttle(state, limit, kNow + 500ms, std::nullopt, 0);
  EXPECT_NEAR(rate_at(state, limit, kNow + 500ms), 7.58, 0.01) << "a volley of 429s is one message";
  EXPECT_NEAR(rate_at(state, limit, kNow + 6s), 8.5, 0.01);
  EXPECT_DOUBLE_EQ(rate_at(state, limit, kNow + 15s), 10);
  throttle(state, limit, kNow + 6s, std::nullopt, 0);
  EXPECT_NEAR(rate_at(state, limit, kNow + 6s), 6.375, 0.01) << "the next one counts from where it had come to";
  for (int i = 0; i < 100; ++i) throttle(state, limit, kNow + 40s + i * 2s, std::nullopt, 0);
  EXPECT_GE(rate_at(state, limit, kNow + 40s + 99 * 2s), kSlowestRate);
  EXPECT_DOUBLE_EQ(rate_at(state, limit, kNow + 40s + 99 * 2s + 60s), 10) << "from anywhere within a minute";
}

// How many requests went in so long, and how many of them a provider refused that bears `bears` a second and counts
// each second.
struct Taken {
  double passed = 0;
  double refused = 0;
};
Taken take_for(std::chrono::seconds span, const RateLimit& limit, double bears) {
  store::RateState state;
  Taken taken;
  double counted = 0;
  RateInstant second = kNow;
  for (auto now = kNow; now < kNow + span;) {
    const Reservation got = reserve(state, limit, now, 1);
    if (got.slots.empty()) {
      now = got.not_before;
      continue;
    }
    now = got.slots.front();
    while (now >= second + 1s) {
      second += 1s;
      counted = 0;
    }
    if (++counted <= bears) {
      ++taken.passed;
    } else {
      ++taken.refused;
      throttle(state, limit, now,
               second + 1s - now < 1s ? std::chrono::ceil<std::chrono::milliseconds>(second + 1s - now) : 1s, 0);
    }
  }
  return taken;
}

TEST(RateBudget, of_a_limit_that_is_right_nine_tenths_are_used_even_when_a_stray_429_comes_every_minute) {
  const RateLimit limit{10, 1};
  EXPECT_GE(take_for(60s, limit, 10).passed, 0.95 * 600);
  EXPECT_EQ(take_for(60s, limit, 10).refused, 0);
  store::RateState state;
  throttle(state, limit, kNow, std::nullopt, 0);
  double used = 0;
  for (auto now = kNow; now < kNow + 60s; now += 100ms) used += rate_at(state, limit, now) * kUsedShare / 10;
  EXPECT_GE(used, 0.9 * 600);
}

TEST(RateBudget, a_limit_that_is_set_too_high_settles_at_what_the_provider_bears) {
  const RateLimit limit{40, 1};
  const Taken taken = take_for(600s, limit, 20);
  EXPECT_GE(taken.passed, 0.75 * 20 * 600);
  EXPECT_LE(taken.refused, 600 / 4) << "seldom";
}

TEST(RateBudget, answers_that_were_under_way_when_a_pause_began_are_of_the_same_volley) {
  store::RateState state;
  const RateLimit limit{10, 1};
  throttle(state, limit, kNow, 5s, 0);
  throttle(state, limit, kNow + 3s, 5s, 0);
  EXPECT_DOUBLE_EQ(state.slowed_rate, 7.5);
  EXPECT_EQ(state.paused_until, kNow + 8s) << "but the longer pause counts";
}

TEST(RateBudget, a_host_without_a_limit_is_free_until_a_429_and_again_after_a_minute) {
  store::RateState state;
  const Reservation free = reserve(state, {}, kNow, 5);
  EXPECT_FALSE(free.limited);
  EXPECT_EQ(free.not_before, kNow);
  throttle(state, {}, kNow, 1s, 40);
  EXPECT_FALSE(reserve(state, {}, kNow + 60s, 1).slots.empty());
  EXPECT_NEAR(rate_at(state, {}, kNow + 1s), 20, 0.01) << "half of what was sent: nobody vouched for that";
  EXPECT_NEAR(rate_at(state, {}, kNow + 31s), 40, 0.01);
  EXPECT_FALSE(reserve(state, {}, kNow + 62s, 1).limited);
}

TEST(RateBudget, a_server_clock_that_was_set_back_stops_nobody) {
  store::RateState state;
  (void)reserve(state, {10, 1}, kNow + 1h, 1);
  EXPECT_LT(reserve(state, {10, 1}, kNow, 1).not_before, kNow + 2s);
}

TEST(RateBudget, what_was_learned_without_the_database_is_brought_along) {
  store::RateState theirs;
  (void)reserve(theirs, {10, 1}, kNow, 1);
  store::RateState ours;
  throttle(ours, {10, 1}, kNow, 9s, 0);
  merge(theirs, ours);
  EXPECT_EQ(theirs.paused_until, kNow + 9s);
  EXPECT_DOUBLE_EQ(rate_at(theirs, {10, 1}, kNow), 7.5);
  const store::RateState before = theirs;
  merge(theirs, store::RateState{});
  EXPECT_EQ(theirs, before);
}

}  // namespace
}  // namespace iz::schedule
