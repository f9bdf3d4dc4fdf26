// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gtest/gtest.h>

#include "host/http/retry.hpp"
#include "host/rates/budget.hpp"
#include <infrazen/abi/base.h>

namespace iz::host {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, is_spread_over_the_whole_of_a_doubling_range) {
  const RetryPolicy policy{.base = 100ms, .cap = 1000ms};
  std::mt19937_64 random(7);
  for (const auto& [attempt, most] : {std::pair{1U, 100}, {2U, 200}, {3U, 400}, {4U, 800}, {5U, 1000}, {60U, 1000}}) {
    double sum = 0;
    for (int i = 0; i < 2000; ++i) {
      const auto wait = backoff(policy, attempt, random).count();
      ASSERT_GE(wait, 0);
      ASSERT_LE(wait, most);
      sum += static_cast<double>(wait);
    }
    EXPECT_NEAR(sum / 2000, most / 2.0, most * 0.05) << attempt;
  }
}

TEST(RetryAfter, is_seconds_or_a_date) {
  const auto now = std::chrono::system_clock::from_time_t(784111777 - 60);  // a minute before 1994-11-06 08:49:37
  EXPECT_EQ(parse_retry_after("120", now), 120s);
  EXPECT_EQ(parse_retry_after("0", now), 0s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), 60s);
  EXPECT_EQ(parse_retry_after("Sunday, 06-Nov-94 08:49:37 GMT", now), 60s);
  EXPECT_EQ(parse_retry_after("Sun Nov  6 08:49:37 1994", now), 60s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now), 0s) << "past";
}

TEST(RetryAfter, what_is_neither_is_ignored_and_what_is_huge_is_a_week) {
  const auto now = std::chrono::system_clock::now();
  for (const char* value : {"", "soon", "-5", "1.5", "12 s", "Sun, 99 Nov 1994 08:49:37 GMT"})
    EXPECT_EQ(parse_retry_after(value, now), std::nullopt) << value;
  EXPECT_EQ(parse_retry_after("99999999999999999999999", now), 168h);
  EXPECT_EQ(parse_retry_after("4000000000", now), 168h);
}

TEST(Statuses, transient_ones_are_those_of_the_specification) {
  for (std::uint32_t status = 100; status < 600; ++status) {
    const bool transient =
        status == 408 || status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
    EXPECT_EQ(is_transient(status), transient) << status;
  }
}

class Bucket : public ::testing::Test {
 protected:
  // Sends as fast as allowed until `end`; returns how many went.
  int send_until(RateBucket& budget, RateBudget::Clock::time_point end) {
    int sent = 0;
    for (;;) {
      const auto ready = budget.ready_at(now_);
      if (ready > now_) now_ = ready;
      if (now_ >= end) return sent;
      budget.take(now_);
      ++sent;
    }
  }
  RateBudget::Clock::time_point now_ = RateBudget::Clock::now();
};

TEST_F(Bucket, gives_the_burst_at_once_and_then_the_rate) {
  RateBucket budget(10, 5);
  const auto begin = now_;
  int at_once = 0;
  for (; budget.ready_at(now_) <= now_; ++at_once) budget.take(now_);
  EXPECT_EQ(at_once, 5);
  EXPECT_NEAR(send_until(budget, begin + 10s), 100, 1);
}

TEST_F(Bucket, saves_up_no_more_than_the_burst) {
  RateBucket budget(10, 5);
  now_ += 1h;
  int at_once = 0;
  for (; budget.ready_at(now_) <= now_; ++at_once) budget.take(now_);
  EXPECT_EQ(at_once, 5);
}

TEST_F(Bucket, a_429_takes_a_quarter_of_the_rate_and_success_brings_it_back) {
  RateBucket budget(10, 1);
  budget.throttled(now_, std::nullopt);
  EXPECT_DOUBLE_EQ(budget.rate(), 7.5);
  budget.throttled(now_ + 10ms, std::nullopt);
  EXPECT_DOUBLE_EQ(budget.rate(), 7.5) << "a volley of 429s is one message";
  budget.throttled(now_ + 2s, std::nullopt);
  EXPECT_DOUBLE_EQ(budget.rate(), 5.625);
  for (int i = 0; i < 10; ++i) budget.succeeded(now_ + 3s);
  EXPECT_NEAR(budget.rate(), 7.625, 1e-9);
  for (int i = 0; i < 1000; ++i) budget.succeeded(now_ + 4s);
  EXPECT_DOUBLE_EQ(budget.rate(), 10);
}

TEST_F(Bucket, retry_after_stops_everything) {
  RateBucket budget(0, 1);
  EXPECT_EQ(budget.ready_at(now_), now_);
  budget.throttled(now_, 7000ms);
  EXPECT_GE(budget.ready_at(now_ + 1s), now_ + 7s);
}

TEST_F(Bucket, a_host_has_one_of_its_own_by_the_first_limit_that_matches_it) {
  const std::vector<wire::RateLimit> limits{{"api.example.com", 5, 1}, {"*.example.com", 10, 3}, {"10.0.0.1", 1, 2}};
  LocalRateBudget budget(limits);
  const auto at_once = [&](const std::string& host) {
    int sent = 0;
    for (; sent < 10 && budget.ready_at(host, now_, 1) <= now_; ++sent) budget.take(host, now_);
    return sent;
  };
  EXPECT_EQ(at_once("api.example.com"), 1);
  EXPECT_EQ(at_once("b.example.com"), 3);
  EXPECT_EQ(at_once("c.example.com:8443"), 3) << "b's requests are not c's";
  EXPECT_EQ(at_once("10.0.0.1:8080"), 2);
  EXPECT_EQ(at_once("example.org"), 10);
}

TEST_F(Bucket, without_a_configured_rate_a_429_sets_half_of_what_went_until_a_minute_of_peace) {
  RateBucket budget(0, 1);
  for (int i = 0; i < 50; ++i) budget.take(now_ += 100ms);
  budget.throttled(now_, std::nullopt);
  EXPECT_NEAR(budget.rate(), 5, 0.3);
  budget.succeeded(now_ + 59s);
  EXPECT_GT(budget.rate(), 0);
  budget.succeeded(now_ + 61s);
  EXPECT_EQ(budget.rate(), 0) << "not limited again";
}

}  // namespace
}  // namespace iz::host
