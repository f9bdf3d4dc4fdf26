// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <atomic>

#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "harness/wait_until.hpp"
#include "http_client.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;

// Reads one handle to its end; the outcome of the last wait_any is in `code`.
Answer drain(HttpClient& client, std::string& body) {
  for (;;) {
    Answer answer = client.next();
    body += answer.body;
    if (answer.complete || answer.code != IZ_OK || answer.handle == 0) return answer;
  }
}

TEST(Streams, bytes_are_there_before_the_end) {
  std::atomic<bool> first_was_read{false};
  HttpServer server;
  server.on("/", {.body = "first second",
                  .headers = {{"X-Kind", "log"}},
                  .trailers = {{"X-Sum", "12"}},
                  .piece = 6,
                  .before_next_piece = [&] { (void)wait_until([&] { return first_was_read.load(); }); }});
  HttpClient client;
  const auto handle = client.start({.url = server.url("/"), .flags = IZ_HTTP_STREAM});
  Answer answer = client.next();
  EXPECT_EQ(answer.handle, handle);
  EXPECT_EQ(answer.code, IZ_OK);
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.header("x-kind"), "log");
  EXPECT_EQ(answer.body, "first ");
  EXPECT_FALSE(answer.complete);
  EXPECT_EQ(client.read(handle).body, "") << "since the read before nothing came";
  first_was_read = true;
  std::string rest;
  answer = drain(client, rest);
  EXPECT_EQ(rest, "second");
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(answer.headers.back().first, "x-sum");
  client.release(handle);
}

TEST(Streams, a_slow_reader_slows_the_server) {
  constexpr std::size_t kSize = 48U << 20U;
  HttpServer server;
  std::string body(kSize, '\0');
  for (std::size_t i = 0; i < kSize; ++i) body[i] = static_cast<char>('a' + (i * 31 + i / 4096) % 26);
  server.on("/", {.body = body});
  HttpClient client;
  client.start({.url = server.url("/"), .flags = IZ_HTTP_STREAM, .deadline = 60s, .body_max = 10});
  ASSERT_TRUE(wait_until([&] { return server.body_bytes_sent() > 0; }));
  std::this_thread::sleep_for(500ms);
  EXPECT_LT(server.body_bytes_sent(), kSize / 2) << "the window and the sockets' buffers are full, no more";
  std::string received;
  const Answer answer = drain(client, received);
  EXPECT_TRUE(answer.complete) << answer.message;
  EXPECT_TRUE(received == body) << received.size();
}

TEST(Streams, one_that_breaks_is_not_started_again) {
  HttpServer server;
  server.on("/", {.body = std::string(1000, 'x'), .cut_after = 500});
  HttpClient client;
  client.start({.url = server.url("/"), .flags = IZ_HTTP_STREAM});
  std::string body;
  const Answer answer = drain(client, body);
  EXPECT_EQ(answer.code, IZ_ERR_TRANSIENT);
  EXPECT_FALSE(answer.complete);
  EXPECT_EQ(body, std::string(500, 'x'));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Streams, an_error_before_the_first_byte_is_tried_again) {
  HttpServer server;
  server.in_turn("/", {{.status = 503, .body = "not yet"}, {.body = "data"}});
  HttpClient client;
  client.start({.url = server.url("/"), .flags = IZ_HTTP_STREAM});
  std::string body;
  const Answer answer = drain(client, body);
  EXPECT_EQ(answer.attempts, 2U);
  EXPECT_EQ(body, "data");
}

TEST(Streams, an_error_s_body_is_readable) {
  HttpServer server;
  server.on("/", {.status = 404, .body = "no such log"});
  HttpClient client;
  const Answer answer = client.send({.url = server.url("/"), .flags = IZ_HTTP_STREAM});
  EXPECT_EQ(answer.code, IZ_ERR_PERMANENT);
  EXPECT_EQ(answer.body, "no such log");
  EXPECT_TRUE(answer.complete);
}

TEST(Streams, the_deadline_ends_one_that_nobody_reads) {
  HttpServer server;
  server.on("/", {.body = std::string(16U << 20U, 'x')});
  HttpClient client;
  const auto deadline = 3s;
  client.start({.url = server.url("/"), .flags = IZ_HTTP_STREAM, .deadline = deadline});
  EXPECT_EQ(client.next().code, IZ_OK);
  std::this_thread::sleep_for(deadline);
  std::string body;
  EXPECT_EQ(drain(client, body).code, IZ_ERR_TRANSIENT);
}

TEST(Streams, other_requests_go_on_beside_a_paused_one) {
  HttpServer server;
  server.on("/big", {.body = std::string(32U << 20U, 'x')});
  server.on("/small", {.body = "y"});
  HttpClient client;
  const auto big = client.start({.url = server.url("/big"), .flags = IZ_HTTP_STREAM});
  EXPECT_EQ(client.next().handle, big);
  std::this_thread::sleep_for(200ms);
  const auto small = client.start({.url = server.url("/small")});
  Answer answer = client.next();
  while (answer.handle == big && !answer.complete) answer = client.next();
  EXPECT_EQ(answer.handle, small);
  EXPECT_TRUE(answer.body == "y");
  client.release(big);
  EXPECT_EQ(client.next().handle, 0U);
}

}  // namespace
}  // namespace iz::test
