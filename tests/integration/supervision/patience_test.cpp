// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// How long the daemon waits, for what, and how it ends what does not end by itself.
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/supervision/supervision_test.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST_F(Supervision, a_hang_that_ignores_everything_is_killed) {
  auto spec = spec_of("hang", "ignore");
  spec.limits.idle_timeout = kEnoughToStart;
  const SupervisedRun run(spec);
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_INTERNAL);
  EXPECT_TRUE(run.outcome.killed_for_limit);
  EXPECT_EQ(run.outcome.signal, SIGKILL);
  EXPECT_FALSE(run.outcome.crashed);
  EXPECT_THAT(run.outcome.message, HasSubstr("no sign of progress"));
  EXPECT_THAT(run.outcome.message, HasSubstr("ignored the cancel flag"));
  EXPECT_EQ(run.sink.rows_committed, 1U);
}

TEST_F(Supervision, a_connector_that_spins_is_ended_by_sigterm) {
  auto spec = spec_of("hang", "spin");
  spec.limits.idle_timeout = kEnoughToStart;
  const SupervisedRun run(spec);
  EXPECT_EQ(run.outcome.signal, SIGTERM);
  EXPECT_TRUE(run.outcome.killed_for_limit);
}

TEST_F(Supervision, a_silent_connector_that_obeys_the_cancel_flag_is_not_killed) {
  auto spec = spec_of("hang", "obey");
  spec.limits.idle_timeout = kEnoughToStart;
  spec.limits.cancel_grace = 1min;
  const SupervisedRun run(spec);
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_TRANSIENT);
  EXPECT_EQ(run.outcome.signal, 0);
  EXPECT_THAT(run.outcome.message, HasSubstr("no sign of progress"));
}

TEST_F(Supervision, waiting_inside_the_host_is_not_a_hang) {
  auto spec = spec_of("hang", "sleep", 5500);
  spec.limits.idle_timeout = 2500ms;
  const SupervisedRun run(spec);
  EXPECT_EQ(run.outcome.error_class, IZ_OK) << run.outcome.message;
}

TEST_F(Supervision, a_run_that_takes_too_long_is_cancelled) {
  auto spec = spec_of("slow", "", 100000);
  spec.limits.max_run = 400ms;
  const SupervisedRun run(spec);
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_TRANSIENT);
  EXPECT_TRUE(run.outcome.killed_for_limit);
  EXPECT_THAT(run.outcome.message, HasSubstr("400 ms"));
}

TEST_F(Supervision, a_stop_request_cancels_at_once) {
  std::stop_source source;
  std::jthread stopper([&source] {
    std::this_thread::sleep_for(300ms);
    source.request_stop();
  });
  auto spec = spec_of("slow", "", 100000);
  spec.limits.cancel_grace = 1min;
  const SupervisedRun run(spec, source.get_token());
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_CANCELLED);
  EXPECT_EQ(run.outcome.signal, 0);
  EXPECT_LT(run.outcome.duration_ms, 60'000) << "its work takes more than an hour";
}

TEST_F(Supervision, a_stop_request_before_the_start_ends_the_run_too) {
  std::stop_source source;
  source.request_stop();
  const SupervisedRun run(spec_of("hang", "ignore"), source.get_token());
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_CANCELLED);
}

}  // namespace
}  // namespace iz::test
