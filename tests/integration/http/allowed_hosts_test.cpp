// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <cstdlib>

#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "http_client.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;

HttpClient::Setup only(std::vector<std::string> hosts) {
  HttpClient::Setup setup;
  setup.options.allowed_hosts = std::move(hosts);
  return setup;
}

TEST(AllowedHosts, another_host_is_refused_before_anything_is_sent) {
  HttpServer server;
  HttpClient client(only({"api.example.com"}));
  const Answer answer = client.get(server.url("/"));
  EXPECT_EQ(answer.code, IZ_ERR_CONFIG);
  EXPECT_EQ(answer.status, 0U);
  EXPECT_EQ(answer.attempts, 0U);
  EXPECT_NE(answer.message.find("\"127.0.0.1\""), std::string::npos) << answer.message;
  EXPECT_EQ(server.connections(), 0U);
}

TEST(AllowedHosts, a_redirect_to_another_host_is_refused) {
  HttpServer server;
  server.on("/", {.status = 302, .headers = {{"Location", server.url("/there", "localhost")}}});
  HttpClient client(only({"127.0.0.1"}));
  const Answer answer = client.get(server.url("/"));
  EXPECT_EQ(answer.code, IZ_ERR_CONFIG);
  EXPECT_EQ(answer.status, 302U);
  EXPECT_NE(answer.message.find("\"localhost\""), std::string::npos) << answer.message;
  EXPECT_TRUE(server.requests("/there").empty());
}

TEST(AllowedHosts, plain_http_needs_the_operator_and_stays_on_this_machine) {
  HttpServer server;
  HttpClient::Setup setup = only({"127.0.0.1", "api.example.com"});
  setup.options.allow_plain_loopback = false;
  EXPECT_EQ(HttpClient(std::move(setup)).get(server.url("/")).code, IZ_ERR_CONFIG);
  EXPECT_EQ(HttpClient(only({"*"})).get("http://api.example.com/").code, IZ_ERR_CONFIG);
  EXPECT_EQ(server.connections(), 0U);
}

TEST(AllowedHosts, the_metadata_address_of_a_cloud_has_to_be_named) {
  const Answer by_pattern = HttpClient(only({"*"})).get("http://169.254.169.254/computeMetadata/v1/");
  EXPECT_EQ(by_pattern.code, IZ_ERR_CONFIG);
  EXPECT_EQ(by_pattern.attempts, 0U);
  EXPECT_EQ(HttpClient(only({"127.0.0.1"})).get("http://169.254.169.254/").code, IZ_ERR_CONFIG);
  // Another address of that network stays out even when it is named.
  EXPECT_EQ(HttpClient(only({"169.254.169.253"})).get("http://169.254.169.253/").code, IZ_ERR_CONFIG);
}

TEST(AllowedHosts, the_environment_names_no_proxy) {
  HttpServer proxy;
  HttpServer server;
  server.on("/", {.body = "direct"});
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  ::setenv("all_proxy", proxy.url("").c_str(), 1);
  EXPECT_EQ(HttpClient().get(server.url("/")).body, "direct");
  ::unsetenv("http_proxy");
  ::unsetenv("all_proxy");
  EXPECT_EQ(proxy.connections(), 0U);
}

TEST(Redirects, are_followed_and_relative_ones_resolved) {
  HttpServer server;
  server.on("/a/b?x=1", {.status = 404});
  server.on("/a/b", {.status = 301, .headers = {{"Location", "../c?y=2"}}});
  server.on("/c",
            {.status = 308, .headers = {{"Location", "//127.0.0.1:" + std::to_string(server.port()) + "/d#part"}}});
  server.on("/d", {.body = "arrived"});
  const Answer answer = HttpClient().get(server.url("/a/b"));
  EXPECT_EQ(answer.code, IZ_OK) << answer.message;
  EXPECT_EQ(answer.body, "arrived");
  EXPECT_EQ(answer.attempts, 1U);
  EXPECT_EQ(server.requests("/c").at(0).query, "y=2");
}

TEST(Redirects, keep_or_drop_method_and_body_as_the_status_says) {
  HttpServer server;
  server.handle("/there",
                [](const ReceivedRequest& request) { return Reply{.body = request.method + ':' + request.body}; });
  HttpClient client;
  const std::vector<std::pair<int, std::string>> expected{
      {301, "GET:"}, {302, "GET:"}, {303, "GET:"}, {307, "POST:data"}, {308, "POST:data"}};
  for (const auto& [status, body] : expected) {
    server.on("/", {.status = status, .headers = {{"Location", "/there"}}});
    EXPECT_EQ(
        client
            .send(
                {.url = server.url("/"), .method = "POST", .headers = {{"content-type", "text/plain"}}, .body = "data"})
            .body,
        body)
        << status;
  }
  EXPECT_FALSE(server.requests("/there").front().headers.contains("content-type"));
}

TEST(Redirects, that_never_end_are_a_permanent_error) {
  HttpServer server;
  server.on("/", {.status = 302, .headers = {{"Location", "/"}}});
  const Answer answer = HttpClient().get(server.url("/"));
  EXPECT_EQ(answer.code, IZ_ERR_PERMANENT);
  EXPECT_EQ(server.requests().size(), 11U);
}

TEST(Redirects, leave_credentials_behind_when_they_go_elsewhere) {
  HttpServer server;
  HttpServer elsewhere;
  elsewhere.on("/there", {.body = "x"});
  server.on("/there", {.body = "x"});
  HttpClient client(HttpClient::Setup{.secrets = {{"api", "s3cr3t-value", true}}});
  const Ask ask{.url = server.url("/"),
                .headers = {{"Cookie", "session=1"}, {"X-Copy", "has s3cr3t-value in it"}, {"X-Plain", "stays"}},
                .auth = IZ_AUTH_BEARER,
                .auth_ref = "api"};
  server.on("/", {.status = 307, .headers = {{"Location", elsewhere.url("/there")}}});
  EXPECT_EQ(client.send(ask).code, IZ_OK);
  const auto seen = elsewhere.requests().at(0);
  EXPECT_FALSE(seen.headers.contains("authorization"));
  EXPECT_FALSE(seen.headers.contains("cookie"));
  EXPECT_FALSE(seen.headers.contains("x-copy"));
  EXPECT_EQ(seen.header("x-plain"), "stays");
  server.on("/", {.status = 307, .headers = {{"Location", "/there"}}});
  EXPECT_EQ(client.send(ask).code, IZ_OK);
  EXPECT_EQ(server.requests("/there").at(0).header("authorization"), "Bearer s3cr3t-value");
}

TEST(Redirects, do_not_carry_a_secret_in_a_body_elsewhere) {
  HttpServer server;
  HttpServer elsewhere;
  server.on("/", {.status = 307, .headers = {{"Location", elsewhere.url("/there")}}});
  HttpClient client(HttpClient::Setup{.secrets = {{"api", "s3cr3t-value", false}}});
  const Answer answer = client.send(
      {.url = server.url("/"), .method = "POST", .auth = IZ_AUTH_FORM, .auth_ref = "api", .auth_name = "token"});
  EXPECT_EQ(answer.code, IZ_ERR_PERMANENT);
  EXPECT_EQ(elsewhere.connections(), 0U);
}

}  // namespace
}  // namespace iz::test
