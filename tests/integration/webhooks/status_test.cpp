// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What an operator sees of hooks and their events.
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

}  // namespace
}  // namespace iz::test
