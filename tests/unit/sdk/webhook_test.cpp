// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gtest/gtest.h>

#include <infrazen/connector.hpp>
#include <infrazen/testkit/host.hpp>

// infrazen.webhook/1 from both sides of the C++ layer.
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Kind;
using infrazen::WebhookEvent;
using infrazen::WebhookRequest;
using infrazen::testkit::Host;
using infrazen::testkit::Posted;

class Doorbell : public infrazen::Connector, public infrazen::Webhook {
 public:
  void sync(infrazen::Sync& sync) override {
    for (const auto& target : sync.targets()) {
      sync.push(
          infrazen::Resource{.type = "server", .external_id = std::string(target.external_id), .account_id = "a"});
    }
    sync.mark("from sync");
  }

  std::string admit(infrazen::Host&, const WebhookRequest& request) override {
    if (!infrazen::equal_in_constant_time(request.header("x-key"), "right")) {
      throw Error(ErrorClass::auth, "the header X-Key is not the key");
    }
    return std::string(request.query());
  }

  void handle(WebhookEvent& event) override {
    if (event.body() == "scope") static_cast<void>(event.scope(Kind::resource, "s"));
    if (event.body() == "raw mark") event.sink().mark("c");
    if (event.body() == "ignore") return;
    event.sync_targets(*this, {{"server", event.body()}});
    event.push(infrazen::Retirement{.type = "server", .external_id = std::string(event.id())});
    event.mark("nobody keeps it");
    if (event.attempt() > 1) throw Error(ErrorClass::transient, "the provider is away");
  }
};

const iz_module kModule{sizeof(iz_module), IZ_ABI_MINOR, {}, {}, {}, &infrazen::detail::Exports<Doorbell>::table};

TEST(webhook, an_event_is_durable_when_it_was_handled) {
  const auto outcome = Host().handle(kModule, {.body = "s-1", .stream = "inventory", .event_id = "gone-1"});
  EXPECT_EQ(outcome.problems, std::vector<std::string>());
  ASSERT_TRUE(outcome.ok()) << outcome.message;
  EXPECT_EQ(outcome.of(Kind::resource).at(0)["external_id"], "s-1");
  EXPECT_EQ(outcome.of(Kind::retirement).at(0)["external_id"], "gone-1");
  EXPECT_TRUE(outcome.cursors.empty()) << "an event moves no cursor";
}

TEST(webhook, an_event_that_failed_leaves_nothing) {
  const auto outcome = Host().handle(kModule, {.body = "s-1", .attempt = 2});
  EXPECT_EQ(outcome.error_class, std::uint32_t{IZ_ERR_TRANSIENT});
  EXPECT_TRUE(outcome.rows.empty());
  EXPECT_EQ(outcome.discarded, 2u);
}

TEST(webhook, an_event_that_means_nothing_is_a_success) {
  const auto outcome = Host().handle(kModule, {.body = "ignore"});
  EXPECT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome.rows.empty());
}

TEST(webhook, scopes_and_marks_are_the_hosts) {
  for (const char* body : {"scope", "raw mark"}) {
    const auto outcome = Host().handle(kModule, {.body = body});
    EXPECT_EQ(outcome.error_class, std::uint32_t{IZ_ERR_PERMANENT}) << body;
    EXPECT_EQ(outcome.problems.size(), 1u) << body;
  }
}

TEST(webhook, the_connectors_own_check_accepts_names_and_refuses) {
  const auto accepted = Host().admit(kModule, {.headers = {{"x-key", "right"}}, .query = "e-7"});
  EXPECT_TRUE(accepted.ok());
  EXPECT_EQ(accepted.event_id, "e-7");
  const auto refused = Host().admit(kModule, {.headers = {{"x-key", "wrong"}}});
  EXPECT_EQ(refused.error_class, std::uint32_t{IZ_ERR_AUTH});
  EXPECT_EQ(refused.message, "the header X-Key is not the key");
  EXPECT_EQ(Host().admit(kModule, {.headers = {}}).error_class, std::uint32_t{IZ_ERR_AUTH});
}

TEST(webhook, an_id_that_does_not_fit_is_a_fault_of_the_connector) {
  const auto outcome = Host().admit(kModule, {.headers = {{"x-key", "right"}}, .query = std::string(256, 'x')});
  EXPECT_EQ(outcome.error_class, std::uint32_t{IZ_ERR_INTERNAL});
}

TEST(webhook, a_connector_without_it_has_no_table) {
  struct Plain : infrazen::Connector {
    void sync(infrazen::Sync&) override {}
  };
  const iz_module plain{sizeof(iz_module), IZ_ABI_MINOR, {}, {}, {}, &infrazen::detail::Exports<Plain>::table};
  EXPECT_EQ(Host().handle(plain, {}).error_class, std::uint32_t{IZ_ERR_CONFIG});
}

}  // namespace
