// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "harness/wait_until.hpp"
#include "http_client.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST(Requests, a_get_brings_status_headers_and_body) {
  HttpServer server;
  server.on("/servers", {.status = 200,
                         .body = "[1,2]",
                         .headers = {{"Content-Type", "application/json"}, {"X-Two", "a"}, {"X-Two", "b"}}});
  HttpClient client;
  int mark = 0;
  const Answer answer = client.send(
      {.url = server.url("/servers?page=1"), .headers = {{"X-Mine", "yes"}, {"X-Empty", ""}}, .user = &mark});
  EXPECT_EQ(answer.code, IZ_OK) << answer.message;
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.attempts, 1U);
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.body, "[1,2]");
  EXPECT_EQ(answer.user, &mark);
  EXPECT_EQ(answer.header("content-type"), "application/json");
  EXPECT_EQ(std::ranges::count(answer.headers, "x-two", [](const auto& field) { return field.first; }), 2);
  const auto seen = server.requests().at(0);
  EXPECT_EQ(seen.target, "/servers?page=1");
  EXPECT_EQ(seen.header("x-mine"), "yes");
  EXPECT_TRUE(seen.headers.contains("x-empty"));
  EXPECT_EQ(seen.header("user-agent").substr(0, 9), "infrazen/");
  EXPECT_GT(client.activity(), 0U);
}

TEST(Requests, bodies_are_bytes_in_both_directions) {
  HttpServer server;
  server.handle("/echo", [](const ReceivedRequest& request) { return Reply{.body = request.body}; });
  HttpClient client;
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes += static_cast<char>(i * 7);
  const Answer answer = client.send({.url = server.url("/echo"), .method = "POST", .body = bytes});
  EXPECT_EQ(answer.code, IZ_OK) << answer.message;
  EXPECT_EQ(answer.body, bytes);
  EXPECT_FALSE(server.requests().at(0).headers.contains("content-type"));
  EXPECT_FALSE(server.requests().at(0).headers.contains("expect"));
}

TEST(Requests, every_method_goes_as_it_was_asked) {
  HttpServer server;
  server.handle_others(
      [](const ReceivedRequest& request) { return Reply{.body = request.method + ' ' + request.body}; });
  HttpClient client;
  for (const std::string method : {"GET", "DELETE", "PUT", "PATCH", "OPTIONS", "PROPFIND"}) {
    EXPECT_EQ(client.send({.url = server.url("/"), .method = method}).body, method + ' ');
  }
  EXPECT_EQ(client.send({.url = server.url("/"), .method = "GET", .body = "{}"}).body, "GET {}");
  const Answer head = client.send({.url = server.url("/"), .method = "HEAD"});
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(head.header("content-length"), "5");
}

TEST(Requests, a_compressed_answer_arrives_unpacked) {
  HttpServer server;
  server.on("/", {.body = std::string(100'000, 'x'), .gzip = true});
  HttpClient client;
  const Answer answer = client.get(server.url("/"));
  EXPECT_EQ(answer.body, std::string(100'000, 'x'));
  EXPECT_NE(server.requests().at(0).header("accept-encoding").find("gzip"), std::string::npos);
}

TEST(Requests, trailers_come_last) {
  HttpServer server;
  server.on(
      "/", {.body = "data", .headers = {{"First", "1"}}, .trailers = {{"Grpc-Status", "0"}, {"Grpc-Message", "fine"}}});
  HttpClient client;
  const Answer answer = client.get(server.url("/"));
  ASSERT_GE(answer.headers.size(), 3U);
  EXPECT_EQ(answer.headers.front().first, "first");
  EXPECT_EQ(answer.headers[answer.headers.size() - 2], (std::pair<std::string, std::string>("grpc-status", "0")));
  EXPECT_EQ(answer.headers.back(), (std::pair<std::string, std::string>("grpc-message", "fine")));
  EXPECT_EQ(answer.body, "data");
}

TEST(Requests, a_body_beyond_the_cap_is_a_permanent_error_that_says_so) {
  HttpServer server;
  server.on("/", {.body = std::string(2000, 'x')});
  server.on("/packed", {.body = std::string(5'000'000, 'x'), .gzip = true});
  HttpClient client;
  EXPECT_EQ(client.send({.url = server.url("/"), .body_max = 2000}).code, IZ_OK);
  const Answer answer = client.send({.url = server.url("/"), .body_max = 1999});
  EXPECT_EQ(answer.code, IZ_ERR_PERMANENT);
  EXPECT_EQ(answer.attempts, 1U);
  EXPECT_FALSE(answer.complete);
  EXPECT_NE(answer.message.find("1999 bytes"), std::string::npos) << answer.message;
  // What counts is what would be in memory.
  EXPECT_EQ(client.send({.url = server.url("/packed"), .body_max = 1'000'000}).code, IZ_ERR_PERMANENT);
}

TEST(Requests, statuses_become_error_classes) {
  HttpServer server;
  HttpClient client;
  const std::vector<std::pair<int, std::int32_t>> expected{{200, IZ_OK},
                                                           {204, IZ_OK},
                                                           {304, IZ_OK},
                                                           {400, IZ_ERR_PERMANENT},
                                                           {401, IZ_ERR_AUTH},
                                                           {403, IZ_ERR_AUTH},
                                                           {404, IZ_ERR_PERMANENT},
                                                           {429, IZ_ERR_RATE_LIMITED},
                                                           {500, IZ_ERR_TRANSIENT},
                                                           {501, IZ_ERR_TRANSIENT},
                                                           {503, IZ_ERR_TRANSIENT}};
  for (const auto& [status, error_class] : expected) {
    server.on("/", {.status = status, .body = status >= 400 ? "why not\nreally" : ""});
    const Answer answer = client.send({.url = server.url("/?secret=1"), .flags = IZ_HTTP_NO_RETRY});
    EXPECT_EQ(answer.code, error_class) << status;
    EXPECT_EQ(answer.status, static_cast<std::uint32_t>(status));
    EXPECT_EQ(answer.complete, true) << status;
    if (status < 400) continue;
    EXPECT_EQ(answer.error_status, static_cast<std::uint32_t>(status));
    EXPECT_EQ(answer.body, "why not\nreally");
    EXPECT_NE(answer.message.find("HTTP " + std::to_string(status)), std::string::npos) << answer.message;
    EXPECT_NE(answer.message.find("why not really"), std::string::npos) << answer.message;
    EXPECT_EQ(answer.message.find("secret=1"), std::string::npos) << "the query is nobody's business";
  }
}

TEST(Requests, many_run_at_once_and_the_rest_waits_its_turn) {
  HttpServer server;
  // Nothing is answered until all are asked for and as many as may are under way.
  std::atomic<bool> all_started{false};
  std::atomic<bool> waited_in_vain{false};
  server.handle_others([&](const ReceivedRequest& request) {
    if (!wait_until([&] { return all_started && server.most_at_once() >= 4; })) waited_in_vain = true;
    return Reply{.body = request.path};
  });
  HttpClient::Setup setup;
  setup.options.parallel = 4;
  HttpClient client(std::move(setup));
  EXPECT_EQ(client.table().parallel, 4U);
  std::map<std::uint64_t, std::string> asked;
  for (int i = 0; i < 12; ++i) {
    const std::string path = "/folder/" + std::to_string(i);
    asked[client.start({.url = server.url(path), .deadline = 120s})] = path;
  }
  all_started = true;
  std::set<std::uint64_t> answered;
  for (int i = 0; i < 12; ++i) {
    const Answer answer = client.next();
    EXPECT_EQ(answer.body, asked.at(answer.handle));
    EXPECT_TRUE(answered.insert(answer.handle).second) << "reported once";
    client.release(answer.handle);
  }
  EXPECT_EQ(server.most_at_once(), 4U);
  EXPECT_LE(server.connections(), 4U) << "connections are kept";
  EXPECT_FALSE(waited_in_vain) << "start returns before there is an answer, and four go at once";
}

TEST(Requests, nothing_under_way_is_said_at_once) {
  HttpServer server;
  HttpClient client;
  Answer answer = client.next();
  EXPECT_EQ(answer.code, IZ_ERR_PERMANENT);
  EXPECT_EQ(answer.handle, 0U);
  const auto handle = client.start({.url = server.url("/")});
  client.next();
  answer = client.next();
  EXPECT_EQ(answer.code, IZ_ERR_PERMANENT) << "reported, though not released";
  EXPECT_EQ(answer.handle, 0U);
  EXPECT_EQ(client.read(handle).status, 404U) << "and still readable";
  client.release(handle);
  EXPECT_EQ(client.read(handle).code, IZ_ERR_INTERNAL);
  client.release(handle);
  client.release(4711);
}

TEST(Requests, releasing_one_under_way_aborts_it) {
  HttpServer server;
  server.on("/never", {.silent = true});
  server.on("/soon", {.body = "here", .delay = 50ms});
  HttpClient client;
  const auto never = client.start({.url = server.url("/never"), .deadline = 60s});
  const auto soon = client.start({.url = server.url("/soon")});
  ASSERT_TRUE(wait_until([&] { return server.requests().size() == 2; }));
  client.release(never);
  EXPECT_EQ(client.next().handle, soon);
  EXPECT_EQ(client.next().handle, 0U);
}

TEST(Requests, threads_share_the_answers) {
  HttpServer server;
  server.handle_others([](const ReceivedRequest& request) { return Reply{.body = request.path}; });
  HttpClient client;
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        client.start({.url = server.url("/" + std::to_string(t * 100 + i))});
        const Answer answer = client.next();
        if (answer.code == IZ_OK && !answer.body.empty()) ++answered;
        client.release(answer.handle);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered, 100);
}

TEST(Requests, cancellation_ends_every_wait) {
  HttpServer server;
  server.on("/never", {.silent = true});
  HttpClient client;
  client.start({.url = server.url("/never"), .deadline = 60s});
  std::thread later([&] {
    (void)wait_until([&] { return server.requests().size() == 1; });
    client.cancel();
  });
  const auto begin = Clock::now();
  Answer answer = client.next();
  later.join();
  EXPECT_EQ(answer.code, IZ_ERR_CANCELLED);
  EXPECT_EQ(answer.handle, 0U);
  EXPECT_LT(Clock::now() - begin, 50s) << "it does not wait for the deadline";
  EXPECT_EQ(client.next().code, IZ_ERR_CANCELLED);
  std::uint64_t handle = 0;
  iz_error error{};
  EXPECT_EQ(client.try_start({.url = server.url("/never")}, handle, error), IZ_ERR_CANCELLED);
}

TEST(Requests, a_faulty_one_is_refused_at_once) {
  HttpClient client;
  const auto refused = [&](const Ask& ask) {
    std::uint64_t handle = 1;
    iz_error error{};
    const auto code = client.try_start(ask, handle, error);
    EXPECT_EQ(handle, 0U);
    EXPECT_NE(std::string(error.message), "");
    return code;
  };
  EXPECT_EQ(refused({.url = "servers"}), IZ_ERR_PERMANENT);
  EXPECT_EQ(refused({.url = "ftp://127.0.0.1/"}), IZ_ERR_PERMANENT);
  EXPECT_EQ(refused({.url = "https://user:password@127.0.0.1/"}), IZ_ERR_PERMANENT);
  EXPECT_EQ(refused({.url = "https://127.0.0.1/a b"}), IZ_ERR_PERMANENT);
  EXPECT_EQ(refused({.url = "https://127.0.0.1/", .method = "GET /x"}), IZ_ERR_INTERNAL);
  EXPECT_EQ(refused({.url = "https://127.0.0.1/", .headers = {{"A", "1\r\nB: 2"}}}), IZ_ERR_INTERNAL);
  EXPECT_EQ(refused({.url = "https://127.0.0.1/", .headers = {{"A b", "1"}}}), IZ_ERR_INTERNAL);
  EXPECT_EQ(refused({.url = "https://127.0.0.1/", .headers = {{"Host", "elsewhere"}}}), IZ_ERR_INTERNAL);
  EXPECT_EQ(refused({.url = "https://127.0.0.1/", .deadline = -1ms}), IZ_ERR_INTERNAL);
}

}  // namespace
}  // namespace iz::test
