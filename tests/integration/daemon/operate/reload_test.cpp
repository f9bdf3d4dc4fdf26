// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

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

using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

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

// Asks for one run, once, and says with what it answered and how many records the run had: one for each page that is
// new.
std::string synced(const Infrazend& daemon, const std::string& connection) {
  const std::string runs = "FROM infrazen.runs r JOIN infrazen.connections c USING (connection_id) WHERE c.name = '" +
                           connection + "' AND r.ended_at IS NOT NULL";
  const std::string before = daemon.scalar("SELECT count(*) " + runs);
  const HttpAnswer asked = daemon.post("/v1/connections/" + connection + "/sync?stream=balance");
  if (asked.status != 202) return asked.body;
  if (!wait_until([&] { return daemon.scalar("SELECT count(*) " + runs) != before; }, seconds(60))) return daemon.log();
  return daemon.scalar("SELECT r.outcome || ' ' || r.records " + runs + " ORDER BY r.run_id DESC LIMIT 1");
}

TEST(Reload, is_answered_when_the_next_run_has_the_new_settings) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  const auto connect = [&](const std::string& id, int pages) {
    daemon.connection(id, "connector: pages\nsettings: {pages: " + std::to_string(pages) + ", rows: 1, account: " + id +
                              "}\nstreams: {balance: {interval: 1h}, documents: false}\n");
  };
  connect("a", 1);
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("a", "balance", "succeeded"));
  ASSERT_EQ(synced(daemon, "a"), "succeeded 0");
  for (int i = 1; i <= 20; ++i) {
    connect("a", 1 + i);
    const std::string added = "new" + std::to_string(i);
    connect(added, 2);
    ASSERT_EQ(daemon.post("/v1/reload").status, 200);
    ASSERT_EQ(synced(daemon, "a"), "succeeded 1") << i;
    ASSERT_FALSE(stream_status(daemon, added, "balance").empty()) << i << ": " << daemon.log();
    ASSERT_EQ(daemon.post("/v1/connections/" + added + "/sync?stream=balance").status, 202) << i;
    daemon.remove_connection(added);
  }
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

TEST(Reload, while_the_database_is_away_takes_effect_when_it_is_back_and_says_so) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.connection("old", pages_connection(2, 2, 0));
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("old", "balance", "succeeded"));
  cluster.stop();
  daemon.connection("a", pages_connection(2, 2, 0));
  const HttpAnswer answer = daemon.post("/v1/reload");
  EXPECT_EQ(answer.status, 202) << answer.body;
  EXPECT_THAT(answer.body, AllOf(HasSubstr(R"("accepted":true,"problems":[],"in_force":false)"),
                                 HasSubstr("the database is unavailable: "), HasSubstr(R"("added":1)")));
  const ProcessResult told = run({kInfrazen, "--socket", daemon.socket(), "--lang", "en", "reload"});
  EXPECT_TRUE(told.status.ok());
  EXPECT_THAT(told.err,
              AllOf(HasSubstr("read; connections added: 0, changed: 0, removed: 0\n"),
                    HasSubstr("it is not in force yet, and will be by itself: the database is unavailable: ")));
  // What runs would do is not known before the new settings are registered: for none of the connections.
  for (const char* connection : {"a", "old"}) {
    const HttpAnswer refused = daemon.post("/v1/connections/" + std::string(connection) + "/sync");
    EXPECT_EQ(refused.status, 503) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("the configuration that was read last is not in force yet: the database is"));
  }
  EXPECT_THAT(boost::json::serialize(status_of(daemon).at("reasons")), HasSubstr("that was read last waits for it"));
  EXPECT_THAT(daemon.log(),
              AllOf(HasSubstr("configuration read, but not in force yet"), Not(HasSubstr("configuration reloaded"))));
  cluster.start();
  EXPECT_TRUE(wait_until([&] { return daemon_state(daemon) == "ready"; }, seconds(20)));
  EXPECT_TRUE(daemon.wait_outcome("a", "balance", "succeeded"));
  EXPECT_THAT(daemon.log(), HasSubstr("configuration reloaded: 1 connections added"));
  EXPECT_EQ(daemon.post("/v1/connections/old/sync").status, 202);
}

TEST(Reload, several_at_once_are_each_answered_when_their_own_is_in_force) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.start();
  const auto folder = daemon.config_file().parent_path() / "connections.d";
  std::vector<std::string> wrong(8);
  {
    std::vector<std::jthread> callers;
    for (std::size_t caller = 0; caller < wrong.size(); ++caller) {
      callers.emplace_back([&, caller] {
        for (int i = 0; i < 5 && wrong[caller].empty(); ++i) {
          const std::string id = "c" + std::to_string(caller) + "-" + std::to_string(i);
          // In one piece: the others' reloads read it too.
          std::ofstream(folder / (id + ".new")) << "id: " << id << "\n" << pages_connection(1, 1, 0);
          std::filesystem::rename(folder / (id + ".new"), folder / (id + ".yaml"));
          const HttpAnswer answer = daemon.post("/v1/reload");
          if (answer.status != 200) wrong[caller] = answer.body;
          const boost::json::object known = connection_status(daemon, id);
          if (known.empty() || known.at("streams").as_array().empty()) wrong[caller] += id + " does not run yet";
        }
      });
    }
  }
  for (const std::string& what : wrong) EXPECT_EQ(what, "");
  EXPECT_EQ(reloads(daemon, "reloads"), 40);
}

TEST(Reload, names_the_connections_that_do_not_run) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.connection("good", pages_connection(1, 1, 0));
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("good", "balance", "succeeded"));
  daemon.connection("bad", "connector: pages\nsettings: {pgs: 1}\n");
  const HttpAnswer answer = daemon.post("/v1/reload");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, AllOf(HasSubstr(R"("in_force":true)"), HasSubstr("\"connection bad does not run: "),
                                 HasSubstr("bad.yaml:3:"), HasSubstr("connector 'pages' has no setting 'pgs'")));
  EXPECT_EQ(daemon.post("/v1/connections/good/sync").status, 202);
}

TEST(Reload, by_a_signal_is_ready_for_systemd_when_it_is_in_force) {
  PgCluster cluster;
  NotifySocket notify;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.options().env["NOTIFY_SOCKET"] = notify.path();
  daemon.connection("a", pages_connection(1, 1, 0));
  daemon.start();
  ASSERT_TRUE(wait_until([&] { return notify.heard().find("READY=1") != std::string::npos; }));
  for (int i = 0; i < 10; ++i) {
    const std::string added = "a" + std::to_string(i);
    daemon.connection(added, pages_connection(1, 1, 0));
    const std::size_t before = notify.heard().size();
    daemon.process().signal(SIGHUP);
    ASSERT_TRUE(wait_until([&] { return notify.heard().find("READY=1", before) != std::string::npos; }, seconds(15),
                           std::chrono::milliseconds(1)));
    EXPECT_NE(notify.heard().find("RELOADING=1", before), std::string::npos);
    EXPECT_FALSE(stream_status(daemon, added, "balance").empty()) << i;
  }
  cluster.stop();
  const std::size_t before = notify.heard().size();
  daemon.process().signal(SIGHUP);
  EXPECT_TRUE(wait_until([&] { return notify.heard().find("READY=1", before) != std::string::npos; }, seconds(30)))
      << "a reload does not hang because the database is away";
}

}  // namespace
}  // namespace iz::test
