// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "harness/temp_dir.hpp"
#include "http_client.hpp"
#include <infrazen/testkit/http_replay.hpp>

namespace iz::test {
namespace {

using namespace std::chrono_literals;

std::string everything_in(const std::filesystem::path& folder) {
  std::string text;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    text.append(std::istreambuf_iterator<char>(in), {});
    text += entry.path().filename().string() + '\n';
  }
  return text;
}

HttpClient::Setup recording(const TempDir& folder, std::vector<wire::Secret> secrets = {}) {
  HttpClient::Setup setup{.secrets = std::move(secrets)};
  setup.options.record_into = folder.path();
  return setup;
}

HttpClient::Setup replaying(const std::filesystem::path& folder, std::vector<wire::Secret> secrets = {}) {
  HttpClient::Setup setup{.secrets = std::move(secrets)};
  setup.options.replay_from = folder;
  return setup;
}

TEST(Recordings, answer_the_same_requests_without_a_network) {
  const TempDir folder;
  const std::string binary("\0\r\n\xff\n\n", 6);
  Ask get{.url = {}};
  Ask one{.url = {}, .method = "POST", .body = "1"};
  Ask two{.url = {}, .method = "POST", .body = "2"};
  Ask missing{.url = {}};
  Ask stream{.url = {}, .flags = IZ_HTTP_STREAM};
  {
    HttpServer server;
    server.in_turn("/list", {{.body = binary, .headers = {{"ETag", "\"1\""}}}, {.body = "later"}});
    server.handle("/post", [](const ReceivedRequest& request) { return Reply{.body = "got " + request.body}; });
    server.on("/stream", {.body = std::string(200'000, 's')});
    get.url = server.url("/list?page=1");
    one.url = two.url = server.url("/post");
    missing.url = server.url("/missing");
    stream.url = server.url("/stream");
    HttpClient client(recording(folder));
    for (const Ask& ask : {get, get, one, two, missing}) client.send(ask);
    client.start(stream);
    while (!client.next().complete) {
    }
  }
  HttpClient client(replaying(folder.path()));
  Answer answer = client.send(two);
  EXPECT_EQ(answer.code, IZ_OK) << answer.message;
  EXPECT_EQ(answer.body, "got 2") << "the body tells requests apart";
  EXPECT_EQ(client.send(one).body, "got 1");
  answer = client.send(get);
  EXPECT_EQ(answer.body, binary);
  EXPECT_EQ(answer.header("etag"), "\"1\"");
  EXPECT_EQ(answer.attempts, 1U);
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(client.send(get).body, "later") << "in turn";
  EXPECT_EQ(client.send(get).body, "later") << "the last again and again";
  answer = client.send(missing);
  EXPECT_EQ(answer.code, IZ_ERR_PERMANENT);
  EXPECT_EQ(answer.status, 404U);
  EXPECT_EQ(client.send(stream).body, std::string(200'000, 's'));
}

TEST(Recordings, a_request_that_is_in_none_is_named) {
  const TempDir folder;
  HttpClient client(replaying(folder.path()));
  const Answer answer = client.send({.url = "https://api.example.com/v1/x?page=2", .method = "POST", .body = "abc"});
  EXPECT_EQ(answer.code, IZ_ERR_PERMANENT);
  EXPECT_NE(answer.message.find("POST https://api.example.com/v1/x?page=2"), std::string::npos) << answer.message;
  EXPECT_NE(answer.message.find(folder.path().string()), std::string::npos) << answer.message;
}

TEST(Recordings, hold_no_secret_and_no_token) {
  const TempDir folder;
  const std::vector<wire::Secret> secrets{{"api", "s3cr3t-value", false}, {"login", "me:passw0rd", false}};
  Ask login{.url = {},
            .method = "POST",
            .headers = {{"X-Mine", "a s3cr3t-value"}, {"Cookie", "session-id"}},
            .body = R"({"p":"${secret:api}"})",
            .auth = IZ_AUTH_JSON,
            .keep_token = "/token",
            .keep_token_as = "t"};
  Ask with_token{.url = {}, .auth = IZ_AUTH_TOKEN, .auth_ref = "t"};
  Ask basic{.url = {}, .auth = IZ_AUTH_BASIC, .auth_ref = "login"};
  {
    HttpServer server;
    server.on("/login", {.body = R"({"token":"minted-token"})", .headers = {{"Set-Cookie", "cookie-value"}}});
    server.handle("/echo", [](const ReceivedRequest& request) {
      return Reply{.body = "you sent " + request.header("authorization")};
    });
    login.url = server.url("/login?key=s3cr3t-value");
    with_token.url = basic.url = server.url("/echo");
    HttpClient client(recording(folder, secrets));
    for (const Ask& ask : {login, with_token, basic}) EXPECT_EQ(client.send(ask).code, IZ_OK);
  }
  const std::string text = everything_in(folder.path());
  for (const char* hidden : {"s3cr3t-value", "minted-token", "cookie-value", "session-id", "passw0rd"}) {
    EXPECT_EQ(text.find(hidden), std::string::npos) << hidden << " in\n" << text;
  }
  EXPECT_NE(text.find("you sent Bearer ***"), std::string::npos) << text;
  // Another secret replays them all the same.
  Ask changed = login;
  changed.url.replace(changed.url.find("s3cr3t-value"), 12, "other-value");
  HttpClient client(replaying(folder.path(), {{"api", "other-value", false}, {"login", "you:password2", false}}));
  EXPECT_EQ(client.send(changed).code, IZ_OK);
  EXPECT_EQ(client.send(with_token).code, IZ_OK);
}

TEST(Recordings, what_the_host_writes_the_test_kit_reads) {
  const TempDir folder;
  std::string url;
  {
    HttpServer server;
    server.on("/v1/servers", {.body = "[]", .headers = {{"Content-Type", "application/json"}}});
    url = server.url("/v1/servers");
    HttpClient(recording(folder)).get(url);
  }
  infrazen::testkit::HttpReplay replay;
  replay.load(folder.path());
  const iz_http_1* table = replay.table();
  iz_http_request request{};
  request.struct_size = sizeof request;
  request.method = {"GET", 3};
  request.url = {url.data(), url.size()};
  std::uint64_t handle = 0;
  iz_error error{};
  error.struct_size = sizeof error;
  ASSERT_EQ(table->start(table->context, &request, &handle, &error), IZ_OK);
  EXPECT_EQ(table->wait_any(table->context, &handle, &error), IZ_OK) << static_cast<const char*>(error.message);
}

TEST(Recordings, a_folder_that_is_not_there_is_a_configuration_error) {
  HttpClient client(replaying("/nonexistent/recordings"));
  std::uint64_t handle = 0;
  iz_error error{};
  EXPECT_EQ(client.try_start({.url = "https://api.example.com/"}, handle, error), IZ_ERR_CONFIG);
  EXPECT_NE(std::string(error.message).find("/nonexistent/recordings"), std::string::npos);
}

}  // namespace
}  // namespace iz::test
