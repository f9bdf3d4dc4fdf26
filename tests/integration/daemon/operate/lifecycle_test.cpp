// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <csignal>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/infrazend.hpp"
#include "harness/paths.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/process.hpp"
#include "harness/wait_until.hpp"
#include "integration/daemon/operate/notify_socket.hpp"
#include "integration/daemon/pages.hpp"

namespace iz::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

TEST(Stop, cancels_the_run_and_lets_go_of_its_lease_so_that_the_next_start_goes_on_at_once) {
  PgCluster cluster;
  // With a lease that nobody could wait for.
  Infrazend daemon(cluster, {"pages"}, "limits: {lease: 10m}\n");
  daemon.connection("a", pages_connection(60, 5, 50));
  daemon.start();
  ASSERT_TRUE(wait_marks(daemon, "a", 3));
  EXPECT_TRUE(daemon.stop(seconds(10) * kSlowness).ok());
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.streams WHERE lease_owner IS NOT NULL"), "0");
  EXPECT_EQ(daemon.scalar("SELECT outcome FROM infrazen.runs"), "cancelled");
  daemon.start();
  EXPECT_TRUE(daemon.wait_outcome("a", "balance", "succeeded")) << daemon.log();
  EXPECT_EQ(wrong_with_pages(daemon, "a", 60, 5), "");
  EXPECT_EQ(stream_status(daemon, "a", "balance").at("failures").as_int64(), 0);
}

TEST(Stop, kills_a_connector_that_ignores_it_within_the_graces) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"hang"}, quick_limits());
  daemon.connection("a",
                    "connector: hang\nsettings: {variant: ignore}\nlimits: {cancel_grace: 300ms, term_grace: 300ms}\n");
  daemon.start();
  ASSERT_TRUE(wait_marks(daemon, "a", 1));
  const auto children = children_of(daemon.process().pid());
  ASSERT_EQ(children.size(), 1U);
  EXPECT_TRUE(daemon.stop(seconds(10) * kSlowness).ok());
  EXPECT_NE(::kill(children.front(), 0), 0);
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.streams WHERE lease_owner IS NOT NULL"), "0");
}

TEST(Stop, works_at_any_moment_after_the_start) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages", "fine", "slow", "hang"}, quick_limits());
  daemon.connection("a", pages_connection(3, 2, 10));
  daemon.connection("b", "connector: fine\n");
  daemon.connection("c", "connector: slow\n");
  daemon.connection("d", "connector: hang\nsettings: {variant: obey}\n");
  for (int ms : {0, 20, 40, 60, 90, 130, 200}) {
    daemon.start();
    ::usleep(static_cast<useconds_t>(ms) * 1000);
    const ExitStatus status = daemon.stop(seconds(12) * kSlowness);
    EXPECT_TRUE(status.ok()) << "after " << ms << " ms: " << status.describe() << daemon.log();
    EXPECT_FALSE(std::filesystem::exists(daemon.socket()));
  }
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.streams WHERE lease_owner IS NOT NULL"), "0");
}

TEST(Start, is_refused_where_another_daemon_answers) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.start();
  Process second({kInfrazend, "--config", daemon.config_file()});
  const ExitStatus status = second.wait(seconds(20));
  EXPECT_EQ(status.code, EX_OSERR) << status.describe();
  EXPECT_THAT(second.err() + second.out(), HasSubstr("is answered by another daemon"));
  EXPECT_EQ(daemon.get("/healthz").status, 200) << "the first one keeps its socket";
  // The socket of one that was killed is in nobody's way.
  daemon.kill9();
  ASSERT_TRUE(std::filesystem::exists(daemon.socket()));
  daemon.start();
  EXPECT_EQ(daemon.get("/healthz").status, 200);
}

TEST(Start, as_an_ordinary_user_works_and_keeps_the_memory_from_that_users_other_processes) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can run a daemon as somebody else";
  PgOptions reachable;
  reachable.reachable_by_others = true;
  PgCluster cluster(reachable);
  NotifySocket systemd;
  Infrazend daemon(cluster, {"pages"}, quick_limits("spool_memory: 64KiB"));
  daemon.options().user = "nobody";
  daemon.options().env["NOTIFY_SOCKET"] = systemd.path();
  daemon.secret("token", "s3cret");
  daemon.connection("a", pages_connection(2, 1500, 0) + "secrets: {token: token}\n");
  daemon.start();
  EXPECT_TRUE(daemon.wait_outcome("a", "balance", "succeeded")) << daemon.log();
  EXPECT_EQ(wrong_with_pages(daemon, "a", 2, 1500), "");
  EXPECT_TRUE(wait_until([&] { return systemd.heard().find("READY=1") != std::string::npos; }));

  const std::string proc = "/proc/" + std::to_string(daemon.process().pid());
  struct stat status {};
  ASSERT_EQ(::stat((proc + "/mem").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 0U) << "of a process that can be dumped it would be its user's";
  ProcessOptions nobody;
  nobody.user = "nobody";
  for (const char* file : {"/maps", "/environ", "/fd/0"}) {
    EXPECT_FALSE(run({"/bin/cat", proc + file}, nobody).status.ok()) << file;
  }
  EXPECT_TRUE(daemon.stop().ok());
}

}  // namespace
}  // namespace iz::test
