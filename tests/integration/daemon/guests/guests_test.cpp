// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Connectors that do everything wrong, each in a connection of its own, while another connection goes on as if nothing
// happened. And quarantine, which is for those that crash again and again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/infrazend.hpp"
#include "harness/paths.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/wait_until.hpp"
#include "integration/daemon/pages.hpp"

namespace iz::test {
namespace {

using std::chrono::seconds;
using testing::AnyOf;
using testing::HasSubstr;

// What the last ended run of the stream "balance" came to: outcome, class, whether it counts as a crash.
std::string last_run(const Infrazend& daemon, const std::string& connection) {
  return daemon.scalar(
      "SELECT coalesce((SELECT outcome || ' ' || error_class || ' ' || crashed FROM infrazen.runs r JOIN"
      " infrazen.connections c USING (connection_id) WHERE r.ended_at IS NOT NULL AND c.name = '" +
      connection + "' ORDER BY run_id LIMIT 1), '')");
}

struct Guest {
  const char* id;
  const char* connector;
  const char* settings;
  const char* run;    // as last_run() has it; IZ_ERR_PERMANENT 5, INTERNAL 7
  const char* state;  // of the connection
  const char* said;   // part of the error that status shows
  const char* idle_timeout = "1m";
};

// A sanitizer reports and exits where the connector would die by a signal.
constexpr const char* kDied = kSanitized ? "ended its process with exit status 1" : "SIGSEGV";

// The numbers of the classes come from abi/base.h.
const Guest kGuests[] = {
    {"crash", "crash", "variant: segv", "failed 7 true", "failing", kDied},
    {"throw", "crash", "variant: throw", "failed 7 true", "failing", "the provider sent a cat"},
    {"hang", "hang", "variant: ignore", "failed 7 false", "failing", "no sign of progress", "2s"},
    {"leak", "leak", "variant: polite", "failed 7 false", "failing", "out of memory"},
    {"garbage", "garbage", "variant: noise", "failed 7 true", "failing", "sent what no connector-host sends"},
    {"hangup", "garbage", "variant: shutdown", "failed 7 true", "failing", "closed its connection"},
    {"slow", "slow", "rows: 5", "succeeded 0 false", "ok", ""},
    {"flood", "flood", "variant: rows", "failed 5 false", "failing", "without a mark"},
    {"fork", "fork", "", "succeeded 0 false", "ok", ""},
    {"never", "nevermarks", "", "", "", ""},
    {"lies", "lies", "variant: nan_cost", "succeeded 0 false", "ok", ""},
    {"cursor", "lies", "variant: huge_cursor", "", "", ""},
};

// Without a limit of memory, which sanitizers cannot live with, the leak would go on for ever.
bool comes(const Guest& guest) {
  return !kSanitized || guest.connector != std::string_view("leak");
}

TEST(Guests, that_misbehave_harm_nobody_else_and_leave_nothing_behind) {
  PgCluster cluster;
  Infrazend daemon(
      cluster, {"pages", "crash", "hang", "leak", "garbage", "slow", "flood", "fork", "never-marks", "lies"},
      "limits: {concurrent_runs: 4, backoff: {min: 1h, max: 2h}, quarantine: {crashes: 5, within: 10m}}\n");
  std::filesystem::rename(daemon.folder() / "plugins/never-marks.so", daemon.folder() / "plugins/nevermarks.so");
  for (const Guest& guest : kGuests) {
    if (!comes(guest)) continue;
    daemon.connection(guest.id,
                      "connector: " + std::string(guest.connector) + "\nsettings: {" + guest.settings +
                          "}\nlimits: {idle_timeout: " + guest.idle_timeout +
                          ", cancel_grace: 200ms, term_grace: 200ms, memory: 48MiB, records_per_mark: 200000}\n");
  }
  daemon.connection("good",
                    "connector: pages\nsettings: {pages: 1, rows: 1}\n"
                    "streams: {balance: {interval: 1s, jitter: 0}, documents: false}\n");
  daemon.start();
  const std::size_t descriptors = open_descriptors(daemon.process().pid());
  for (const Guest& guest : kGuests) {
    if (!comes(guest)) continue;
    ASSERT_TRUE(wait_until([&] { return !last_run(daemon, guest.id).empty(); }, seconds(20)))
        << guest.id << daemon.log();
    if (*guest.run == '\0') continue;
    EXPECT_EQ(last_run(daemon, guest.id), guest.run) << guest.id;
    EXPECT_TRUE(wait_connection_state(daemon, guest.id, guest.state)) << guest.id;
    if (*guest.said != '\0') {
      EXPECT_TRUE(wait_stream_state(daemon, guest.id, "balance", "backing_off")) << guest.id;
      const auto stream = stream_status(daemon, guest.id, "balance");
      EXPECT_THAT(boost::json::serialize(stream.at("last_error")), HasSubstr(guest.said)) << guest.id;
      EXPECT_EQ(stream.at("failures").as_int64(), 1) << guest.id;
    }
  }
  // What had no mark, or a lie in it, is not there.
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.balances WHERE amount::text = 'NaN'"), "0");
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.balances b JOIN infrazen.connections USING (connection_id)"
                          " WHERE name IN ('flood', 'leak', 'never')"),
            "0");
  EXPECT_TRUE(wait_until([&] {
    return std::stoi(daemon.scalar("SELECT count(*) FROM infrazen.runs JOIN infrazen.connections USING"
                                   " (connection_id) WHERE name = 'good' AND outcome = 'succeeded'")) >= 2;
  }));
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.runs JOIN infrazen.connections USING (connection_id)"
                          " WHERE name = 'good' AND outcome <> 'succeeded' AND ended_at IS NOT NULL"),
            "0");
  EXPECT_TRUE(wait_daemon_state(daemon, "ready"));

  (void)daemon.post("/v1/connections/good/pause");
  EXPECT_TRUE(wait_until([&] { return children_of(daemon.process().pid()).empty(); }, seconds(10)));
  // Idle database sessions may stay open, one a worker at most.
  EXPECT_TRUE(wait_until([&] { return open_descriptors(daemon.process().pid()) <= descriptors + 8; }))
      << open_descriptors(daemon.process().pid()) << " after " << descriptors;
  EXPECT_TRUE(wait_until([&] { return std::filesystem::is_empty(daemon.folder() / "spool"); }));
  EXPECT_TRUE(daemon.stop().ok());
}

TEST(Quarantine, comes_after_crashes_in_a_row_outlives_a_restart_and_ends_with_resume) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"crash", "garbage", "pages"}, quick_limits("quarantine: {crashes: 3, within: 10m}"));
  // What breaks the protocol counts like a crash.
  daemon.connection("crash", "connector: crash\nsettings: {variant: segv}\n");
  daemon.connection("garbage", "connector: garbage\nsettings: {variant: noise}\n");
  daemon.connection("good", pages_connection(2, 2, 0));
  daemon.start();
  for (const char* id : {"crash", "garbage"}) {
    EXPECT_TRUE(wait_connection_state(daemon, id, "quarantined")) << daemon.log();
    EXPECT_EQ(daemon.post("/v1/connections/" + std::string(id) + "/sync").status, 409);
  }
  EXPECT_THAT(boost::json::serialize(connection_status(daemon, "crash").at("reason")), HasSubstr(kDied));
  EXPECT_TRUE(wait_connection_state(daemon, "good", "ok"));
  ASSERT_TRUE(daemon.wait_outcome("good", "balance", "succeeded"));
  EXPECT_TRUE(daemon.stop().ok());
  const std::string runs = daemon.scalar("SELECT count(*) FROM infrazen.runs");

  daemon.start();
  EXPECT_TRUE(wait_connection_state(daemon, "crash", "quarantined"));
  EXPECT_TRUE(wait_connection_state(daemon, "garbage", "quarantined"));
  EXPECT_THAT(boost::json::serialize(connection_status(daemon, "crash").at("reason")), HasSubstr(kDied));
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.runs"), runs);

  // The operator has put it right, and says so.
  daemon.connection("crash", "connector: crash\nsettings: {variant: none}\n");
  EXPECT_EQ(daemon.post("/v1/reload").status, 200);
  EXPECT_EQ(daemon.post("/v1/connections/crash/resume").status, 200);
  EXPECT_TRUE(wait_until([&] { return daemon.scalar("SELECT count(*) FROM infrazen.runs") != runs; }, seconds(10)));
  EXPECT_TRUE(wait_connection_state(daemon, "crash", "blocked")) << daemon.log();  // "no such variant" is IZ_ERR_CONFIG
  EXPECT_EQ(connection_state(daemon, "garbage"), "quarantined");
  EXPECT_TRUE(daemon.stop().ok());
}

TEST(Quarantine, crashes_before_the_last_resume_do_not_count) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"crash"}, quick_limits("quarantine: {crashes: 2, within: 10m}"));
  daemon.connection("crash", "connector: crash\nsettings: {variant: _exit}\n");
  daemon.start();
  ASSERT_TRUE(wait_connection_state(daemon, "crash", "quarantined"));
  const auto crashes = [&] { return std::stoi(daemon.scalar("SELECT count(*) FROM infrazen.connector_crashes")); };
  EXPECT_EQ(crashes(), 2);
  EXPECT_EQ(daemon.post("/v1/connections/crash/resume").status, 200);
  EXPECT_TRUE(wait_until([&] { return crashes() == 4; }, seconds(10))) << "it has two chances again";
  EXPECT_TRUE(wait_connection_state(daemon, "crash", "quarantined"));
}

}  // namespace
}  // namespace iz::test
