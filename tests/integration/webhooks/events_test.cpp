// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What becomes of an event after its 202: once, whatever dies meanwhile.
#include <map>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/webhooks/hooked_daemon.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kConnector = "secret: hook, content_types: [application/json, text/plain]";

std::string targets(std::string_view id) {
  return R"({"targets":[{"type":"server","id":")" + std::string(id) + "\"}]}";
}

TEST(WebhookEvents, of_targets_that_come_together_are_one_run_beside_the_schedule) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", "secret: hook, form: targets");
  hooked.start("bell");
  const auto due = hooked.daemon.scalar("SELECT next_due FROM infrazen.streams WHERE stream = 'inventory'");
  const auto cursor =
      hooked.daemon.scalar("SELECT encode(cursor, 'escape') FROM infrazen.streams WHERE stream = 'inventory'");
  WebhookSender sender(hooked.port);
  const auto headers = signed_headers(kHookSecret, targets("a"));
  EXPECT_EQ(sender.post("/hooks/bell", headers, targets("a")).status, 202);
  EXPECT_EQ(hooked.post("bell", targets("b")).status, 202);
  EXPECT_EQ(sender.post("/hooks/bell", headers, targets("a")).status, 200)
      << "an event without an id is known by what is signed";
  EXPECT_TRUE(wait_until([&] { return hooked.servers() == "a b"; }, 20s)) << hooked.daemon.log();
  EXPECT_TRUE(hooked.wait_webhook_runs("succeeded")) << hooked.webhook_runs();
  EXPECT_THAT(hooked.daemon.log(), HasSubstr("synced 2 targets"));
  EXPECT_EQ(hooked.daemon.scalar("SELECT next_due FROM infrazen.streams WHERE stream = 'inventory'"), due);
  EXPECT_EQ(hooked.daemon.scalar("SELECT encode(cursor, 'escape') FROM infrazen.streams WHERE stream = 'inventory'"),
            cursor);
  EXPECT_EQ(hooked.daemon.scalar("SELECT mode FROM infrazen.runs WHERE triggered_by = 'webhook'"), "targeted");
  EXPECT_EQ(hooked.daemon.scalar("SELECT sum(length(body)) FROM infrazen.webhook_events"), "0")
      << "nobody needs it any more";
}

TEST(WebhookEvents, of_the_connectors_form_are_handled_by_it_one_mark_each) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", kConnector);
  hooked.start("bell");
  EXPECT_EQ(hooked.post("bell", "up s-1\nlog one", "e-1").status, 202);
  EXPECT_EQ(hooked.post("bell", "up s-2\nlog two", "e-2").status, 202);
  EXPECT_TRUE(hooked.wait_states("e-1 done, e-2 done")) << hooked.states() << hooked.daemon.log();
  EXPECT_EQ(hooked.post("bell", "gone s-1", "e-3").status, 202);
  EXPECT_TRUE(wait_until([&] { return hooked.servers() == "s-2"; }, 20s)) << hooked.daemon.log();
  EXPECT_EQ(hooked.logs(), "one two");
}

TEST(WebhookEvents, one_that_fails_is_tried_again_holds_up_no_other_and_ends_dead) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", std::string(kConnector) + ", attempts: 3");
  hooked.start("bell");
  EXPECT_EQ(hooked.post("bell", "log bad\nfail transient", "bad").status, 202);
  EXPECT_EQ(hooked.post("bell", "log good", "good").status, 202);
  EXPECT_EQ(hooked.post("bell", "log hopeless\nfail permanent", "hopeless").status, 202);
  EXPECT_TRUE(hooked.wait_states("bad dead, good done, hopeless dead")) << hooked.states() << hooked.daemon.log();
  EXPECT_EQ(hooked.logs(), "good") << "what failed left nothing";
  EXPECT_EQ(
      hooked.daemon.scalar("SELECT string_agg(attempts::text, ' ' ORDER BY event_no) FROM infrazen.webhook_events"),
      "3 0 1");
  EXPECT_EQ(hooked.daemon.scalar("SELECT error FROM infrazen.webhook_events WHERE event_id = 'bad'"),
            "the doorbell failed as it was told");
  EXPECT_EQ(hooked.daemon.scalar("SELECT failures FROM infrazen.streams WHERE stream = 'inventory'"), "0")
      << "the stream's schedule knows nothing of it";
}

TEST(WebhookEvents, that_the_provider_wants_later_wait_together_and_cost_one_run) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", std::string(kConnector) + ", attempts: 1");
  hooked.start("bell");
  EXPECT_EQ(hooked.daemon.post("/v1/connections/bell/pause").status, 200);
  for (const char* id : {"e-1", "e-2", "e-3"}) EXPECT_EQ(hooked.post("bell", "fail rate_limited", id).status, 202);
  EXPECT_EQ(hooked.daemon.post("/v1/connections/bell/resume").status, 200);
  EXPECT_TRUE(wait_until([&] {
    return hooked.daemon.scalar(
               "SELECT count(*) FROM infrazen.webhook_events WHERE next_try > now() + interval '4 min'") == "3";
  })) << hooked.webhook_runs()
      << hooked.daemon.log();
  EXPECT_TRUE(hooked.wait_webhook_runs("failed"))
      << hooked.webhook_runs() << ": the others would have been refused just so";
  EXPECT_EQ(hooked.states(), "e-1 pending, e-2 pending, e-3 pending") << "to be told later is no attempt";
}

TEST(WebhookEvents, that_the_connector_calls_cancelled_though_nobody_did_have_failed) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", std::string(kConnector) + ", attempts: 3");
  hooked.start("bell");
  EXPECT_EQ(hooked.post("bell", "fail cancelled", "e-1").status, 202);
  EXPECT_TRUE(hooked.wait_states("e-1 dead")) << hooked.states() << hooked.daemon.log();
  EXPECT_TRUE(hooked.wait_webhook_runs("failed failed failed")) << hooked.webhook_runs();
}

TEST(WebhookEvents, that_the_database_refuses_takes_no_other_with_it) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", kConnector);
  hooked.start("bell");
  (void)hooked.daemon.query("ALTER TABLE infrazen.webhook_events ADD CHECK (event_id <> 'poison')");
  // While the first one waits for the table, the others gather behind it for the transaction after.
  std::jthread locking([&] {
    (void)hooked.daemon.query(
        "BEGIN; LOCK TABLE infrazen.webhook_events IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(2); COMMIT");
  });
  const auto locks = [&](const char* which) {
    return hooked.daemon.scalar(
        "SELECT count(*) FROM pg_locks WHERE relation = 'infrazen.webhook_events'::regclass AND " + std::string(which));
  };
  ASSERT_TRUE(wait_until([&] { return locks("granted AND mode = 'AccessExclusiveLock'") == "1"; }));
  std::map<std::string, int> status{{"first", 0}, {"good", 0}, {"poison", 0}, {"better", 0}};
  {
    std::vector<std::jthread> senders;
    const auto send = [&](const std::string& id) {
      senders.emplace_back(
          [&hooked, &answer = status[id], id] { answer = hooked.post("bell", "log " + id, id).status; });
    };
    send("first");
    (void)wait_until([&] { return locks("NOT granted") != "0"; }, 1s);
    for (const char* id : {"good", "poison", "better"}) send(id);
  }
  EXPECT_EQ(status, (std::map<std::string, int>{{"first", 202}, {"good", 202}, {"poison", 500}, {"better", 202}}));
  EXPECT_THAT(hooked.daemon.log(), HasSubstr("an event that was posted cannot be kept: PostgreSQL refused"));
}

TEST(WebhookEvents, survive_the_daemon_that_is_killed_between_the_202_and_the_run) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", kConnector);
  hooked.start("bell");
  EXPECT_EQ(hooked.post("bell", "log once", "e-1").status, 202);
  hooked.daemon.kill9();
  EXPECT_EQ(hooked.states(), "e-1 pending");
  hooked.daemon.start();
  EXPECT_TRUE(hooked.wait_states("e-1 done")) << hooked.daemon.log();
  EXPECT_EQ(hooked.logs(), "once");
  EXPECT_EQ(hooked.post("bell", "log once", "e-1").status, 200);
}

TEST(WebhookEvents, are_handled_once_though_the_daemon_is_killed_in_the_middle_again_and_again) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", kConnector);
  hooked.start("bell");
  std::string expected;
  std::string all_done;
  for (int i = 10; i < 30; ++i) {
    const std::string id = "e-" + std::to_string(i);
    EXPECT_EQ(hooked.post("bell", "sleep 30\nlog l" + std::to_string(i), id).status, 202);
    expected += (expected.empty() ? "l" : " l") + std::to_string(i);
    all_done += (all_done.empty() ? "" : ", ") + id + " done";
  }
  for (int kill = 0; kill < 6 && hooked.states() != all_done; ++kill) {
    const std::string before = hooked.states("state = 'done'");
    (void)wait_until([&] { return hooked.states("state = 'done'") != before; }, 15s, 3ms);
    hooked.daemon.kill9();
    hooked.daemon.start();
  }
  EXPECT_TRUE(hooked.wait_states(all_done, 30s)) << hooked.states() << hooked.daemon.log();
  EXPECT_EQ(hooked.logs(), expected) << "each is there once";
}

TEST(WebhookEvents, of_a_daemon_that_is_gone_are_taken_over_by_another) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", kConnector);
  hooked.start("bell");
  DaemonOptions options = hooked.daemon.options();
  options.extra = hook_settings(free_port());
  Infrazend second(options);
  second.secret("hook", std::string(kHookSecret));
  second.connection(
      "bell", std::string("connector: doorbell\nstreams: {inventory: {interval: 300d}, logs: false}\nwebhook: {") +
                  kConnector + "}\n");
  EXPECT_EQ(hooked.post("bell", "sleep 20000\nlog slow", "e-1").status, 202);
  EXPECT_EQ(hooked.post("bell", "log next", "e-2").status, 202);
  EXPECT_TRUE(wait_until([&] { return hooked.webhook_runs() == "running"; }, 10s));
  hooked.daemon.kill9();
  EXPECT_EQ(
      hooked.daemon.scalar("UPDATE infrazen.webhook_events SET body = 'log slow' WHERE event_id = 'e-1' RETURNING 1"),
      "1");
  second.start();
  EXPECT_TRUE(hooked.wait_states("e-1 done, e-2 done", 30s)) << hooked.states() << second.log();
  EXPECT_EQ(hooked.logs(), "next slow");
}

TEST(WebhookEvents, are_refused_while_the_database_is_away_and_taken_when_it_is_back) {
  PgCluster cluster;
  HookedDaemon hooked(cluster);
  hooked.connection("bell", kConnector);
  hooked.start("bell");
  cluster.stop();
  const auto away = hooked.post("bell", "log one", "e-1");
  EXPECT_EQ(away.status, 503) << away.body;
  EXPECT_EQ(away.header("Retry-After"), "5");
  cluster.start();
  EXPECT_TRUE(wait_until([&] { return hooked.post("bell", "log one", "e-1").status == 202; }, 20s))
      << hooked.daemon.log();
  EXPECT_EQ(hooked.post("bell", "log one", "e-1").status, 200);
  EXPECT_TRUE(hooked.wait_states("e-1 done")) << hooked.daemon.log();
  EXPECT_EQ(hooked.logs(), "one");
}

TEST(WebhookEvents, wait_while_the_connection_is_paused) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", kConnector);
  hooked.start("bell");
  EXPECT_EQ(hooked.daemon.post("/v1/connections/bell/pause").status, 200);
  EXPECT_EQ(hooked.post("bell", "log one", "e-1").status, 202);
  std::this_thread::sleep_for(1s);
  EXPECT_EQ(hooked.states(), "e-1 pending");
  EXPECT_EQ(hooked.daemon.post("/v1/connections/bell/resume").status, 200);
  EXPECT_TRUE(hooked.wait_states("e-1 done")) << hooked.daemon.log();
}

}  // namespace
}  // namespace iz::test
