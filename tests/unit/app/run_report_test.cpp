// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/run/run_report.hpp"

#include <gtest/gtest.h>

#include <infrazen/abi/base.h>

namespace iz::app {
namespace {

using schedule::RunEnd;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr schedule::Instant kStarted{std::chrono::milliseconds(1'790'000'000'000)};
constexpr schedule::Instant kNow = kStarted + seconds(20);

RunReport after(std::uint32_t error_class, int failures = 0, std::int64_t retry_after_ms = 0) {
  auto settings = std::make_shared<config::Settings>();
  settings->limits.backoff_min = minutes(1);
  settings->limits.backoff_max = minutes(30);
  RunOrder order;
  order.run = {{"a", "inventory"}, schedule::Mode::full, false};
  order.rule.interval = minutes(60);
  order.rule.jitter = 0;
  order.settings = settings;
  supervise::RunOutcome outcome;
  outcome.error_class = error_class;
  outcome.retry_after_ms = retry_after_ms;
  return ended(order, outcome, failures, "why", {kStarted, kNow, 1.0});
}

TEST(RunReport, a_success_is_followed_at_the_interval_and_was_full_if_it_was_asked_to_be) {
  const RunReport report = after(IZ_OK);
  EXPECT_EQ(report.end.kind, RunEnd::Kind::succeeded);
  EXPECT_EQ(report.end.next, kStarted + minutes(60));
  EXPECT_TRUE(report.end.full);
  EXPECT_EQ(report.end.reason, "");
}

TEST(RunReport, a_passing_fault_is_tried_again_soon_and_later_each_time) {
  EXPECT_EQ(after(IZ_ERR_TRANSIENT).end.kind, RunEnd::Kind::retry_at);
  EXPECT_EQ(after(IZ_ERR_TRANSIENT).end.next, kNow + minutes(1));
  EXPECT_EQ(after(IZ_ERR_TRANSIENT, 2).end.next, kNow + minutes(4));
  EXPECT_EQ(after(IZ_ERR_TRANSIENT, 20).end.next, kNow + minutes(30));
  EXPECT_EQ(after(IZ_ERR_RATE_LIMITED, 3, 90'000).end.next, kNow + seconds(90));
  EXPECT_FALSE(after(IZ_ERR_TRANSIENT).end.full);
  EXPECT_EQ(after(IZ_ERR_TRANSIENT).end.reason, "why");
}

TEST(RunReport, what_an_operator_has_to_mend_is_not_tried_by_itself) {
  for (const std::uint32_t error_class : {IZ_ERR_AUTH, IZ_ERR_CONFIG}) {
    EXPECT_EQ(after(error_class).end.kind, RunEnd::Kind::blocked);
    const store::RunEnd row = run_end({}, after(error_class), true, "why");
    EXPECT_FALSE(row.next_due);
    EXPECT_FALSE(row.breaker_until);
  }
}

TEST(RunReport, what_cannot_succeed_is_tried_at_the_interval_and_a_cancelled_run_at_once) {
  EXPECT_EQ(after(IZ_ERR_PERMANENT).end.next, kStarted + minutes(60));
  EXPECT_EQ(after(IZ_ERR_CANCELLED).end.next, kNow);
  EXPECT_EQ(after(IZ_ERR_CANCELLED).end.kind, RunEnd::Kind::retry_at);
}

}  // namespace
}  // namespace iz::app
