// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What the listener takes, what it refuses, and how it says so.
#include <atomic>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "fakes/http/server_ca.hpp"
#include "harness/process.hpp"
#include "harness/temp_dir.hpp"
#include "integration/webhooks/hooked_daemon.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kTargets = R"({"targets":[{"type":"server","id":"srv-1"}]})";

TEST(WebhookRequests, a_signed_event_is_taken_once_and_an_altered_or_old_one_not) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", "secret: hook, form: targets");
  hooked.start("bell");

  const auto taken = hooked.post("bell", kTargets, "e-1");
  EXPECT_EQ(taken.status, 202) << taken.body;
  EXPECT_EQ(taken.body, "{\"event\":\"e-1\",\"duplicate\":false}\n");
  EXPECT_EQ(hooked.post("bell", kTargets, "e-1").status, 200);

  WebhookSender sender(hooked.port);
  const auto headers = signed_headers(kHookSecret, kTargets, "e-2");
  EXPECT_EQ(sender.post("/hooks/bell", headers, R"({"targets":[{"type":"server","id":"srv-2"}]})").status, 401);
  EXPECT_EQ(sender.post("/hooks/bell", signed_headers(kHookSecret, kTargets, "e-2", 301s), kTargets).status, 401);
  EXPECT_EQ(sender.post("/hooks/bell", signed_headers(kHookSecret, kTargets, "e-2", -302s), kTargets).status, 401);
  EXPECT_EQ(sender.post("/hooks/bell", signed_headers("another", kTargets, "e-2"), kTargets).status, 401);
  EXPECT_EQ(sender.post("/hooks/bell", {{"Content-Type", "application/json"}}, kTargets).status, 401);
  EXPECT_TRUE(hooked.wait_states("e-1 done")) << hooked.states() << hooked.daemon.log();
  EXPECT_TRUE(hooked.wait_webhook_runs("succeeded")) << hooked.webhook_runs();
  EXPECT_EQ(hooked.servers(), "srv-1");
  EXPECT_THAT(hooked.daemon.log(), Not(HasSubstr(std::string(kHookSecret))));
}

TEST(WebhookRequests, a_sender_that_signs_the_body_alone_is_told_from_a_replay_by_the_events_id) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell",
                    "secret: hook, form: targets, signature_header: X-Hub-Signature-256, signature_prefix: "
                    "\"sha256=\", timestamp: false, id_header: X-GitHub-Delivery");
  hooked.start("bell");
  WebhookSender sender(hooked.port);
  const auto post = [&](std::string_view secret, std::string_view body, const std::string& id = {}) {
    Headers headers{{"Content-Type", "application/json"}, {"X-Hub-Signature-256", "sha256=" + hmac_hex(secret, body)}};
    if (!id.empty()) headers.emplace_back("X-GitHub-Delivery", id);
    return sender.post("/hooks/bell", headers, body).status;
  };
  const std::string other = R"({"targets":[{"type":"server","id":"srv-2"}]})";
  EXPECT_EQ(post(kHookSecret, kTargets, "d-1"), 202);
  EXPECT_EQ(post(kHookSecret, kTargets, "d-1"), 200);
  EXPECT_EQ(post("another", kTargets, "d-2"), 401);
  EXPECT_EQ(hooked.post("bell", kTargets, "d-3").status, 401) << "the signature over a timestamp stands elsewhere";
  EXPECT_EQ(post(kHookSecret, other), 202) << "without an id its own hash is the event's";
  EXPECT_EQ(post(kHookSecret, other), 200);
  EXPECT_TRUE(wait_until([&] { return hooked.servers() == "srv-1 srv-2"; })) << hooked.states();
}

TEST(WebhookRequests, the_same_body_signed_at_another_second_is_another_event_where_the_sender_gives_no_ids) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", "secret: hook, form: targets");
  hooked.start("bell");
  WebhookSender sender(hooked.port);
  const auto first = signed_headers(kHookSecret, kTargets, {}, 20s);
  EXPECT_EQ(sender.post("/hooks/bell", first, kTargets).status, 202);
  EXPECT_EQ(sender.post("/hooks/bell", first, kTargets).status, 200) << "a replay";
  EXPECT_EQ(sender.post("/hooks/bell", signed_headers(kHookSecret, kTargets, {}, 10s), kTargets).status, 202)
      << "the machine was switched a second time";
}

TEST(WebhookRequests, somebody_unknown_and_somebody_wrong_get_the_same_answer) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", "secret: hook, form: targets");
  hooked.start("bell");
  WebhookSender sender(hooked.port);
  const auto wrong = sender.post("/hooks/bell", signed_headers("another", kTargets), kTargets);
  const auto unknown = sender.post("/hooks/nobody", signed_headers("another", kTargets), kTargets);
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(unknown.status, wrong.status);
  EXPECT_EQ(unknown.body, wrong.body);
  EXPECT_EQ(unknown.headers, wrong.headers);
  EXPECT_EQ(hooked.states(), "");
}

TEST(WebhookRequests, a_bearer_token_is_enough_where_it_is_configured) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", "scheme: bearer, secret: hook, form: targets, id_field: data.id");
  hooked.start("bell");
  WebhookSender sender(hooked.port);
  const std::string body = R"({"data":{"id":"from-body"},"targets":[{"id":"srv-9"}]})";
  const auto headers = [](std::string_view token) {
    return Headers{{"Content-Type", "application/json; charset=utf-8"},
                   {"Authorization", "Bearer " + std::string(token)}};
  };
  EXPECT_EQ(sender.post("/hooks/bell", headers(kHookSecret), body).body,
            "{\"event\":\"from-body\",\"duplicate\":false}\n");
  EXPECT_EQ(sender.post("/hooks/bell", headers(std::string(kHookSecret) + "x"), body).status, 401);
  EXPECT_EQ(sender.post("/hooks/bell", headers(kHookSecret.substr(1)), body).status, 401);
  EXPECT_EQ(
      sender.post("/hooks/bell", {{"Content-Type", "application/json"}, {"Authorization", "Basic eDp5"}}, body).status,
      401);
}

TEST(WebhookRequests, the_connectors_own_check_decides_where_it_is_configured) {
  HookedDaemon hooked(shared_cluster());
  hooked.daemon.secret("bell-key", "k3y-of-the-bell");
  hooked.connection("bell", "scheme: connector, content_types: [text/plain]", "secrets: {key: bell-key}\n");
  hooked.start("bell");
  WebhookSender sender(hooked.port);
  const auto headers = [](std::string_view body, std::string_view key) {
    return Headers{{"Content-Type", "text/plain"},
                   {"X-Doorbell", hmac_hex(key, body)},
                   {"X-Doorbell-Id", "ring-1"},
                   {"X-Kind", "ding"}};
  };
  EXPECT_EQ(sender.post("/hooks/bell", headers("up s-1", "k3y-of-the-bell"), "up s-1").status, 202);
  EXPECT_EQ(sender.post("/hooks/bell", headers("up s-1", "k3y-of-the-bell"), "up s-1").status, 200);
  EXPECT_EQ(sender.post("/hooks/bell", headers("up s-2", "wrong"), "up s-2").status, 401);
  const auto later = sender.post("/hooks/bell", headers("cannot say", "k3y-of-the-bell"), "cannot say");
  EXPECT_EQ(later.status, 503);
  EXPECT_EQ(later.header("Retry-After"), "10");
  EXPECT_TRUE(hooked.wait_states("ring-1 done")) << hooked.states() << hooked.daemon.log();
  EXPECT_EQ(hooked.servers(), "s-1");
  EXPECT_THAT(hooked.daemon.log(), HasSubstr("event ring-1, attempt 1, kind ding"));
  EXPECT_THAT(hooked.daemon.log(), HasSubstr("X-Doorbell does not fit the body"));
  EXPECT_THAT(hooked.daemon.log(), Not(HasSubstr("k3y-of-the-bell")));
}

TEST(WebhookRequests, what_the_connectors_own_check_asks_the_provider_counts_to_the_accounts_budget) {
  HttpServer provider;
  std::atomic<bool> throttles{false};
  provider.handle_others([&](const ReceivedRequest&) {
    return throttles ? Reply{.status = 429, .headers = {{"Retry-After", "300"}}} : Reply{.body = "{}"};
  });
  HookedDaemon hooked(shared_cluster());
  hooked.daemon.secret("bell-key", "k3y-of-the-bell");
  hooked.connection("bell", "scheme: connector, content_types: [text/plain]",
                    "secrets: {key: bell-key}\nallow_plain_loopback: true\nsettings: {url: '" + provider.url("/who") +
                        "'}\nrate_limit: {account: the-bell, per_second: 50}\n");
  hooked.start("bell");
  WebhookSender sender(hooked.port);
  const auto post = [&](const std::string& id) {
    const std::string body = "ask " + id;
    return sender
        .post(
            "/hooks/bell",
            {{"Content-Type", "text/plain"}, {"X-Doorbell", hmac_hex("k3y-of-the-bell", body)}, {"X-Doorbell-Id", id}},
            body)
        .status;
  };
  EXPECT_EQ(post("r-1"), 202) << hooked.daemon.log();
  EXPECT_EQ(hooked.daemon.scalar("SELECT account FROM infrazen.rate_budget WHERE next_slot > now() - interval '1 min'"),
            "the-bell");
  throttles = true;
  EXPECT_EQ(post("r-2"), 503) << "who is authentic cannot be said now";
  EXPECT_TRUE(wait_until([&] {
    return hooked.daemon.scalar("SELECT paused_until > now() + interval '4 min' FROM infrazen.rate_budget") == "t";
  })) << "every run of the account waits";
  const auto asked = provider.requests().size();
  EXPECT_EQ(post("r-3"), 503);
  EXPECT_EQ(provider.requests().size(), asked) << "and so do other checks";
}

TEST(WebhookRequests, too_much_the_wrong_type_and_what_is_no_event_are_told_apart) {
  HookedDaemon hooked(shared_cluster(), "max_body: 4KiB, max_header: 2KiB");
  hooked.connection("bell", "secret: hook, form: targets, rate: 0.01, burst: 4");
  hooked.start("bell");
  WebhookSender sender(hooked.port);
  const std::string large(5000, ' ');
  EXPECT_EQ(sender.post("/hooks/bell", signed_headers(kHookSecret, large), large).status, 413);
  EXPECT_EQ(sender.post("/hooks/bell", {{"X-Long", std::string(3000, 'x')}}, "").status, 431);
  EXPECT_EQ(sender.raw("GET /hooks/bell HTTP/1.1\r\nHost: a\r\n\r\n").status, 405);
  EXPECT_EQ(sender.raw("POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").status, 404);
  EXPECT_EQ(sender.raw("BREW\r\n\r\n").status, 400);

  auto headers = signed_headers(kHookSecret, kTargets, "e-1");
  headers[0].second = "text/html";
  EXPECT_EQ(sender.post("/hooks/bell", headers, kTargets).status, 415);
  EXPECT_EQ(hooked.post("bell", "{not json", "e-2").status, 400);
  EXPECT_EQ(hooked.post("bell", R"({"targets":[]})", "e-3").status, 400);
  EXPECT_EQ(hooked.post("bell", R"({"stream":"costs","targets":[{"id":"x"}]})", "e-4").status, 422);
  // Four were authenticated; the fifth is over the rate.
  const auto limited = hooked.post("bell", kTargets, "e-5");
  EXPECT_EQ(limited.status, 429);
  EXPECT_GT(std::stoi(limited.header("Retry-After")), 1);
  EXPECT_EQ(hooked.states(), "");
}

TEST(WebhookRequests, a_client_that_drips_is_cut_off_and_holds_up_nobody) {
  HookedDaemon hooked(shared_cluster(), "request_timeout: 1s");
  hooked.connection("bell", "secret: hook, form: targets");
  hooked.start("bell");
  WebhookSender slow(hooked.port);
  ASSERT_TRUE(slow.connect());
  ASSERT_TRUE(slow.send("POST /hooks/bell HTTP/1.1\r\nContent-Le"));
  EXPECT_EQ(hooked.post("bell", kTargets, "e-1").status, 202);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(slow.receive().status, 0);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

TEST(WebhookRequests, who_only_holds_a_connection_makes_room_for_one_that_posts) {
  HookedDaemon hooked(shared_cluster(), "max_clients: 2, idle_timeout: 1h");
  hooked.connection("bell", "secret: hook, form: targets");
  hooked.start("bell");
  WebhookSender silent(hooked.port);
  ASSERT_TRUE(silent.connect());
  WebhookSender served(hooked.port);
  EXPECT_EQ(served.post("/hooks/bell", signed_headers(kHookSecret, kTargets, "e-1"), kTargets).status, 202);
  EXPECT_EQ(hooked.post("bell", kTargets, "e-2").status, 202) << "the place of the silent one";
  EXPECT_EQ(silent.receive().status, 0) << "it was hung up on";
}

TEST(WebhookRequests, are_taken_over_tls_with_a_certificate_that_is_renewed_by_a_reload) {
  const TestCa first;
  const TestCa second;
  const TempDir folder;
  const auto use = [&](HookedDaemon& hooked, const TestCa& ca) {
    std::filesystem::copy_file(ca.certificate_file(), folder / "hooks.pem",
                               std::filesystem::copy_options::overwrite_existing);
    std::ifstream key(ca.key_file());
    hooked.daemon.secret("hooks-key", std::string(std::istreambuf_iterator<char>(key), {}));
  };
  HookedDaemon hooked(shared_cluster(),
                      "tls: {certificate: " + (folder / "hooks.pem").string() + ", key_secret: hooks-key}");
  use(hooked, first);
  hooked.connection("bell", "secret: hook, form: targets");
  hooked.start("bell");
  const auto post = [&](const TestCa& ca, std::string_view id) {
    std::vector<std::string> argv{"curl",      "-sS", "--cacert",     ca.ca_file(), "-o",
                                  "/dev/null", "-w",  "%{http_code}", "--data",     std::string(kTargets)};
    for (const auto& [name, value] : signed_headers(kHookSecret, kTargets, id)) {
      argv.insert(argv.end(), {"-H", name + ": " + value});
    }
    argv.push_back("https://localhost:" + std::to_string(hooked.port) + "/hooks/bell");
    return run(std::move(argv)).out;
  };
  EXPECT_EQ(post(first, "e-1"), "202") << hooked.daemon.log();
  EXPECT_EQ(post(second, "e-2"), "000") << "another authority's";
  WebhookSender plain(hooked.port);
  EXPECT_EQ(plain.post("/hooks/bell", signed_headers(kHookSecret, kTargets, "e-3"), kTargets).status, 0);
  use(hooked, second);
  EXPECT_EQ(hooked.daemon.post("/v1/reload").status, 200);
  EXPECT_EQ(post(second, "e-4"), "202") << "from the answer on";
}

}  // namespace
}  // namespace iz::test
