// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/wait_until.hpp"
#include "integration/daemon/pages.hpp"

namespace iz::test {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

std::int64_t reloads(const Infrazend& daemon, const char* which) {
  return status_of(daemon).at("counters").at(which).as_int64();
}

TEST(Reload, swaps_connections_and_leaves_a_running_sync_alone) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages", "slow"}, quick_limits());
  daemon.connection("a", pages_connection(60, 5, 50));
  daemon.connection("changed",
                    "connector: pages\nsettings: {pages: 1, rows: 1, account: c}\nstreams: {documents: false}\n");
  daemon.connection("removed",
                    "connector: pages\nsettings: {pages: 500, rows: 1, pause_ms: 50, account: r}\n"
                    "streams: {documents: false}\n");
  daemon.start();
  ASSERT_TRUE(wait_marks(daemon, "a", 3));
  ASSERT_TRUE(wait_marks(daemon, "removed", 1));
  ASSERT_TRUE(daemon.wait_outcome("changed", "balance", "succeeded"));

  daemon.connection("added", "connector: slow\nsettings: {rows: 3}\n");
  daemon.connection("changed",
                    "connector: pages\nsettings: {pages: 4, rows: 1, account: c}\n"
                    "streams: {balance: {interval: 1s}, documents: false}\n");
  daemon.remove_connection("removed");
  daemon.process().signal(SIGHUP);
  EXPECT_TRUE(wait_until([&] { return reloads(daemon, "reloads") == 1; }, seconds(10))) << daemon.log();
  EXPECT_TRUE(daemon.wait_outcome("added", "balance", "succeeded"));
  EXPECT_TRUE(wait_marks(daemon, "changed", 4)) << "with the new settings, at the new interval";
  EXPECT_EQ(connection_state(daemon, "removed"), "");
  EXPECT_EQ(daemon.post("/v1/connections/removed/sync").status, 404);
  // The run under way ends by itself, as the one it was.
  EXPECT_TRUE(daemon.wait_outcome("a", "balance", "succeeded"));
  EXPECT_EQ(wrong_with_pages(daemon, "a", 60, 5), "");
  EXPECT_EQ(
      daemon.scalar("SELECT count(*) FROM infrazen.runs JOIN infrazen.connections USING (connection_id) WHERE name"
                    " = 'a'"),
      "1");
  EXPECT_TRUE(daemon.stop().ok());
}

TEST(Reload, of_a_wrong_configuration_keeps_the_old_one_and_says_why) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.connection("a", pages_connection(2, 2, 0));
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("a", "balance", "succeeded"));
  daemon.connection("b", "connector: pages\nsettigns: {}\n");
  daemon.remove_connection("a");
  const HttpAnswer answer = daemon.post("/v1/reload");
  EXPECT_EQ(answer.status, 422);
  EXPECT_THAT(answer.body, AllOf(HasSubstr("b.yaml:3:"), HasSubstr("settigns")));
  daemon.process().signal(SIGHUP);
  EXPECT_TRUE(wait_until([&] { return reloads(daemon, "reloads_refused") == 2; }));
  EXPECT_EQ(connection_state(daemon, "a"), "ok");
  EXPECT_EQ(connection_state(daemon, "b"), "");
  EXPECT_THAT(boost::json::serialize(status_of(daemon).at("configuration").at("problem")), HasSubstr("settigns"));
  daemon.sync("a", "balance");

  daemon.connection("b", "connector: pages\nsettings: {pages: 1, rows: 1, account: b}\nstreams: {documents: false}\n");
  EXPECT_EQ(daemon.post("/v1/reload").status, 200);
  EXPECT_TRUE(daemon.wait_outcome("b", "balance", "succeeded"));
  EXPECT_TRUE(status_of(daemon).at("configuration").at("problem").is_null());
  EXPECT_EQ(connection_state(daemon, "a"), "");
  EXPECT_TRUE(daemon.stop().ok());
}

TEST(Reload, while_the_database_is_away_takes_effect_when_it_is_back) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.start();
  ASSERT_TRUE(wait_until([&] { return daemon_state(daemon) == "ready"; }));
  cluster.stop();
  daemon.connection("a", pages_connection(2, 2, 0));
  EXPECT_EQ(daemon.post("/v1/reload").status, 200);
  EXPECT_TRUE(wait_until([&] { return daemon_state(daemon) == "degraded"; }, seconds(20)));
  cluster.start();
  EXPECT_TRUE(wait_until([&] { return daemon_state(daemon) == "ready"; }, seconds(20)));
  EXPECT_TRUE(daemon.wait_outcome("a", "balance", "succeeded"));
}

}  // namespace
}  // namespace iz::test
