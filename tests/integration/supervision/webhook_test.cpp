// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// A connector's infrazen.webhook/1, called in the real process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/supervision/supervised_run.hpp"
#include <infrazen/abi/module.h>

namespace iz::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class AdmissionObserver : public RecordingObserver {
 public:
  void on_admission(std::uint32_t index, std::uint32_t error_class, std::string_view event_id,
                    std::string_view message) override {
    lines.push_back(std::to_string(index) + " class " + std::to_string(error_class) + " id '" + std::string(event_id) +
                    "' " + std::string(message));
  }
};

struct WebhookRun {
  explicit WebhookRun(supervise::Action action, std::vector<supervise::WebhookRequest> webhooks,
                      std::string_view connector = "doorbell") {
    auto spec = spec_of(connector);
    spec.stream = "inventory";
    spec.settings_json = "{}";
    spec.action = action;
    spec.mode = IZ_SYNC_TARGETED;
    spec.webhooks = std::move(webhooks);
    spec.secrets = {{"key", "s3cret-key", false}};
    outcome = supervisor().execute(spec, sink, observer);
  }
  RecordingSink sink;
  AdmissionObserver observer;
  supervise::RunOutcome outcome;
};

supervise::WebhookRequest posted(std::string body, std::vector<supervise::WebhookHeader> headers = {}) {
  supervise::WebhookRequest request;
  request.method = "POST";
  request.path = "/hooks/bell";
  request.headers = std::move(headers);
  request.body = std::move(body);
  request.event_id = "e-" + request.body.substr(0, request.body.find('\n'));
  request.attempt = 1;
  return request;
}

TEST(Webhook, each_event_that_was_handled_is_a_mark_and_a_failure_leaves_those_behind_it) {
  const WebhookRun run(supervise::Action::webhook_handle,
                       {posted("up s-1", {{"x-kind", "ding"}}), posted("up s-2\ngone s-3"),
                        posted("up s-4\nfail transient"), posted("up s-5")});
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_TRANSIENT);
  EXPECT_EQ(run.outcome.message, "the doorbell failed as it was told");
  EXPECT_EQ(run.outcome.marks, 2U);
  EXPECT_EQ(run.sink.rows_committed, 3U);
  EXPECT_EQ(run.sink.rows_pending, 1U);
  EXPECT_EQ(run.observer.line("event "), "e-up s-1, attempt 1, kind ding");
}

TEST(Webhook, scopes_and_marks_are_refused_and_the_event_is_not_done_even_if_the_connector_does_not_care) {
  for (const char* body : {"scope", "mark"}) {
    const WebhookRun run(supervise::Action::webhook_handle, {posted(body)});
    EXPECT_EQ(run.outcome.error_class, IZ_ERR_PERMANENT) << body;
    EXPECT_EQ(run.outcome.marks, 0U);
    EXPECT_THAT(run.sink.calls, ElementsAre());
  }
}

TEST(Webhook, a_crash_in_an_event_keeps_the_ones_before) {
  const WebhookRun run(supervise::Action::webhook_handle, {posted("up s-1"), posted("up s-2\ncrash")});
  EXPECT_TRUE(run.outcome.crashed);
  EXPECT_EQ(run.outcome.marks, 1U);
  EXPECT_EQ(run.sink.rows_committed, 1U);
}

TEST(Webhook, the_connectors_own_check_judges_each_request) {
  const std::string right = "ac2f2d6c4b1d3b2a";
  const WebhookRun run(supervise::Action::webhook_check,
                       {posted("hello", {{"x-doorbell", right}}), posted("cannot say"),
                        posted("hello", {{"x-doorbell", "b95a0e56a69fcbef62a17eb37f5a3a81a9d0a4ea7f2d4a9b"}})});
  EXPECT_EQ(run.outcome.error_class, IZ_OK) << run.outcome.message;
  EXPECT_THAT(run.observer.lines, ElementsAre("0 class 3 id '' X-Doorbell does not fit the body",
                                              "1 class 1 id '' the doorbell's wire is cut",
                                              "2 class 3 id '' X-Doorbell does not fit the body"));
}

TEST(Webhook, an_accepted_request_has_the_id_that_the_connector_named) {
  // printf hello | openssl dgst -sha256 -hmac s3cret-key
  const WebhookRun run(
      supervise::Action::webhook_check,
      {posted("hello", {{"x-doorbell", "9e96b258265bdd5f39076d3fb4dff14b122c77ce5d8933a974618003b516627d"},
                        {"x-doorbell-id", "ring-7"}})});
  EXPECT_THAT(run.observer.lines, ElementsAre("0 class 0 id 'ring-7' "));
}

TEST(Webhook, a_connector_without_it_is_a_matter_of_configuration) {
  const WebhookRun run(supervise::Action::webhook_handle, {posted("up s-1")}, "fine");
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_CONFIG);
  EXPECT_THAT(run.outcome.message, HasSubstr("handles no webhooks"));
}

}  // namespace
}  // namespace iz::test
