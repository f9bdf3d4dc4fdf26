// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/errands/errand_failure.hpp"

#include <gtest/gtest.h>

#include <infrazen/abi/base.h>

namespace iz::app {
namespace {

using namespace std::chrono_literals;

store::ErrandFailure after(std::uint32_t error_class, const ErrandTries& tries, std::int64_t retry_after_ms = 0) {
  config::Limits limits;
  limits.backoff_min = 1min;
  limits.backoff_max = 30min;
  supervise::RunOutcome outcome;
  outcome.error_class = error_class;
  outcome.retry_after_ms = retry_after_ms;
  return errand_failure(outcome, tries, limits, "why", 1.0);
}

TEST(ErrandFailure, is_tried_again_later_each_time_and_so_often) {
  EXPECT_EQ(after(IZ_ERR_TRANSIENT, {0, 5}).again, 1min);
  EXPECT_EQ(after(IZ_ERR_TRANSIENT, {2, 5}).again, 4min);
  EXPECT_EQ(after(IZ_ERR_TRANSIENT, {3, 5}).again, 8min);
  EXPECT_FALSE(after(IZ_ERR_TRANSIENT, {4, 5}).again);
  EXPECT_TRUE(after(IZ_ERR_TRANSIENT, {4, 5}).counts);
  EXPECT_EQ(after(IZ_ERR_INTERNAL, {0, 5}).again, 1min) << "whatever its class, unless it is hopeless";
  EXPECT_FALSE(after(IZ_ERR_INTERNAL, {0, 5, true}).again);
  EXPECT_EQ(after(IZ_ERR_PERMANENT, {0, 1}).message, "why");
  EXPECT_EQ(after(IZ_ERR_PERMANENT, {0, 1}).error_class, std::uint32_t{IZ_ERR_PERMANENT});
}

TEST(ErrandFailure, that_is_nobodys_does_not_count) {
  const auto throttled = after(IZ_ERR_RATE_LIMITED, {4, 5}, 90'000);
  EXPECT_EQ(throttled.again, 90s) << "the provider said when, and it is no try of the last one's";
  EXPECT_FALSE(throttled.counts);
  const auto stopped = after(IZ_ERR_CANCELLED, {4, 5, true});
  EXPECT_EQ(stopped.again, 0ms);
  EXPECT_FALSE(stopped.counts);
}

TEST(ErrandFailure, may_pass_where_waiting_helps) {
  supervise::RunOutcome outcome;
  for (const std::uint32_t error_class : {IZ_ERR_TRANSIENT, IZ_ERR_RATE_LIMITED}) {
    outcome.error_class = error_class;
    EXPECT_TRUE(may_pass(outcome));
  }
  for (const std::uint32_t error_class : {IZ_ERR_AUTH, IZ_ERR_CONFIG, IZ_ERR_PERMANENT, IZ_ERR_INTERNAL}) {
    outcome.error_class = error_class;
    outcome.crashed = false;
    EXPECT_FALSE(may_pass(outcome));
    outcome.crashed = true;
    EXPECT_TRUE(may_pass(outcome));
  }
}

}  // namespace
}  // namespace iz::app
