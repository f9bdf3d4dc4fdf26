// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What an operator sees of hooks and their events.
#include <filesystem>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/paths.hpp"
#include "harness/process.hpp"
#include "integration/webhooks/hooked_daemon.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kRules =
    "secret: hook, content_types: [application/json, text/plain], attempts: 1, rate: 0.1, burst: 5";

TEST(WebhookStatus, counts_requests_by_what_became_of_them) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", kRules);
  hooked.start("bell");
  EXPECT_EQ(hooked.post("bell", "log one", "e-1").status, 202);
  EXPECT_EQ(hooked.post("bell", "log two", "e-2").status, 202);
  EXPECT_EQ(hooked.post("bell", "log two", "e-2").status, 200);
  WebhookSender sender(hooked.port);
  EXPECT_EQ(sender.post("/hooks/bell", signed_headers("another", "log no"), "log no").status, 401);
  EXPECT_EQ(hooked.post("bell", "log long", std::string(300, 'x')).status, 400);
  EXPECT_EQ(hooked.post("bell", "log three", "e-3").status, 202);
  EXPECT_EQ(hooked.post("bell", "log four", "e-4").status, 429) << "over the burst of five";
  const std::string metrics = hooked.daemon.get("/metrics").body;
  for (const char* line : {"infrazen_webhook_accepted_total{connection=\"bell\"} 3",
                           "infrazen_webhook_duplicates_total{connection=\"bell\"} 1",
                           "infrazen_webhook_refused_total{connection=\"bell\",reason=\"unauthenticated\"} 1",
                           "infrazen_webhook_refused_total{connection=\"bell\",reason=\"malformed\"} 1",
                           "infrazen_webhook_refused_total{connection=\"bell\",reason=\"over_rate\"} 1",
                           "infrazen_webhook_refused_total{connection=\"bell\",reason=\"unavailable\"} 0"}) {
    EXPECT_THAT(metrics, HasSubstr("\n" + std::string(line) + "\n"));
  }
}

TEST(WebhookStatus, shows_the_events_that_wait_and_those_that_were_given_up) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", kRules);
  hooked.start("bell");
  const auto said = [&](std::vector<std::string> more, const std::string& language) {
    std::vector<std::string> argv{kInfrazen, "--socket", hooked.daemon.socket(), "--lang", language, "status"};
    argv.insert(argv.end(), more.begin(), more.end());
    return run(std::move(argv)).out;
  };
  const auto shows = [&](std::vector<std::string> more, const std::string& language, const std::string& text) {
    return wait_until([&] { return said(more, language).find(text) != std::string::npos; }, 30s, 200ms);
  };
  EXPECT_THAT(said({}, "en"), HasSubstr("\n  webhooks: events waiting 0, dead 0\n"));
  EXPECT_EQ(hooked.post("bell", "fail permanent", "hopeless").status, 202);
  EXPECT_TRUE(hooked.wait_states("hopeless dead")) << hooked.states();
  const auto checked = [&] {
    return run({kInfrazen, "--socket", hooked.daemon.socket(), "--lang", "en", "status", "--check"}).status.code;
  };
  EXPECT_TRUE(wait_until([&] { return checked() == 1; }, 30s, 200ms)) << "a monitor learns of it";
  EXPECT_EQ(hooked.daemon.post("/v1/connections/bell/pause").status, 200);
  EXPECT_EQ(hooked.post("bell", "log one", "e-1").status, 202);
  EXPECT_EQ(hooked.post("bell", "log two", "e-2").status, 202);
  EXPECT_TRUE(shows({}, "en", "\n  webhooks: events waiting 2, dead 1\n")) << said({}, "en");
  EXPECT_THAT(said({}, "en"), HasSubstr("infrazen webhook list --dead"));
  EXPECT_TRUE(shows({}, "ru", "\n  вебхуки: событий ожидает 2, отложено насовсем 1\n")) << said({}, "ru");
  EXPECT_THAT(said({"--json"}, "en"), HasSubstr(R"("webhooks":{"listening":true,"events_waiting":2,"events_dead":1})"));
  const std::string metrics = hooked.daemon.get("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("\ninfrazen_webhook_events_waiting{connection=\"bell\",stream=\"inventory\"} 2\n"));
  EXPECT_THAT(metrics, HasSubstr("\ninfrazen_webhook_events_dead{connection=\"bell\",stream=\"inventory\"} 1\n"));
  const std::string number = hooked.daemon.scalar("SELECT event_no FROM infrazen.webhook_events WHERE state = 'dead'");
  EXPECT_TRUE(run({kInfrazen, "--socket", hooked.daemon.socket(), "webhook", "discard", number}).status.ok());
  EXPECT_TRUE(wait_until([&] { return checked() == 0; }, 30s, 200ms)) << said({}, "en");
}

std::size_t times(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

ProcessResult status_of(const HookedDaemon& hooked, std::vector<std::string> more = {}) {
  std::vector<std::string> argv{kInfrazen, "--socket", hooked.daemon.socket(), "--lang", "en", "status"};
  argv.insert(argv.end(), more.begin(), more.end());
  return run(std::move(argv));
}

TEST(WebhookStatus, a_hook_whose_secret_is_gone_has_its_sender_come_again_and_the_operator_told_once) {
  PgCluster cluster;
  HookedDaemon hooked(cluster);
  hooked.connection("bell", "secret: hook, content_types: [application/json, text/plain]");
  hooked.start("bell");
  EXPECT_EQ(hooked.post("bell", "log one", "e-1").status, 202);
  ASSERT_TRUE(hooked.wait_states("e-1 done"));
  // Hooks are made ready anew when the database comes back.
  cluster.stop();
  ASSERT_TRUE(wait_until([&] { return hooked.post("bell", "log two", "e-2").status == 503; }));
  std::filesystem::remove(hooked.daemon.folder() / "secrets/hook");
  cluster.start();
  const std::string told = "the webhook of bell cannot be served: secret 'hook' is neither";
  ASSERT_TRUE(wait_until([&] { return times(hooked.daemon.log(), told) != 0; }, 30s)) << hooked.daemon.log();
  for (int i = 0; i < 5; ++i) {
    const auto answer = hooked.post("bell", "log two", "e-2");
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_EQ(answer.header("Retry-After"), "60");
  }
  WebhookSender sender(hooked.port);
  EXPECT_EQ(sender.post("/hooks/nobody", signed_headers(kHookSecret, "x"), "x").status, 401);
  EXPECT_EQ(times(hooked.daemon.log(), told), 1U) << hooked.daemon.log();
  EXPECT_THAT(status_of(hooked).out, HasSubstr("\n  " + told));
  EXPECT_EQ(status_of(hooked, {"--check"}).status.code, 1) << "a monitor learns of it";
  EXPECT_THAT(hooked.daemon.get("/metrics").body,
              HasSubstr("\ninfrazen_webhook_refused_total{connection=\"bell\",reason=\"unauthenticated\"} 0\n"));

  hooked.daemon.secret("hook", std::string(kHookSecret));
  EXPECT_EQ(hooked.daemon.post("/v1/reload").status, 200);
  EXPECT_EQ(hooked.post("bell", "log two", "e-2").status, 202);
  EXPECT_THAT(status_of(hooked).out, testing::Not(HasSubstr("cannot be served")));
  EXPECT_EQ(status_of(hooked, {"--check"}).status.code, 0) << status_of(hooked).out;
}

Headers rung(std::string_view body, const std::string& id) {
  return {{"Content-Type", "text/plain"}, {"X-Doorbell", hmac_hex("k3y-of-the-bell", body)}, {"X-Doorbell-Id", id}};
}

TEST(WebhookStatus, what_a_connectors_own_check_lacks_is_told_once_and_over_when_it_is_there) {
  HookedDaemon hooked(shared_cluster());
  hooked.daemon.secret("bell-key", "k3y-of-the-bell");
  hooked.connection("bell", "scheme: connector, content_types: [text/plain]", "secrets: {key: bell-key}\n");
  hooked.start("bell");
  WebhookSender sender(hooked.port);
  EXPECT_EQ(sender.post("/hooks/bell", rung("log one", "r-1"), "log one").status, 202);
  std::filesystem::remove(hooked.daemon.folder() / "secrets/bell-key");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(sender.post("/hooks/bell", rung("log two", "r-2"), "log two").status, 503);
  const std::string told = "the webhook of bell cannot be served: secret 'bell-key' is neither";
  EXPECT_EQ(times(hooked.daemon.log(), told), 1U) << hooked.daemon.log();
  EXPECT_THAT(status_of(hooked).out, HasSubstr("\n  " + told));
  hooked.daemon.secret("bell-key", "k3y-of-the-bell");
  EXPECT_EQ(sender.post("/hooks/bell", rung("log two", "r-2"), "log two").status, 202);
  EXPECT_THAT(status_of(hooked).out, testing::Not(HasSubstr("cannot be served")));
  // A check that fails is told once a minute.
  for (int i = 0; i < 3; ++i) EXPECT_EQ(sender.post("/hooks/bell", rung("cannot say", "r"), "cannot say").status, 503);
  EXPECT_EQ(times(hooked.daemon.log(), "could not say whether 1 webhooks are genuine"), 1U) << hooked.daemon.log();
}

TEST(WebhookStatus, in_quarantine_the_connectors_code_checks_nothing_and_other_events_are_kept) {
  HookedDaemon hooked(shared_cluster(), {}, ", quarantine: {crashes: 1, within: 10m}");
  hooked.daemon.secret("bell-key", "k3y-of-the-bell");
  hooked.connection("bell", "scheme: connector, content_types: [text/plain]", "secrets: {key: bell-key}\n");
  hooked.connection("signed", "secret: hook, content_types: [application/json, text/plain]");
  hooked.start("bell");
  ASSERT_TRUE(hooked.daemon.wait_outcome("signed", "inventory", "succeeded"));
  WebhookSender sender(hooked.port);
  EXPECT_EQ(sender.post("/hooks/bell", rung("crash", "r-1"), "crash").status, 202);
  EXPECT_EQ(hooked.post("signed", "crash", "s-1").status, 202);
  const auto state = [&](const std::string& id) {
    return std::string(
        boost::json::parse(hooked.daemon.get("/v1/connections/" + id).body).at("state").as_string().c_str());
  };
  ASSERT_TRUE(wait_until([&] { return state("bell") == "quarantined" && state("signed") == "quarantined"; }, 20s))
      << hooked.daemon.log();
  const auto refused = sender.post("/hooks/bell", rung("log one", "r-2"), "log one");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "60");
  EXPECT_EQ(hooked.post("signed", "log two", "s-2").status, 202) << "it is authentic without the connector";
  EXPECT_THAT(hooked.states("event_id = 's-2'"), "s-2 pending");
  EXPECT_EQ(hooked.states("event_id = 'r-2'"), "");

  for (const char* id : {"bell", "signed"})
    EXPECT_EQ(hooked.daemon.post("/v1/connections/" + std::string(id) + "/resume").status, 200);
  // The event that crashes it is still there, so it may be in quarantine again before long.
  EXPECT_TRUE(wait_until(
      [&] {
        (void)hooked.daemon.post("/v1/connections/bell/resume");
        return sender.post("/hooks/bell", rung("log one", "r-2"), "log one").status == 202;
      },
      30s))
      << hooked.daemon.log();
}

}  // namespace
}  // namespace iz::test
