// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/status_api.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace iz::serve {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// A daemon with two connections that remembers what it was asked.
class SmallDaemon final : public DaemonView {
 public:
  SmallDaemon() {
    status_.version = "1.2.3";
    status_.state = "ready";
    status_.database_up = true;
    status_.started = Instant(1'788'000'000s);
    status_.now = status_.started + 90s;
    StreamStatus costs;
    costs.name = "costs";
    costs.state = "backing_off";
    costs.reason = "HTTP 503 from \"api\"";
    costs.failures = 3;
    costs.records = 1000;
    costs.last_success = status_.started + 1500ms;
    status_.connections = {{"acme", "default", "focus", "failing", "", true, {costs}},
                           {"beget", "default", "beget", "ok", "", true, {}}};
  }
  DaemonStatus status() const override { return status_; }
  std::vector<PluginStatus> plugins() const override {
    return {{"focus", "1.0.0", "FOCUS files", "/p/focus.so", 1, 0, true, "", {"costs"}}};
  }
  void runs(const HistoryQuery& query, Done<std::vector<RunRow>> done) override {
    asked = "runs " + query.connection + ' ' + std::to_string(query.limit);
    if (!status_.database_up) return done(Refusal{503, "the database is down"});
    RunRow row;
    row.run_id = "7";
    row.started = status_.started;
    done(std::vector<RunRow>{row});
  }
  void findings(const HistoryQuery& query, Done<std::vector<FindingRow>> done) override {
    asked = "findings " + query.run_id;
    done(std::vector<FindingRow>{});
  }
  void webhooks(const HistoryQuery& query, Done<std::vector<WebhookRow>> done) override {
    WebhookRow row;
    row.connection = query.connection;
    row.state = query.state;
    done(std::vector<WebhookRow>{row});
  }
  void retry_webhook(std::uint64_t id, Done<WebhookRow> done) override {
    if (id == 404) return done(Refusal{404, "there is no event 404"});
    WebhookRow row;
    row.id = id;
    row.connection = "acme";
    done(row);
  }
  void discard_webhook(std::uint64_t id, Done<WebhookRow> done) override { retry_webhook(id, std::move(done)); }
  void sync(const SyncRequest& request, const std::string& actor, Done<std::vector<std::string>> done) override {
    ++syncs;
    asked = "sync " + request.connection + ' ' + request.stream + ' ' + request.mode + " by " + actor;
    if (request.connection != "acme") return done(Refusal{404, "there is no connection"});
    done(std::vector<std::string>{"costs"});
  }
  void back_fill(const BackFillRequest& request, const std::string& actor, Done<BackFillAnswer> done) override {
    asked = "back-fill " + request.connection + " '" + request.stream + "' " + request.since + ' ' + request.until +
            " by " + actor;
    if (request.since.empty()) return done(Refusal{400, "since is missing"});
    BackFillRow row;
    row.id = 12;
    row.stream = "costs";
    row.window = {request.since, request.until};
    row.state = "waiting";
    row.repeated = true;
    done(BackFillAnswer{{row}, {"inventory"}});
  }
  void back_fills(const HistoryQuery& query, Done<std::vector<BackFillRow>> done) override {
    BackFillRow row;
    row.connection = query.connection;
    row.stream = query.stream;
    row.run_id = "7";
    row.error_class = "permanent";
    done(std::vector<BackFillRow>{row});
  }
  void withdraw_back_fill(std::uint64_t id, const std::string& actor, Done<BackFillRow> done) override {
    asked = "withdraw " + std::to_string(id) + " by " + actor;
    if (id == 404) return done(Refusal{404, "there is no back-fill 404"});
    if (id == 409) return done(Refusal{409, "back-fill 409 is done already"});
    BackFillRow row;
    row.id = id;
    row.state = "withdrawn";
    done(row);
  }
  void pause(const std::string& connection, const std::string&, Done<std::monostate> done) override {
    asked = "pause " + connection;
    done(std::monostate());
  }
  void resume(const std::string& connection, const std::string&, Done<std::monostate> done) override {
    asked = "resume " + connection;
    done(std::monostate());
  }
  void test(const std::string&, Done<TestReport> done) override {
    done(TestReport{false, "", {{"host api", "failed", "refused"}}});
  }
  void reload(const std::string&, Done<ReloadReport> done) override { done(reloaded); }
  void audit(const AuditEntry& entry) override { audited.push_back(entry); }

  DaemonStatus status_;
  Outcome<ReloadReport> reloaded;
  std::string asked;
  int syncs = 0;
  std::vector<AuditEntry> audited;
};

class StatusApi : public ::testing::Test {
 protected:
  StatusApi() { add_status_api(router_, daemon_); }

  Response ask(Method method, const std::string& path, std::map<std::string, std::string, std::less<>> query = {}) {
    Request request;
    request.method = method;
    request.path = path;
    request.query = std::move(query);
    request.idempotency_key = key_;
    request.caller = {1000, 1000, 1, "alice", may_write_};
    Response answer;
    router_.dispatch(request, [&](Response response) { answer = std::move(response); });
    audit_to(daemon_)(request, answer);
    return answer;
  }
  Response get(const std::string& path, std::map<std::string, std::string, std::less<>> query = {}) {
    return ask(Method::get, path, std::move(query));
  }
  Response post(const std::string& path, std::map<std::string, std::string, std::less<>> query = {}) {
    return ask(Method::post, path, std::move(query));
  }

  SmallDaemon daemon_;
  Router router_;
  bool may_write_ = true;
  std::string key_;
};

TEST_F(StatusApi, status_sums_up) {
  const auto status = boost::json::parse(get("/v1/status").body);
  EXPECT_EQ(status.at("state").as_string(), "ready");
  EXPECT_EQ(status.at("uptime_seconds").to_number<int>(), 90);
  EXPECT_EQ(status.at("connections").at("by_state").at("failing").to_number<int>(), 1);
  EXPECT_TRUE(status.at("configuration").at("loaded").is_null());
}

TEST_F(StatusApi, events_are_listed_by_connection_and_state_and_tried_again_by_number) {
  const auto events = boost::json::parse(get("/v1/webhooks", {{"connection", "acme"}, {"state", "dead"}}).body);
  EXPECT_EQ(events.at("webhooks").at(0).at("connection").as_string(), "acme");
  EXPECT_EQ(events.at("webhooks").at(0).at("state").as_string(), "dead");
  EXPECT_TRUE(events.at("webhooks").at(0).at("settled").is_null());
  EXPECT_EQ(get("/v1/webhooks", {{"state", "lost"}}).status, 400U);
  const auto again = post("/v1/webhooks/17/retry");
  EXPECT_EQ(again.status, 202U);
  EXPECT_EQ(boost::json::parse(again.body).at("id").to_number<int>(), 17);
  EXPECT_EQ(post("/v1/webhooks/404/retry").status, 404U);
  EXPECT_EQ(post("/v1/webhooks/17/discard").status, 200U);
  for (const char* none : {"-1", "1x", "99999999999999999999", "9223372036854775808"}) {
    EXPECT_EQ(post("/v1/webhooks/" + std::string(none) + "/retry").status, 400U) << none;
  }
  may_write_ = false;
  EXPECT_EQ(post("/v1/webhooks/17/retry").status, 403U);
}

TEST_F(StatusApi, a_connection_is_shown_with_its_streams) {
  const auto connection = boost::json::parse(get("/v1/connections/acme").body);
  const auto& stream = connection.at("streams").at(0);
  EXPECT_EQ(stream.at("reason").as_string(), "HTTP 503 from \"api\"");
  EXPECT_EQ(stream.at("last_success").as_string(), "2026-08-29T10:40:01.500Z");
  EXPECT_EQ(get("/v1/connections/nobody").status, 404U);
  EXPECT_EQ(boost::json::parse(get("/v1/connections").body).at("connections").as_array().size(), 2U);
}

TEST_F(StatusApi, readers_cannot_write) {
  may_write_ = false;
  const auto answer = post("/v1/connections/acme/pause");
  EXPECT_EQ(answer.status, 403U);
  EXPECT_THAT(answer.body, HasSubstr("alice may only read"));
  EXPECT_EQ(daemon_.asked, "");
  ASSERT_EQ(daemon_.audited.size(), 1U);
  EXPECT_TRUE(daemon_.audited[0].refused);
  EXPECT_EQ(get("/v1/status").status, 200U);
}

TEST_F(StatusApi, every_write_is_audited) {
  post("/v1/connections/acme/sync", {{"stream", "costs"}, {"mode", "full"}});
  get("/v1/status");
  ASSERT_EQ(daemon_.audited.size(), 1U);
  EXPECT_EQ(daemon_.audited[0].actor, "alice (uid 1000)");
  EXPECT_EQ(daemon_.audited[0].action, "POST /v1/connections/acme/sync");
  EXPECT_EQ(daemon_.audited[0].subject, "acme");
  EXPECT_EQ(daemon_.audited[0].status, 202U);
}

TEST_F(StatusApi, a_sync_is_accepted_and_passed_on) {
  const auto answer = post("/v1/connections/acme/sync", {{"stream", "costs"}, {"mode", "full"}});
  EXPECT_EQ(answer.status, 202U);
  EXPECT_EQ(answer.body, "{\"streams\":[\"costs\"]}\n");
  EXPECT_EQ(daemon_.asked, "sync acme costs full by alice (uid 1000)");
  EXPECT_EQ(post("/v1/connections/nobody/sync").status, 404U);
  EXPECT_EQ(post("/v1/connections/acme/sync", {{"mode", "quick"}}).status, 400U);
}

TEST_F(StatusApi, a_back_fill_is_asked_for_with_its_days_and_the_answer_names_the_streams_left_out) {
  const auto answer = post("/v1/connections/acme/back-fill", {{"since", "2026-01-01"}, {"until", "2026-02-01"}});
  EXPECT_EQ(answer.status, 202U);
  EXPECT_EQ(daemon_.asked, "back-fill acme '' 2026-01-01 2026-02-01 by alice (uid 1000)");
  const auto body = boost::json::parse(answer.body);
  const auto& asked = body.at("back_fills").at(0);
  EXPECT_EQ(asked.at("id").to_number<int>(), 12);
  EXPECT_EQ(asked.at("stream").as_string(), "costs");
  EXPECT_EQ(asked.at("since").as_string(), "2026-01-01");
  EXPECT_EQ(asked.at("until").as_string(), "2026-02-01");
  EXPECT_EQ(asked.at("state").as_string(), "waiting");
  EXPECT_TRUE(asked.at("repeated").as_bool());
  EXPECT_EQ(body.at("left_out").at(0).as_string(), "inventory");
  EXPECT_EQ(post("/v1/connections/acme/back-fill").status, 400U);
  EXPECT_EQ(post("/v1/connections/acme/back-fill", {{"from", "2026-01-01"}}).status, 400U);
  const auto listed = boost::json::parse(get("/v1/back-fills", {{"connection", "acme"}, {"stream", "costs"}}).body);
  EXPECT_EQ(listed.at("back_fills").at(0).at("connection").as_string(), "acme");
  EXPECT_EQ(listed.at("back_fills").at(0).at("run_id").as_string(), "7");
}

TEST_F(StatusApi, a_misspelt_parameter_does_not_mean_all) {
  const auto answer = post("/v1/connections/acme/sync", {{"steam", "costs"}});
  EXPECT_EQ(answer.status, 400U);
  EXPECT_THAT(answer.body, HasSubstr("unknown parameter 'steam'; known are: stream, mode"));
  EXPECT_EQ(daemon_.syncs, 0);
}

TEST_F(StatusApi, the_same_idempotency_key_does_it_once) {
  key_ = "k";
  EXPECT_EQ(post("/v1/connections/acme/sync").status, 202U);
  const auto again = post("/v1/connections/acme/sync");
  EXPECT_EQ(again.status, 202U);
  EXPECT_THAT(again.headers, ::testing::Contains(std::pair<std::string, std::string>("Idempotency-Replayed", "true")));
  EXPECT_EQ(daemon_.syncs, 1);
  EXPECT_EQ(post("/v1/connections/acme/pause").status, 422U);
  key_ = "other";
  post("/v1/connections/acme/sync");
  EXPECT_EQ(daemon_.syncs, 2);
}

TEST_F(StatusApi, a_wrong_method_names_the_right_one) {
  const auto answer = get("/v1/reload");
  EXPECT_EQ(answer.status, 405U);
  EXPECT_THAT(answer.headers, ElementsAre(std::pair<std::string, std::string>("Allow", "POST")));
  EXPECT_EQ(get("/v2/status").status, 404U);
}

TEST_F(StatusApi, a_reload_is_answered_by_whether_it_is_in_force) {
  ReloadReport report;
  report.added = 2;
  report.misconfigured = {"connection b does not run: there is no connector b"};
  daemon_.reloaded = report;
  const auto in_force = post("/v1/reload");
  EXPECT_EQ(in_force.status, 200U);
  const auto told = boost::json::parse(in_force.body);
  EXPECT_TRUE(told.at("in_force").as_bool());
  EXPECT_TRUE(told.at("waits").is_null());
  EXPECT_EQ(told.at("added").to_number<int>(), 2);
  EXPECT_THAT(std::string(told.at("misconfigured").at(0).as_string()), HasSubstr("connection b does not run"));

  report.waits = "the database is unavailable: no route";
  daemon_.reloaded = report;
  const auto waits = post("/v1/reload");
  EXPECT_EQ(waits.status, 202U);
  EXPECT_TRUE(boost::json::parse(waits.body).at("accepted").as_bool());
  EXPECT_FALSE(boost::json::parse(waits.body).at("in_force").as_bool());
  EXPECT_EQ(boost::json::parse(waits.body).at("waits").as_string(), "the database is unavailable: no route");

  daemon_.reloaded = Refusal{503, "the daemon is stopping"};
  EXPECT_EQ(post("/v1/reload").status, 503U);
}

TEST_F(StatusApi, a_back_fill_is_withdrawn_by_its_number) {
  const auto answer = post("/v1/back-fills/12/withdraw");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(daemon_.asked, "withdraw 12 by alice (uid 1000)");
  EXPECT_EQ(boost::json::parse(answer.body).at("state").as_string(), "withdrawn");
  EXPECT_EQ(post("/v1/back-fills/404/withdraw").status, 404U);
  EXPECT_EQ(post("/v1/back-fills/409/withdraw").status, 409U);
  for (const char* none : {"-1", "1x", "99999999999999999999"})
    EXPECT_EQ(post("/v1/back-fills/" + std::string(none) + "/withdraw").status, 400U) << none;
  may_write_ = false;
  EXPECT_EQ(post("/v1/back-fills/12/withdraw").status, 403U);
}

TEST_F(StatusApi, a_refused_reload_answers_422_with_the_problems) {
  ReloadReport report;
  report.problems = {"a.yaml:1:1: bad"};
  daemon_.reloaded = report;
  const auto answer = post("/v1/reload");
  EXPECT_EQ(answer.status, 422U);
  EXPECT_THAT(answer.body, HasSubstr(R"("problems":["a.yaml:1:1: bad"])"));
}

TEST_F(StatusApi, history_is_bounded_and_says_when_the_database_is_down) {
  get("/v1/runs", {{"connection", "acme"}, {"limit", "5"}});
  EXPECT_EQ(daemon_.asked, "runs acme 5");
  for (const char* bad : {"0", "1001", "-1", "x", "5x"})
    EXPECT_EQ(get("/v1/runs", {{"limit", bad}}).status, 400U) << bad;
  daemon_.status_.database_up = false;
  EXPECT_EQ(get("/v1/runs").status, 503U);
}

TEST_F(StatusApi, health_follows_the_watchdog) {
  EXPECT_EQ(get("/healthz").status, 200U);
  daemon_.status_.live = false;
  EXPECT_EQ(get("/healthz").status, 503U);
}

TEST_F(StatusApi, metrics_are_prometheus_text) {
  const auto answer = get("/metrics");
  EXPECT_THAT(answer.content_type, HasSubstr("version=0.0.4"));
  EXPECT_THAT(answer.body, HasSubstr("# TYPE infrazen_stream_records_total counter\n"
                                     "infrazen_stream_records_total{connection=\"acme\",stream=\"costs\"} 1000\n"));
  EXPECT_THAT(answer.body,
              HasSubstr("infrazen_connection_state{connection=\"acme\",connector=\"focus\",state=\"failing\"} 1"));
  EXPECT_THAT(answer.body, HasSubstr("infrazen_state{state=\"degraded\"} 0"));
}

TEST_F(StatusApi, webhooks_are_counted_by_what_became_of_them) {
  auto& acme = daemon_.status_.connections.front();
  acme.webhook = WebhookStatus{
      .accepted = 11, .duplicates = 2, .unauthenticated = 3, .over_rate = 4, .malformed = 5, .unavailable = 6};
  acme.streams.front().events_waiting = 7;
  acme.streams.front().events_dead = 8;
  const auto metrics = get("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("# TYPE infrazen_webhook_accepted_total counter\n"
                                 "infrazen_webhook_accepted_total{connection=\"acme\"} 11\n"));
  EXPECT_THAT(metrics, HasSubstr("infrazen_webhook_duplicates_total{connection=\"acme\"} 2\n"));
  EXPECT_THAT(metrics, HasSubstr("# TYPE infrazen_webhook_refused_total counter\n"
                                 "infrazen_webhook_refused_total{connection=\"acme\",reason=\"unauthenticated\"} 3\n"
                                 "infrazen_webhook_refused_total{connection=\"acme\",reason=\"over_rate\"} 4\n"
                                 "infrazen_webhook_refused_total{connection=\"acme\",reason=\"malformed\"} 5\n"
                                 "infrazen_webhook_refused_total{connection=\"acme\",reason=\"unavailable\"} 6\n"));
  EXPECT_THAT(metrics, HasSubstr("# TYPE infrazen_webhook_events_waiting gauge\n"
                                 "infrazen_webhook_events_waiting{connection=\"acme\",stream=\"costs\"} 7\n"));
  EXPECT_THAT(metrics, HasSubstr("infrazen_webhook_events_dead{connection=\"acme\",stream=\"costs\"} 8\n"));
  EXPECT_THAT(metrics, Not(HasSubstr("connection=\"beget\",reason="))) << "it has no hook";

  daemon_.status_.webhooks_listening = true;
  const auto inbox = boost::json::parse(get("/v1/status").body).at("webhooks");
  EXPECT_TRUE(inbox.at("listening").as_bool());
  EXPECT_EQ(inbox.at("events_waiting").to_number<int>(), 7);
  EXPECT_EQ(inbox.at("events_dead").to_number<int>(), 8);
  const auto connections = boost::json::parse(get("/v1/connections").body).at("connections");
  EXPECT_EQ(connections.at(0).at("webhook").at("refused").at("over_rate").to_number<int>(), 4);
  EXPECT_TRUE(connections.at(1).at("webhook").is_null());
}

}  // namespace
}  // namespace iz::serve
