// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <set>

#include <date/date.h>
#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "harness/wait_until.hpp"
#include "http_client.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST(Retries, a_transient_status_is_tried_again_until_it_works) {
  HttpServer server;
  server.in_turn("/", {{.status = 500}, {.status = 502}, {.status = 503}, {.status = 504}, {.body = "at last"}});
  HttpClient client;
  const Answer answer = client.get(server.url("/"));
  EXPECT_EQ(answer.code, IZ_OK) << answer.message;
  EXPECT_EQ(answer.body, "at last");
  EXPECT_EQ(answer.attempts, 5U);
}

TEST(Retries, they_end_and_the_last_answer_is_shown) {
  HttpServer server;
  server.on("/", {.status = 503, .body = "overloaded"});
  HttpClient client;
  const Answer answer = client.get(server.url("/"));
  EXPECT_EQ(answer.code, IZ_ERR_TRANSIENT);
  EXPECT_EQ(answer.attempts, 5U);
  EXPECT_EQ(answer.status, 503U);
  EXPECT_EQ(answer.body, "overloaded");
  EXPECT_NE(answer.message.find("after 5 attempts"), std::string::npos) << answer.message;
}

TEST(Retries, what_cannot_get_better_is_not_tried_again) {
  HttpServer server;
  for (const int status : {400, 401, 403, 404, 409, 501}) {
    server.on("/", {.status = status});
    EXPECT_EQ(HttpClient().get(server.url("/")).attempts, 1U) << status;
  }
}

TEST(Retries, a_request_that_may_go_once_goes_once) {
  HttpServer server;
  server.on("/", {.status = 503});
  server.on("/reset", {.reset = true});
  HttpClient client;
  EXPECT_EQ(client.send({.url = server.url("/"), .method = "POST", .flags = IZ_HTTP_NO_RETRY}).attempts, 1U);
  EXPECT_EQ(client.send({.url = server.url("/reset"), .method = "POST", .flags = IZ_HTTP_NO_RETRY}).code,
            IZ_ERR_TRANSIENT);
  EXPECT_EQ(server.requests("/").size(), 1U);
  EXPECT_EQ(server.requests("/reset").size(), 1U);
}

TEST(Retries, a_request_that_may_go_once_is_not_sent_again_on_a_kept_connection_that_died) {
  HttpServer server;
  server.on("/first", {.body = "kept alive"});
  server.on("/once", {.reset = true});
  HttpClient client;
  EXPECT_EQ(client.get(server.url("/first")).code, IZ_OK);
  EXPECT_EQ(client.send({.url = server.url("/once"), .method = "POST", .body = "pay", .flags = IZ_HTTP_NO_RETRY}).code,
            IZ_ERR_TRANSIENT);
  EXPECT_EQ(server.requests("/once").size(), 1U);
}

TEST(Retries, broken_connections_are_tried_again) {
  HttpServer server;
  server.in_turn("/", {{.reset = true},
                       {.body = "0123456789", .cut_after = 4},
                       {.raw = "this is no HTTP\r\n\r\n"},
                       {.raw = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\noops"},
                       {.body = "whole"}});
  HttpClient client;
  const Answer answer = client.get(server.url("/"));
  EXPECT_EQ(answer.code, IZ_OK) << answer.message;
  EXPECT_EQ(answer.body, "whole");
  EXPECT_EQ(answer.attempts, 5U);
}

TEST(Retries, a_body_that_ends_with_the_connection_is_whole) {
  HttpServer server;
  server.on("/", {.body = "until the end", .half_close = true});
  const Answer answer = HttpClient().get(server.url("/"));
  EXPECT_EQ(answer.code, IZ_OK) << answer.message;
  EXPECT_EQ(answer.body, "until the end");
}

TEST(Retries, nobody_there_is_transient_and_named) {
  std::uint16_t port = 0;
  {
    const HttpServer gone;
    port = gone.port();
  }
  const Answer answer = HttpClient().get("http://127.0.0.1:" + std::to_string(port) + "/x");
  EXPECT_EQ(answer.code, IZ_ERR_TRANSIENT);
  EXPECT_EQ(answer.status, 0U);
  EXPECT_EQ(answer.attempts, 5U);
  EXPECT_NE(answer.message.find("127.0.0.1:" + std::to_string(port) + "/x"), std::string::npos) << answer.message;
}

TEST(Retries, the_deadline_covers_them) {
  HttpServer server;
  server.on("/slow", {.silent = true});
  server.on("/busy", {.status = 503});
  server.on("/drip", {.body = std::string(10'000, 'x'), .piece = 1, .pause = 20ms});
  HttpClient::Setup setup;
  setup.retry.base = 10s;
  setup.retry.cap = 10s;
  HttpClient client(std::move(setup));
  for (const char* path : {"/slow", "/busy", "/drip"}) {
    const auto begin = Clock::now();
    const Answer answer = client.send({.url = server.url(path), .deadline = 1s});
    EXPECT_EQ(answer.code, IZ_ERR_TRANSIENT) << path << ' ' << answer.message;
    EXPECT_LT(Clock::now() - begin, 10s) << path << " waited for the next attempt";
  }
  EXPECT_EQ(server.requests("/slow").size(), 1U);
}

TEST(Retries, retry_after_in_seconds_is_waited_for) {
  HttpServer server;
  server.in_turn("/", {{.status = 429, .headers = {{"Retry-After", "1"}}}, {.body = "now"}});
  const auto begin = Clock::now();
  const Answer answer = HttpClient().get(server.url("/"));
  EXPECT_EQ(answer.code, IZ_OK) << answer.message;
  EXPECT_EQ(answer.attempts, 2U);
  EXPECT_GE(Clock::now() - begin, 1s);
}

TEST(Retries, retry_after_as_a_date_is_waited_for) {
  HttpServer server;
  const auto then = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + 2s;
  server.in_turn("/", {{.status = 503, .headers = {{"Retry-After", date::format("%a, %d %b %Y %H:%M:%S GMT", then)}}},
                       {.body = "now"}});
  const Answer answer = HttpClient().get(server.url("/"));
  EXPECT_EQ(answer.code, IZ_OK) << answer.message;
  EXPECT_GE(std::chrono::system_clock::now(), then);
}

TEST(Retries, a_retry_after_beyond_the_deadline_is_handed_on_at_once) {
  HttpServer server;
  server.on("/429", {.status = 429, .headers = {{"Retry-After", "120"}}});
  server.on("/503", {.status = 503, .headers = {{"Retry-After", "120"}}});
  for (const char* path : {"/429", "/503"}) {
    const auto begin = Clock::now();
    const Answer answer = HttpClient().send({.url = server.url(path), .deadline = 20s});
    EXPECT_EQ(answer.code, IZ_ERR_RATE_LIMITED) << path;
    EXPECT_EQ(answer.retry_after_ms, 120'000) << path;
    EXPECT_EQ(answer.attempts, 1U);
    EXPECT_LT(Clock::now() - begin, 20s) << "it does not wait for the deadline";
  }
}

TEST(Retries, a_429_that_stays_is_rate_limited) {
  HttpServer server;
  server.on("/", {.status = 429});
  HttpClient::Setup setup;
  setup.options.rate_limits = {{"*", 1000, 1}};
  const Answer answer = HttpClient(std::move(setup)).get(server.url("/"));
  EXPECT_EQ(answer.code, IZ_ERR_RATE_LIMITED);
  EXPECT_EQ(answer.attempts, 5U);
}

TEST(Budget, requests_go_no_faster_than_configured) {
  HttpServer server;
  server.on("/", {.body = "x"});
  HttpClient::Setup setup;
  setup.options.rate_limits = {{"*", 20, 2}};
  HttpClient client(std::move(setup));
  const auto begin = Clock::now();
  for (int i = 0; i < 8; ++i) client.start({.url = server.url("/")});
  for (int i = 0; i < 8; ++i) EXPECT_EQ(client.next().code, IZ_OK);
  EXPECT_GE(Clock::now() - begin, 300ms - 5ms) << "two at once, six at 20 a second";
}

TEST(Budget, retries_and_redirects_count) {
  HttpServer server;
  server.in_turn("/", {{.status = 503}, {.status = 302, .headers = {{"Location", "/there"}}}});
  server.on("/there", {.body = "x"});
  HttpClient::Setup setup;
  setup.options.rate_limits = {{"*", 10, 1}};
  const auto begin = Clock::now();
  EXPECT_EQ(HttpClient(std::move(setup)).get(server.url("/")).code, IZ_OK);
  EXPECT_GE(Clock::now() - begin, 200ms - 5ms);
}

TEST(Budget, one_host_that_is_throttled_holds_up_no_other) {
  HttpServer throttled;
  HttpServer free;
  throttled.on("/", {.body = "x"});
  free.on("/", {.body = "x"});
  HttpClient::Setup setup;
  setup.options.rate_limits = {{"127.0.0.1:" + std::to_string(throttled.port()), 2, 1}};
  HttpClient client(std::move(setup));
  std::set<std::uint64_t> slow;
  for (int i = 0; i < 3; ++i) slow.insert(client.start({.url = throttled.url("/")}));
  const auto begin = Clock::now();
  for (int i = 0; i < 20; ++i) client.start({.url = free.url("/")});
  int quick = 0;
  while (quick < 20) quick += slow.contains(client.next().handle) ? 0 : 1;
  EXPECT_LT(Clock::now() - begin, 900ms) << "the third of the others comes after a second";
  EXPECT_LT(throttled.requests().size(), 3U);
}

TEST(Budget, the_wait_for_it_is_not_taken_from_the_deadline) {
  HttpServer server;
  server.on("/", {.body = "x"});
  HttpClient::Setup setup;
  setup.options.rate_limits = {{"*", 10, 1}};
  HttpClient client(std::move(setup));
  for (int i = 0; i < 10; ++i) client.start({.url = server.url("/"), .deadline = 500ms});
  for (int i = 0; i < 10; ++i) {
    const Answer answer = client.next();
    EXPECT_EQ(answer.code, IZ_OK) << answer.message;
  }
}

TEST(Budget, a_provider_that_says_much_later_ends_all_requests_to_it_at_once) {
  HttpServer server;
  server.handle_others([](const ReceivedRequest&) {
    return Reply{.status = 429, .headers = {{"Retry-After", "30"}}, .delay = 50ms};
  });
  HttpClient::Setup setup;
  setup.options.patience_ms = 5'000;
  setup.options.rate_limits = {{"*", 10, 1}};
  HttpClient client(std::move(setup));
  const auto begin = Clock::now();
  for (int i = 0; i < 20; ++i) client.start({.url = server.url("/"), .deadline = 60s});
  for (int i = 0; i < 20; ++i) {
    const Answer answer = client.next();
    EXPECT_EQ(answer.code, IZ_ERR_RATE_LIMITED) << answer.message;
    EXPECT_GT(answer.retry_after_ms, 25'000);
  }
  EXPECT_LT(Clock::now() - begin, 5s) << "though the deadline is later";
  EXPECT_LT(server.requests().size(), 10U);
}

TEST(Budget, one_429_with_retry_after_holds_back_the_others) {
  HttpServer server;
  server.in_turn("/limited", {{.status = 429, .headers = {{"Retry-After", "3"}}}, {.body = "x"}});
  server.on("/other", {.body = "x"});
  server.on("/early", {.body = "x"});
  HttpClient client;
  const auto begin = Clock::now();
  const auto limited = client.start({.url = server.url("/limited"), .deadline = 60s});
  // One that cannot make it ends at once. Asked for before the 429 has come, it is answered.
  Answer hasty;
  ASSERT_TRUE(wait_until([&] {
    const auto handle = client.start({.url = server.url("/early"), .deadline = 1s});
    hasty = client.next();
    EXPECT_EQ(hasty.handle, handle);
    client.release(handle);
    return hasty.code == IZ_ERR_RATE_LIMITED;
  }));
  EXPECT_GT(hasty.retry_after_ms, 0);
  const auto other = client.start({.url = server.url("/other"), .deadline = 60s});
  std::set<std::uint64_t> answered;
  for (int i = 0; i < 2; ++i) {
    const Answer answer = client.next();
    EXPECT_EQ(answer.code, IZ_OK) << answer.message;
    answered.insert(answer.handle);
  }
  EXPECT_EQ(answered, (std::set<std::uint64_t>{limited, other}));
  EXPECT_GE(Clock::now() - begin, 3s);
}

}  // namespace
}  // namespace iz::test
