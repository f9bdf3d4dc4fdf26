// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/wait_until.hpp"
#include "integration/daemon/pages.hpp"

namespace iz::test {
namespace {

using testing::HasSubstr;

TEST(SpoolFolder, that_is_gone_waits_for_an_operator_and_stops_only_who_needs_it) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits("spool_memory: 64KiB"));
  daemon.start();
  const auto spool = daemon.folder() / "spool";
  std::filesystem::remove(spool);
  daemon.connection("a", pages_connection(2, 1500, 0));
  daemon.connection("small",
                    "connector: pages\nsettings: {pages: 2, rows: 5, account: b}\nstreams: {documents: false}\n");
  ASSERT_EQ(daemon.post("/v1/reload").status, 200);
  EXPECT_TRUE(wait_connection_state(daemon, "a", "blocked")) << daemon.log();
  EXPECT_EQ(stream_status(daemon, "a", "balance").at("last_error_class").as_string(), "config");
  const std::string told = stream_status(daemon, "a", "balance").at("last_error").as_string().c_str();
  EXPECT_THAT(told, HasSubstr(spool.string() + ": No such file or directory"));
  EXPECT_THAT(told, HasSubstr("paths.spool_dir"));
  EXPECT_TRUE(daemon.wait_outcome("small", "balance", "succeeded")) << daemon.log();

  std::filesystem::create_directory(spool);
  daemon.sync("a", "balance");
  EXPECT_TRUE(daemon.wait_outcome("a", "balance", "succeeded")) << daemon.log();
  EXPECT_TRUE(wait_connection_state(daemon, "a", "ok"));
}

}  // namespace
}  // namespace iz::test
