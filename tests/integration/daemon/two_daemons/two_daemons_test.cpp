// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Two daemons on one database: whoever has the lease runs, and whoever lost it writes nothing more.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/postgres/deaf_proxy.hpp"
#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/wait_until.hpp"
#include "integration/daemon/pages.hpp"

namespace iz::test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr int kPages = 40;
constexpr int kRows = 25;

// How the stream's pages went on after its first daemon was gone.
std::string runs_of_pages(const Infrazend& daemon) {
  return daemon.scalar("SELECT string_agg(outcome, ' ' ORDER BY run_id) FROM infrazen.runs WHERE ended_at IS NOT NULL");
}

bool all_pages(const Infrazend& daemon) {
  return wait_marks(daemon, "a", kPages, seconds(30)) && daemon.wait_outcome("a", "balance", "succeeded");
}

TEST(TwoDaemons, the_other_goes_on_when_one_is_killed) {
  PgCluster cluster;
  Infrazend first(cluster, {"pages"}, quick_limits());
  Infrazend second(first.options());
  for (Infrazend* daemon : {&first, &second}) daemon->connection("a", pages_connection(kPages, kRows, 50));
  first.start();
  ASSERT_TRUE(wait_marks(first, "a", 3));
  second.start();
  first.kill9();
  EXPECT_TRUE(all_pages(second)) << second.log();
  EXPECT_EQ(wrong_with_pages(second, "a", kPages, kRows), "");
  EXPECT_EQ(runs_of_pages(second), "lost succeeded");
  EXPECT_TRUE(wait_connection_state(second, "a", "ok"));
  EXPECT_TRUE(second.stop().ok());
}

TEST(TwoDaemons, one_that_was_stopped_past_its_lease_writes_nothing_more) {
  PgCluster cluster;
  Infrazend first(cluster, {"pages"}, quick_limits());
  Infrazend second(first.options());
  for (Infrazend* daemon : {&first, &second}) daemon->connection("a", pages_connection(kPages, kRows, 50));
  first.start();
  ASSERT_TRUE(wait_marks(first, "a", 3));
  second.start();
  first.process().signal(SIGSTOP);
  const int when_stopped = marks_of(second, "a");
  // The other daemon is in the middle of the stream when the first one comes back and finds a mark in its socket.
  ASSERT_TRUE(wait_marks(second, "a", when_stopped + 3)) << second.log();
  first.process().signal(SIGCONT);
  EXPECT_TRUE(wait_log(first, "lease")) << first.log();
  EXPECT_TRUE(wait_until([&] { return children_of(first.process().pid()).empty(); }, seconds(10)));
  EXPECT_TRUE(all_pages(second)) << second.log();
  EXPECT_EQ(wrong_with_pages(second, "a", kPages, kRows), "");
  EXPECT_EQ(runs_of_pages(second), "lost succeeded");
  // It is no fault of the database's nor of the connection's.
  EXPECT_TRUE(wait_daemon_state(first, "ready"));
  EXPECT_THAT(first.log(), Not(HasSubstr("database unavailable")));
  EXPECT_TRUE(wait_connection_state(first, "a", "ok"));
  EXPECT_TRUE(first.stop().ok());
  EXPECT_TRUE(second.stop().ok());
}

TEST(TwoDaemons, share_a_stream_without_running_it_twice) {
  PgCluster cluster;
  Infrazend first(cluster, {"pages"}, quick_limits());
  Infrazend second(first.options());
  const std::string every_second =
      "connector: pages\nsettings: {pages: 1, rows: 1}\nstreams: {balance: {interval: 1s, jitter: 0}, documents: "
      "false}\n";
  for (Infrazend* daemon : {&first, &second}) daemon->connection("a", every_second);
  first.start();
  second.start();
  ASSERT_TRUE(wait_until(
      [&] { return std::stoi(first.scalar("SELECT count(*) FROM infrazen.runs WHERE ended_at IS NOT NULL")) >= 5; },
      seconds(20)));
  EXPECT_TRUE(first.stop().ok());
  EXPECT_TRUE(second.stop().ok());
  EXPECT_EQ(first.scalar("SELECT count(*) FROM infrazen.runs a JOIN infrazen.runs b ON b.run_id > a.run_id AND"
                         " b.started_at < a.ended_at"),
            "0");
  EXPECT_EQ(first.scalar("SELECT count(*) - count(DISTINCT epoch) FROM infrazen.runs"), "0");
  // Counted from start to start, whoever ran it: one run an interval, not one for each daemon. In all, as a busy
  // machine may record a start late and the next one in time.
  EXPECT_EQ(
      first.scalar("SELECT max(started_at) - min(started_at) > (count(*) - 1) * interval '0.7 s' FROM infrazen.runs"),
      "t");
}

TEST(TwoDaemons, a_commit_whose_reply_was_lost_is_neither_repeated_nor_forgotten) {
  PgCluster cluster;
  Infrazend direct(cluster, {"pages"}, quick_limits());  // makes the database; does not run
  DeafProxy proxy(cluster.socket_dir(), cluster.port());
  DaemonOptions options = direct.options();
  options.host = proxy.socket_dir();
  Infrazend daemon(options);
  daemon.connection("a", pages_connection(kPages, kRows, 50));
  daemon.start();
  ASSERT_TRUE(wait_marks(direct, "a", 2));
  proxy.cut_next_commit(DeafProxy::Cut::after_commit, "WITH fence");
  ASSERT_TRUE(wait_until([&] { return proxy.cuts() == 1; }, seconds(10)));
  const int marks = marks_of(direct, "a");
  ASSERT_TRUE(wait_marks(direct, "a", marks + 2)) << daemon.log();
  EXPECT_EQ(direct.scalar("SELECT count(*) FROM infrazen.runs"), "1") << "the same run goes on";
  proxy.cut_next_commit(DeafProxy::Cut::before_commit, "WITH fence");
  ASSERT_TRUE(wait_until([&] { return proxy.cuts() == 2; }, seconds(10)));
  EXPECT_TRUE(all_pages(direct)) << daemon.log();
  EXPECT_EQ(wrong_with_pages(direct, "a", kPages, kRows), "");
  EXPECT_TRUE(daemon.stop().ok());
  EXPECT_EQ(direct.scalar("SELECT count(*) FROM infrazen.streams WHERE lease_owner IS NOT NULL"), "0");
}

TEST(TwoDaemons, lost_replies_around_a_run_leave_no_lease_and_no_open_run) {
  PgCluster cluster;
  Infrazend direct(cluster, {"pages"}, quick_limits());
  DeafProxy proxy(cluster.socket_dir(), cluster.port());
  DaemonOptions options = direct.options();
  options.host = proxy.socket_dir();
  Infrazend daemon(options);
  daemon.connection("a", pages_connection(1, kRows, 0));
  proxy.cut_next_commit(DeafProxy::Cut::after_commit, "INSERT INTO runs");
  daemon.start();
  EXPECT_TRUE(daemon.wait_outcome("a", "balance", "succeeded", seconds(20))) << daemon.log();
  proxy.cut_next_commit(DeafProxy::Cut::after_commit, "last_success = CASE");
  ASSERT_LT(daemon.post("/v1/connections/a/sync?stream=balance").status, 300);
  ASSERT_TRUE(wait_until([&] { return proxy.cuts() == 2; }, seconds(10)));
  // The run whose end is in doubt goes on as soon as the database is seen again, and lets go of its lease.
  const auto leases = [&] {
    return direct.scalar("SELECT count(*) FROM infrazen.streams WHERE lease_owner IS NOT NULL");
  };
  EXPECT_TRUE(wait_until([&] { return leases() == "0"; }, seconds(15))) << daemon.log();
  EXPECT_TRUE(wait_daemon_state(daemon, "ready"));
  EXPECT_TRUE(wait_connection_state(daemon, "a", "ok"));
  EXPECT_THAT(daemon.log(), HasSubstr("database unavailable"));
  EXPECT_TRUE(daemon.stop().ok());
  EXPECT_EQ(wrong_with_pages(direct, "a", 1, kRows), "");
  EXPECT_EQ(direct.scalar("SELECT count(*) FROM infrazen.runs WHERE ended_at IS NULL"), "0");
  EXPECT_EQ(leases(), "0");
}

}  // namespace
}  // namespace iz::test
