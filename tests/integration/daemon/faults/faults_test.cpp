// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What a daemon depends on goes away in the middle of its work and comes back: it recovers by itself, and the data are
// exactly what they would have been.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/wait_until.hpp"
#include "integration/daemon/faults/small_disk.hpp"
#include "integration/daemon/operate/notify_socket.hpp"
#include "integration/daemon/pages.hpp"

namespace iz::test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

constexpr int kPages = 40;
constexpr int kRows = 25;

bool all_pages(const Infrazend& daemon, int pages = kPages) {
  return wait_marks(daemon, "a", pages, seconds(30)) && daemon.wait_outcome("a", "balance", "succeeded", seconds(30));
}

TEST(Faults, a_killed_connector_host_is_a_crash_and_the_next_run_goes_on) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.connection("a", pages_connection(kPages, kRows, 50));
  daemon.start();
  ASSERT_TRUE(wait_marks(daemon, "a", 3));
  const auto children = children_of(daemon.process().pid());
  ASSERT_EQ(children.size(), 1U);
  ::kill(children.front(), SIGKILL);
  EXPECT_TRUE(all_pages(daemon)) << daemon.log();
  EXPECT_EQ(wrong_with_pages(daemon, "a", kPages, kRows), "");
  // IZ_ERR_TRANSIENT: somebody else's doing, so it is tried again soon; a crash all the same, which quarantine counts.
  EXPECT_EQ(daemon.scalar("SELECT outcome || ' ' || error_class || ' ' || crashed || ' ' || signal FROM infrazen.runs"
                          " ORDER BY run_id LIMIT 1"),
            "failed 1 true 9");
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.connector_crashes"), "1");
  EXPECT_TRUE(wait_connection_state(daemon, "a", "ok"));
}

TEST(Faults, a_server_that_stops_at_once_in_the_middle_of_marks_is_waited_for) {
  PgOptions durable;
  durable.fsync = true;
  PgCluster cluster(durable);
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.connection("a", pages_connection(kPages, kRows, 20));
  daemon.start();
  ASSERT_TRUE(wait_marks(daemon, "a", 3));
  cluster.stop(PgStop::immediate);
  EXPECT_TRUE(wait_daemon_state(daemon, "degraded")) << daemon.log();
  EXPECT_THAT(boost::json::serialize(status_of(daemon).at("reasons")), HasSubstr("database unavailable"));
  EXPECT_EQ(daemon.get("/healthz").status, 200);
  EXPECT_EQ(daemon.get("/v1/runs").status, 503);
  cluster.start();
  EXPECT_TRUE(all_pages(daemon)) << daemon.log();
  EXPECT_EQ(wrong_with_pages(daemon, "a", kPages, kRows), "");
  EXPECT_TRUE(wait_daemon_state(daemon, "ready")) << daemon.log();
  EXPECT_TRUE(wait_connection_state(daemon, "a", "ok"));
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.connector_crashes"), "0");
}

TEST(Faults, a_database_without_space_delays_runs_until_there_is_some) {
  PgCluster cluster;
  TempDir folder("smalldisk-");
  std::filesystem::permissions(folder.path(), std::filesystem::perms::others_exec, std::filesystem::perm_options::add);
  const SmallDisk unused_probe(folder / "probe", 1);
  if (!unused_probe.mounted()) GTEST_SKIP() << unused_probe.problem();
  SmallDisk disk(folder / "space", 64, cluster.os_user());
  ASSERT_TRUE(disk.mounted()) << disk.problem();
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  pg_query(cluster.conninfo(), "CREATE TABLESPACE small LOCATION '" + (folder / "space").string() + "'");
  pg_query(cluster.conninfo(), "ALTER DATABASE \"" + daemon.options().database + "\" SET TABLESPACE small");
  daemon.connection("a", pages_connection(kPages, 400, 30));
  daemon.start();
  ASSERT_TRUE(wait_marks(daemon, "a", 3)) << daemon.log();
  disk.fill();
  EXPECT_TRUE(wait_log(daemon, "No space left on device")) << daemon.log();
  EXPECT_TRUE(wait_until(
      [&] { return daemon_state(daemon) == "degraded" || connection_state(daemon, "a") == "failing"; }, seconds(10)))
      << daemon.log();
  EXPECT_TRUE(daemon.running());
  disk.empty();
  EXPECT_TRUE(all_pages(daemon)) << daemon.log();
  EXPECT_EQ(wrong_with_pages(daemon, "a", kPages, 400), "");
  EXPECT_TRUE(wait_connection_state(daemon, "a", "ok"));
  EXPECT_TRUE(wait_daemon_state(daemon, "ready"));
  EXPECT_TRUE(daemon.stop().ok());
  cluster.stop(PgStop::immediate);
}

TEST(Faults, a_spool_without_space_delays_runs_until_there_is_some) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits("spool_memory: 64KiB"));
  SmallDisk disk(daemon.folder() / "spool", 4);
  if (!disk.mounted()) GTEST_SKIP() << disk.problem();
  disk.fill();
  daemon.connection("a", pages_connection(2, 1500, 0));
  daemon.connection("small",
                    "connector: pages\nsettings: {pages: 2, rows: 5, account: b}\nstreams: {documents: false}\n");
  daemon.start();
  EXPECT_TRUE(wait_log(daemon, "free space there or set paths.spool_dir")) << daemon.log();
  EXPECT_TRUE(wait_connection_state(daemon, "a", "failing")) << daemon.log();
  EXPECT_EQ(stream_status(daemon, "a", "balance").at("last_error_class").as_string(), "transient");
  // Who needs no file works on, and the database is not to blame.
  EXPECT_TRUE(daemon.wait_outcome("small", "balance", "succeeded"));
  EXPECT_EQ(daemon_state(daemon), "ready");
  disk.empty();
  EXPECT_TRUE(all_pages(daemon, 2)) << daemon.log();
  EXPECT_EQ(wrong_with_pages(daemon, "a", 2, 1500), "");
  EXPECT_TRUE(wait_until([&] { return std::filesystem::is_empty(daemon.folder() / "spool"); }));
  EXPECT_TRUE(daemon.stop().ok());
}

TEST(Faults, a_database_that_is_absent_at_the_start_is_waited_for) {
  PgCluster cluster;
  NotifySocket systemd;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.options().env["NOTIFY_SOCKET"] = systemd.path();
  daemon.connection("a", pages_connection(5, kRows, 0));
  cluster.stop();
  daemon.start();
  EXPECT_TRUE(wait_until([&] { return systemd.heard().find("READY=1") != std::string::npos; }));
  EXPECT_TRUE(wait_daemon_state(daemon, "degraded"));
  EXPECT_THAT(boost::json::serialize(status_of(daemon).at("reasons")), HasSubstr("database unavailable"));
  EXPECT_EQ(daemon.post("/v1/connections/a/pause").status, 503);
  cluster.start();
  EXPECT_TRUE(all_pages(daemon, 5)) << daemon.log();
  EXPECT_TRUE(wait_daemon_state(daemon, "ready"));
  EXPECT_EQ(wrong_with_pages(daemon, "a", 5, kRows), "");
  EXPECT_THAT(systemd.heard(), HasSubstr("database unavailable"));
  EXPECT_TRUE(daemon.stop().ok());
  EXPECT_TRUE(wait_until([&] { return systemd.heard().find("STOPPING=1") != std::string::npos; }));
}

}  // namespace
}  // namespace iz::test
