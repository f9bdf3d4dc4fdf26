// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/pg_cluster.hpp"
#include "integration/back_fill/tool.hpp"

namespace iz::test {
namespace {

TEST(BackFills, that_the_connector_calls_cancelled_though_nobody_did_have_failed) {
  Infrazend daemon(shared_cluster(), {"doorbell"});
  daemon.connection("bell", "connector: doorbell\nstreams: {inventory: {enabled: false}}\n");
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("bell", "logs", "succeeded")) << daemon.log();
  const ProcessResult asked = tool(daemon, {"connection", "sync", "bell", "--stream", "logs", "--since", "2026-01-01",
                                            "--until", "2026-01-03", "--wait"});
  EXPECT_THAT(asked.out + asked.err, testing::HasSubstr("nobody did"));
  EXPECT_EQ(daemon.scalar("SELECT concat_ws(' ', state, attempts) FROM infrazen.back_fills"), "failed 1")
      << daemon.log();
  EXPECT_THAT(daemon.scalar("SELECT error FROM infrazen.back_fills"),
              testing::HasSubstr("the connector says that the run was cancelled, and nobody did"));
}

}  // namespace
}  // namespace iz::test
