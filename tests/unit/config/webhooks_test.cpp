// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.hpp"
#include "harness/temp_dir.hpp"

// What is wrong with `webhooks` and `webhook` is told with its place and what to write instead.
namespace iz::config {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class WebhookSettings : public ::testing::Test {
 protected:
  Settings load(const std::string& webhooks, const std::string& webhook) {
    dir_.write("infrazen.yaml", "version: 1\n" + webhooks);
    dir_.write("connections.d/a.yaml", "id: a\nconnector: acme\n" + webhook);
    return config::load(dir_ / "infrazen.yaml");
  }
  // Each problem as it is told, without the folder's name.
  std::vector<std::string> problems(const std::string& webhooks, const std::string& webhook) {
    std::vector<std::string> out;
    try {
      load(webhooks, webhook);
    } catch (const ConfigError& error) {
      for (const auto& problem : error.problems()) {
        out.push_back(to_string(problem));
        const std::string prefix = dir_.path().string() + '/';
        if (out.back().starts_with(prefix)) out.back().erase(0, prefix.size());
      }
    }
    return out;
  }
  std::vector<std::string> of_listener(const std::string& webhooks) { return problems("webhooks:\n" + webhooks, ""); }
  std::vector<std::string> of_connection(const std::string& webhook) { return problems("", "webhook:\n" + webhook); }

  test::TempDir dir_;
};

TEST_F(WebhookSettings, everything_can_be_said) {
  const Settings settings = load(
      "webhooks:\n  listen: [\"127.0.0.1:8780\", \"[::]:8443\"]\n  tls: {certificate: /etc/hooks.pem, key_secret: "
      "hooks-key}\n"
      "  max_clients: 7\n  max_body: 64KiB\n",
      "webhook: {secret: [new, old], scheme: bearer, id_field: data.id, form: targets, stream: costs, rate: 0.5, "
      "burst: 3, "
      "attempts: 2, signature_header: X-Acme}\n");
  EXPECT_THAT(settings.webhooks.listen,
              ElementsAre(ListenAddress{"127.0.0.1", 8780, true}, ListenAddress{"::", 8443, false}));
  EXPECT_TRUE(settings.webhooks.tls());
  EXPECT_EQ(settings.webhooks.max_body, 64U << 10);
  const Webhook& webhook = *settings.find_connection("a")->webhook;
  EXPECT_THAT(webhook.secrets, ElementsAre("new", "old"));
  EXPECT_EQ(webhook.scheme, WebhookScheme::bearer);
  EXPECT_EQ(webhook.signature_header, "x-acme") << "as headers are compared";
  EXPECT_EQ(webhook.rate, 0.5);
  EXPECT_EQ(webhook.attempts, 2U);
}

TEST_F(WebhookSettings, an_unknown_key_is_told_with_the_one_that_was_meant) {
  EXPECT_THAT(of_listener("  lisen: \"127.0.0.1:8780\"\n"),
              ElementsAre("infrazen.yaml:3:3: unknown key 'lisen' in webhooks (did you mean 'listen'?)"));
  EXPECT_THAT(of_listener("  tls: {certificate: /c.pem, key_secret: k, key: /k.pem}\n"),
              ElementsAre(HasSubstr("infrazen.yaml:3:45: unknown key 'key' in webhooks.tls")));
  EXPECT_THAT(of_connection("  secret: hook\n  attemps: 3\n"),
              ElementsAre("connections.d/a.yaml:5:3: unknown key 'attemps' in a.webhook (did you mean 'attempts'?)"));
}

TEST_F(WebhookSettings, a_secret_is_named_where_one_is_needed_and_only_there) {
  EXPECT_THAT(of_connection("  rate: 5\n"),
              ElementsAre(AllOf(HasSubstr("connections.d/a.yaml:4:3: a.webhook.secret is missing"),
                                HasSubstr("name the secret that the sender knows too"))));
  EXPECT_THAT(of_connection("  scheme: connector\n"), IsEmpty()) << "the connector has secrets of its own";
  EXPECT_THAT(of_connection("  scheme: connector\n  secret: hook\n"),
              ElementsAre(AllOf(HasSubstr("connections.d/a.yaml:5:11: a.webhook.secret"),
                                HasSubstr("name it under the connection's secrets"))));
  EXPECT_THAT(of_listener("  tls: {certificate: /c.pem}\n"),
              ElementsAre(AllOf(HasSubstr("infrazen.yaml:3:8: webhooks.tls.key_secret is missing"),
                                HasSubstr("the name of the secret"))));
  EXPECT_THAT(of_listener("  tls: {key_secret: k}\n"),
              ElementsAre(HasSubstr("infrazen.yaml:3:8: webhooks.tls.certificate is missing")));
}

TEST_F(WebhookSettings, a_secret_that_is_written_there_is_refused_and_not_repeated) {
  const auto found = of_connection("  secret: 0f1e2d3c4b5a69788796A5B4C3D2E1F0\n");
  ASSERT_FALSE(found.empty());
  EXPECT_THAT(found[0], HasSubstr("connections.d/a.yaml:4:11: a.webhook.secret must be the NAME of a secret"));
  for (const auto& line : found) EXPECT_THAT(line, Not(HasSubstr("0f1e2d")));
}

TEST_F(WebhookSettings, an_address_is_numeric_has_a_port_and_without_tls_stays_on_this_machine) {
  for (const char* wrong : {"localhost:8780", "8780", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "::1:8780"}) {
    EXPECT_THAT(
        of_listener("  listen: \"" + std::string(wrong) + "\"\n"),
        ElementsAre(AllOf(HasSubstr("infrazen.yaml:3:11: webhooks.listen must be addresses such as 127.0.0.1:8780"),
                          HasSubstr("not '" + std::string(wrong) + "'"))))
        << wrong;
  }
  for (const char* open : {"0.0.0.0:8780", "*:8780", "[::]:8780", "192.0.2.1:8780"}) {
    EXPECT_THAT(of_listener("  listen: \"" + std::string(open) + "\"\n"),
                ElementsAre(AllOf(HasSubstr("infrazen.yaml:3:11: "), HasSubstr("set webhooks.tls"))))
        << open;
  }
  for (const char* own : {"127.0.0.1:8780", "127.1.2.3:1", "[::1]:65535"}) {
    EXPECT_THAT(of_listener("  listen: \"" + std::string(own) + "\"\n"), IsEmpty()) << own;
  }
}

TEST_F(WebhookSettings, limits_that_cannot_be_kept_are_told_with_what_may_be) {
  EXPECT_THAT(
      of_listener("  max_clients: 0\n  max_body: 5MiB\n  max_header: 10\n  request_timeout: 1h\n  idle_timeout: 1ms\n"),
      ElementsAre(HasSubstr("infrazen.yaml:3:16: webhooks.max_clients must be a whole number from 1 to 65536, not '0'"),
                  HasSubstr("infrazen.yaml:4:13: webhooks.max_body must lie between 1024 and 4194304 bytes"),
                  HasSubstr("infrazen.yaml:5:15: webhooks.max_header must lie between"),
                  HasSubstr("infrazen.yaml:6:20: webhooks.request_timeout must lie between 100ms and 5m"),
                  HasSubstr("infrazen.yaml:7:17: webhooks.idle_timeout must lie between 1s and 1h")));
  EXPECT_THAT(
      of_connection("  secret: hook\n  attempts: 0\n  rate: -1\n  burst: 0.5\n  tolerance: 25h\n"),
      ElementsAre(HasSubstr("connections.d/a.yaml:5:13: a.webhook.attempts must be a whole number from 1 to 1000"),
                  HasSubstr("connections.d/a.yaml:6:9: a.webhook.rate must be a number from 0.01 to 100000, not '-1'"),
                  HasSubstr("connections.d/a.yaml:7:10: a.webhook.burst must be at least 1"),
                  HasSubstr("connections.d/a.yaml:8:14: a.webhook.tolerance must lie between 1s and 1d")));
}

TEST_F(WebhookSettings, a_sender_that_signs_the_body_alone_can_be_described) {
  const Settings settings = load("",
                                 "webhook: {secret: hook, signature_header: X-Hub-Signature-256, signature_prefix: "
                                 "\"sha256=\", timestamp: false, id_header: X-GitHub-Delivery}\n");
  const Webhook& webhook = *settings.find_connection("a")->webhook;
  EXPECT_EQ(webhook.signature_header, "x-hub-signature-256");
  EXPECT_EQ(webhook.signature_prefix, "sha256=");
  EXPECT_FALSE(webhook.timestamp);
  EXPECT_THAT(of_connection("  secret: hook\n  timestamp: false\n  tolerance: 1m\n"),
              ElementsAre(AllOf(HasSubstr("connections.d/a.yaml:6:14: a.webhook.tolerance"),
                                HasSubstr("timestamp: false says that there are none"))));
  EXPECT_THAT(of_connection("  secret: hook\n  timestamp: X-Time\n"),
              ElementsAre(HasSubstr("connections.d/a.yaml:5:14: a.webhook.timestamp must be")));
}

TEST_F(WebhookSettings, words_that_are_none_of_the_choice_are_told) {
  EXPECT_THAT(
      of_connection("  secret: hook\n  scheme: md5\n  form: xml\n  stream: In Ventory\n  id_header: \"X Id\"\n"),
      ElementsAre(HasSubstr("connections.d/a.yaml:5:11: a.webhook.scheme must be one of"),
                  HasSubstr("connections.d/a.yaml:6:9: a.webhook.form must be one of"),
                  HasSubstr("connections.d/a.yaml:7:11: a.webhook.stream must be a stream such as inventory"),
                  HasSubstr("connections.d/a.yaml:8:14: a.webhook.id_header must be the name of a header")));
}

}  // namespace
}  // namespace iz::config
