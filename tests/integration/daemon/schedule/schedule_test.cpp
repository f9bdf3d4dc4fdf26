// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// When streams run: as the daemon does it, over restarts, as its rows in `runs` tell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/wait_until.hpp"
#include "integration/daemon/pages.hpp"

namespace iz::test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

std::string ended_runs(const Infrazend& daemon, const std::string& connection, const std::string& stream = "balance") {
  return daemon.scalar(
      "SELECT count(*) FROM infrazen.runs r JOIN infrazen.streams s USING (stream_id) JOIN infrazen.connections c ON"
      " c.connection_id = s.connection_id WHERE r.ended_at IS NOT NULL AND c.name = '" +
      connection + "' AND s.stream = '" + stream + "'");
}

bool wait_runs(const Infrazend& daemon, const std::string& connection, int runs,
               const std::string& stream = "balance") {
  return wait_until([&] { return std::stoi(ended_runs(daemon, connection, stream)) >= runs; }, seconds(20));
}

// The most runs under way at one moment.
std::string most_at_once(const Infrazend& daemon, const std::string& which = "true") {
  return daemon.scalar(
      "SELECT max(n) FROM (SELECT (SELECT count(*) FROM infrazen.runs b JOIN infrazen.connections USING (connection_id)"
      " WHERE b.started_at <= a.started_at AND b.ended_at > a.started_at AND " +
      which + ") n FROM infrazen.runs a) x");
}

TEST(Schedule, streams_run_at_their_interval_and_after_those_they_depend_on) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.connection("a",
                    "connector: pages\nsettings: {pages: 5, rows: 1, pause_ms: 60}\n"
                    "streams: {balance: {interval: 1s, jitter: 0.2}, documents: {interval: 1s, jitter: 0.2}}\n");
  daemon.start();
  ASSERT_TRUE(wait_runs(daemon, "a", 4)) << daemon.log();
  ASSERT_TRUE(wait_runs(daemon, "a", 3, "documents")) << daemon.log();
  EXPECT_TRUE(daemon.stop().ok());
  // From start to start, moved by a fifth at most; the rest is for a machine that is slow to record the first start.
  EXPECT_EQ(
      daemon.scalar("SELECT bool_and(span > (n - 1) * interval '0.5 s') FROM (SELECT max(started_at) - min(started_at)"
                    " AS span, count(*) AS n FROM infrazen.runs GROUP BY stream_id) x"),
      "t");
  EXPECT_EQ(daemon.scalar("SELECT s.stream FROM infrazen.runs JOIN infrazen.streams s USING (stream_id) ORDER BY run_id"
                          " LIMIT 1"),
            "balance");
  // A run takes 0.3 s. Two that start at the same moment, the dependent one first, may be recorded the other
  // way round.
  EXPECT_EQ(daemon.scalar(
                "SELECT count(*) FROM infrazen.runs d JOIN infrazen.streams ds ON ds.stream_id = d.stream_id JOIN"
                " infrazen.runs b ON b.started_at + interval '0.15 s' < d.started_at AND b.ended_at > d.started_at JOIN"
                " infrazen.streams bs ON bs.stream_id = b.stream_id WHERE ds.stream = 'documents' AND bs.stream ="
                " 'balance'"),
            "0")
      << "a stream does not start while one that it comes after is running";
}

TEST(Schedule, what_was_missed_while_the_daemon_was_down_is_caught_up_by_one_run) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.connection("a", pages_connection(3, 2, 0));
  daemon.start();
  ASSERT_TRUE(wait_runs(daemon, "a", 1));
  EXPECT_TRUE(daemon.stop().ok());

  // Not due: a restart starts nothing.
  daemon.start();
  ASSERT_TRUE(wait_until([&] { return daemon_state(daemon) == "ready"; }));
  EXPECT_TRUE(wait_stream_state(daemon, "a", "balance", "idle"));
  EXPECT_TRUE(daemon.stop().ok());
  EXPECT_EQ(ended_runs(daemon, "a"), "1");

  // As if it had been down for a day.
  (void)daemon.query("UPDATE infrazen.streams SET next_due = now() - interval '1 day' WHERE stream = 'balance'");
  daemon.start();
  ASSERT_TRUE(wait_runs(daemon, "a", 2));
  EXPECT_TRUE(wait_connection_state(daemon, "a", "ok"));
  EXPECT_TRUE(wait_stream_state(daemon, "a", "balance", "idle"));
  EXPECT_TRUE(daemon.stop().ok());
  EXPECT_EQ(ended_runs(daemon, "a"), "2");
  EXPECT_EQ(daemon.scalar("SELECT next_due > now() + interval '50 min' FROM infrazen.streams WHERE stream = 'balance'"),
            "t");
}

TEST(Schedule, a_manual_run_needs_no_due_time_and_is_recorded_with_who_asked) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.connection("a", pages_connection(3, 2, 0));
  daemon.start();
  ASSERT_TRUE(wait_runs(daemon, "a", 1));
  daemon.sync("a", "balance", "full");
  EXPECT_EQ(
      daemon.scalar("SELECT mode || ' ' || triggered_by || ' ' || (actor <> '') FROM infrazen.runs ORDER BY run_id"
                    " DESC LIMIT 1"),
      "full manual true");
  EXPECT_EQ(daemon.post("/v1/connections/a/sync?stream=nothing").status, 404);
  EXPECT_EQ(daemon.post("/v1/connections/nobody/sync").status, 404);
  EXPECT_TRUE(wait_until([&] {
    return daemon.scalar("SELECT count(*) FROM infrazen.audit WHERE action = 'POST /v1/connections/a/sync'") >= "2";
  })) << "every request that asks for something is audited";
}

TEST(Schedule, a_pause_outlives_restarts_and_ends_with_resume) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.connection(
      "a", "connector: pages\nsettings: {pages: 1, rows: 1}\nstreams: {balance: {interval: 1s}, documents: false}\n");
  daemon.connection("b",
                    "connector: pages\nsettings: {pages: 1, rows: 1, account: b}\nstreams: {balance: {interval: 1s}, "
                    "documents: false}\n");
  daemon.start();
  ASSERT_TRUE(wait_runs(daemon, "a", 1));
  EXPECT_EQ(daemon.post("/v1/connections/a/pause").status, 200);
  EXPECT_TRUE(wait_connection_state(daemon, "a", "paused"));
  EXPECT_EQ(daemon.post("/v1/connections/a/sync").status, 409);
  EXPECT_TRUE(daemon.stop().ok());
  const std::string runs = ended_runs(daemon, "a");

  daemon.start();
  ASSERT_TRUE(wait_connection_state(daemon, "a", "paused"));
  const int others = std::stoi(ended_runs(daemon, "b"));
  ASSERT_TRUE(wait_runs(daemon, "b", others + 2)) << "others run on";
  EXPECT_EQ(ended_runs(daemon, "a"), runs);
  EXPECT_EQ(daemon.post("/v1/connections/a/resume").status, 200);
  EXPECT_TRUE(wait_runs(daemon, "a", std::stoi(runs) + 1));
  EXPECT_EQ(daemon.scalar("SELECT string_agg(action, ' ' ORDER BY audit_id) FROM infrazen.audit WHERE action LIKE"
                          " 'connection.%' AND object = 'a' AND action <> 'connection.resume'"),
            "connection.pause connection.unpause");
}

TEST(Schedule, limits_of_runs_at_once_hold_in_all_and_for_a_connection_and_a_connector) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages", "slow"}, quick_limits("concurrent_runs: 3, per_connection: 1, per_connector: 2"));
  for (const char* id : {"a", "b", "c", "d"}) {
    daemon.connection(id, "connector: pages\nsettings: {pages: 5, rows: 1, pause_ms: 60, account: " + std::string(id) +
                              "}\nstreams: {documents: {after: []}}\n");
  }
  daemon.connection("e", "connector: slow\nsettings: {rows: 3}\n");
  daemon.start();
  for (const char* id : {"a", "b", "c", "d"}) {
    EXPECT_TRUE(daemon.wait_outcome(id, "balance", "succeeded")) << id;
    EXPECT_TRUE(daemon.wait_outcome(id, "documents", "succeeded")) << id;
  }
  EXPECT_TRUE(daemon.wait_outcome("e", "balance", "succeeded")) << daemon.log();
  EXPECT_LE(most_at_once(daemon), "3");
  EXPECT_EQ(most_at_once(daemon, "connector = 'pages'"), "2");
  EXPECT_EQ(most_at_once(daemon, "name = 'a'"), "1");
  EXPECT_EQ(status_of(daemon).at("runs").at("limit").as_int64(), 3);
}

}  // namespace
}  // namespace iz::test
