// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// `infrazen connection test`: what is wrong with a connection, one by one, in seconds.
#include <chrono>
#include <sysexits.h>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "harness/infrazend.hpp"
#include "harness/paths.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/process.hpp"
#include "harness/wait_until.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class ConnectionTest : public ::testing::Test {
 protected:
  ConnectionTest() : daemon_(shared_cluster(), {"calls", "pages", "hang"}, "limits: {concurrent_runs: 1}\n") {}

  [[nodiscard]] std::string calls(const std::string& more = {}) const {
    return "connector: calls\nallow_plain_loopback: true\nhosts: ['127.0.0.1']\nsettings: {url: '" + server_.url("") +
           "', calls: 1}\nstreams: {balance: {interval: 300d}, documents: false}\n" + more;
  }
  ProcessResult ask(const std::string& id, std::vector<std::string> more = {}) {
    std::vector<std::string> command{kInfrazen, "--lang", "en", "--socket", daemon_.socket(), "connection", "test", id};
    command.insert(command.end(), more.begin(), more.end());
    return run(command, {}, 90s);
  }

  HttpServer server_;
  Infrazend daemon_;
};

TEST_F(ConnectionTest, says_permission_by_permission_what_passed_and_what_nobody_tried) {
  server_.on("/list", {.body = "{}", .delay = 50ms});
  daemon_.connection("a", calls("secrets: {token: t}\n"));
  daemon_.secret("t", "s3cr3t");
  daemon_.start();
  const ProcessResult result = ask("a");
  EXPECT_EQ(result.status.code, EX_OK) << result.out << result.err;
  EXPECT_THAT(result.out, ContainsRegex("passed +0\\.[0-9]+ s +credential token \\(t\\)"));
  EXPECT_THAT(result.out, ContainsRegex("passed +[0-9.]+ s +host 127\\.0\\.0\\.1:[0-9]+"));
  EXPECT_THAT(result.out, ContainsRegex("passed +[0-9.]+ s +things\\.list"));
  EXPECT_THAT(result.out, ContainsRegex("not tried +things\\.read +to read one"));
  EXPECT_LT(result.out.find("credential"), result.out.find("host "));
  EXPECT_LT(result.out.find("host "), result.out.find("things.list"));
  EXPECT_THAT(result.err, HasSubstr("3 passed, 1 not tried"));
}

TEST_F(ConnectionTest, a_refused_permission_is_named_with_the_provider_s_words) {
  server_.on("/list", {.status = 403, .body = "role viewer is missing"});
  daemon_.connection("a", calls());
  daemon_.start();
  const ProcessResult result = ask("a");
  EXPECT_EQ(result.status.code, 1);
  EXPECT_THAT(result.out, ContainsRegex("failed +[0-9.]+ s +things\\.list +GET .*HTTP 403.*role viewer is missing"));
}

TEST_F(ConnectionTest, a_credential_that_cannot_be_read_comes_first_and_the_hosts_are_tried_all_the_same) {
  server_.on("/list", {.body = "{}"});
  daemon_.connection("a", calls("secrets: {token: t}\n"));
  daemon_.secret("t", "s3cr3t");
  daemon_.start();
  std::filesystem::remove(daemon_.folder() / "secrets" / "t");
  const ProcessResult result = ask("a");
  EXPECT_EQ(result.status.code, 1);
  EXPECT_THAT(result.out, ContainsRegex("failed +[0-9.]+ s +credential token \\(t\\)"));
  EXPECT_THAT(result.out, ContainsRegex("passed +[0-9.]+ s +host 127\\.0\\.0\\.1"));
  EXPECT_THAT(result.out, ContainsRegex("not tried +things\\.list"));
  EXPECT_THAT(result.err, HasSubstr("the connector was not asked"));
  EXPECT_TRUE(server_.requests("/list").empty());
}

TEST_F(ConnectionTest, a_server_that_is_not_there_is_told_before_the_permission_that_fails_with_it) {
  std::string url;
  {
    const HttpServer gone;
    url = gone.url("");
  }
  daemon_.connection(
      "a", "connector: calls\nallow_plain_loopback: true\nhosts: ['127.0.0.1', nowhere.invalid]\nsettings: {url: '" +
               url + "', calls: 1}\nstreams: {balance: false, documents: false}\n");
  daemon_.start();
  const auto begin = std::chrono::steady_clock::now();
  const ProcessResult result = ask("a");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
  EXPECT_EQ(result.status.code, 1);
  EXPECT_THAT(result.out,
              ContainsRegex("failed +[0-9.]+ s +host 127\\.0\\.0\\.1:[0-9]+ +its port cannot be connected to"));
  EXPECT_THAT(result.out, ContainsRegex("failed +[0-9.]+ s +host nowhere\\.invalid +its name does not resolve"));
  EXPECT_THAT(result.out, ContainsRegex("failed +[0-9.]+ s +things\\.list"));
}

TEST_F(ConnectionTest, a_wrong_setting_is_told_with_its_place) {
  daemon_.connection("a", calls());
  daemon_.connection("b", "connector: calls\nsettings: {calls: many}\n");
  daemon_.start();
  const ProcessResult result = ask("b");
  EXPECT_EQ(result.status.code, 1);
  EXPECT_THAT(result.out, AllOf(HasSubstr("b.settings.calls must be a whole number"), HasSubstr("b.yaml:")));
  EXPECT_THAT(result.out, HasSubstr("b.settings.url is missing"));
}

TEST_F(ConnectionTest, does_not_wait_for_runs_that_take_all_places_and_shows_verdicts_as_they_come) {
  server_.on("/list", {.body = "{}", .delay = 1500ms});
  server_.handle_others([](const ReceivedRequest&) { return Reply{.silent = true}; });
  daemon_.connection("a", calls());
  daemon_.start();
  ASSERT_TRUE(wait_until([&] { return server_.requests("/balance/0").size() == 1; })) << "the only place is taken";
  Process process({kInfrazen, "--lang", "en", "--socket", daemon_.socket(), "connection", "test", "a"},
                  {.log = daemon_.folder() / "test.log"});
  const auto shown = [&] { return run({"cat", daemon_.folder() / "test.log"}).out; };
  ASSERT_TRUE(wait_until([&] { return shown().find("host 127.0.0.1") != std::string::npos; }, 10s));
  EXPECT_THAT(shown(), Not(HasSubstr("things.list"))) << "that one still waits for its answer";
  EXPECT_EQ(process.wait(20s).code, 0);
  EXPECT_THAT(shown(), HasSubstr("things.list"));
}

TEST_F(ConnectionTest, needs_no_database) {
  server_.on("/list", {.body = "{}"});
  DaemonOptions options = daemon_.options();
  options.port = 1;  // nobody listens there
  Infrazend alone(options);
  alone.connection("a", calls());
  alone.start();
  const ProcessResult result =
      run({kInfrazen, "--lang", "en", "--socket", alone.socket(), "connection", "test", "a"}, {}, 90s);
  EXPECT_EQ(result.status.code, EX_OK) << result.out << result.err;
  EXPECT_THAT(result.out, ContainsRegex("passed +[0-9.]+ s +things\\.list"));
}

TEST_F(ConnectionTest, gives_json_with_kinds_and_times) {
  server_.on("/list", {.body = "{}"});
  daemon_.connection("a", calls());
  daemon_.start();
  const ProcessResult result = ask("a", {"--json"});
  EXPECT_EQ(result.status.code, EX_OK) << result.out << result.err;
  const auto report = boost::json::parse(result.out).as_object();
  EXPECT_TRUE(report.at("passed").as_bool());
  EXPECT_TRUE(report.at("done").as_bool());
  EXPECT_FALSE(report.at("timed_out").as_bool());
  std::vector<std::string> kinds;
  for (const auto& verdict : report.at("verdicts").as_array()) {
    kinds.emplace_back(verdict.at("kind").as_string().c_str());
    EXPECT_GE(verdict.at("took_ms").as_int64(), 0);
  }
  EXPECT_THAT(kinds, testing::ElementsAre("host", "permission", "permission"));
}

TEST_F(ConnectionTest, a_connection_that_is_not_there_and_a_daemon_that_is_not_are_exit_statuses_of_their_own) {
  daemon_.connection("a", calls());
  daemon_.start();
  EXPECT_EQ(ask("nobody").status.code, EX_NOINPUT);
  (void)daemon_.stop();
  EXPECT_EQ(ask("a").status.code, EX_UNAVAILABLE);
}

}  // namespace
}  // namespace iz::test
