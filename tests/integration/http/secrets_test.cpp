// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "fakes/s3/sigv4.hpp"
#include "http_client.hpp"

namespace iz::test {
namespace {

HttpClient::Setup with(std::vector<wire::Secret> secrets) {
  return {.secrets = std::move(secrets)};
}

TEST(Secrets, are_put_in_by_reference) {
  HttpServer server;
  server.handle_others([](const ReceivedRequest& request) { return Reply{.body = request.body}; });
  HttpClient client(with({{"token", "t0ken", false},
                          {"login", "me:pass word", false},
                          {"key", "k&y=1", false},
                          {"quoted", "a\"b\\c\n", false}}));
  const auto url = server.url("/");
  client.send({.url = url, .headers = {{"Authorization", "Bearer mine"}}, .auth = IZ_AUTH_BEARER, .auth_ref = "token"});
  client.send({.url = url, .auth = IZ_AUTH_BASIC, .auth_ref = "login"});
  client.send({.url = url, .auth = IZ_AUTH_HEADER, .auth_ref = "key", .auth_name = "X-Api-Key"});
  client.send(
      {.url = url, .method = "POST", .body = "a=1", .auth = IZ_AUTH_FORM, .auth_ref = "key", .auth_name = "pass"});
  client.send(
      {.url = url,
       .method = "POST",
       .body = R"({"user":"me","password":"${secret:quoted}","n":12345678901234567890.10,"text":"x${secret:token}y"})",
       .auth = IZ_AUTH_JSON});
  const auto seen = server.requests();
  EXPECT_EQ(seen.at(0).header("authorization"), "Bearer t0ken");
  EXPECT_EQ(seen.at(1).header("authorization"), "Basic bWU6cGFzcyB3b3Jk");
  EXPECT_EQ(seen.at(2).header("x-api-key"), "k&y=1");
  EXPECT_EQ(seen.at(3).body, "a=1&pass=k%26y%3D1");
  EXPECT_EQ(seen.at(3).header("content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(seen.at(4).body, R"({"user":"me","password":"a\"b\\c\n","n":12345678901234567890.10,"text":"xt0keny"})");
  EXPECT_EQ(seen.at(4).header("content-type"), "application/json");
}

TEST(Secrets, one_that_is_missing_or_unusable_is_a_configuration_error_that_names_it) {
  HttpServer server;
  HttpClient client(with({{"plain", "nocolon", false}, {"broken", "two\nlines", false}}));
  const auto failed = [&](const Ask& ask) {
    const Answer answer = client.send(ask);
    EXPECT_EQ(answer.code, IZ_ERR_CONFIG);
    EXPECT_NE(answer.message.find('"' + ask.auth_ref + '"'), std::string::npos) << answer.message;
    EXPECT_EQ(answer.message.find("lines"), std::string::npos) << answer.message;
  };
  failed({.url = server.url("/"), .auth = IZ_AUTH_BEARER, .auth_ref = "absent"});
  failed({.url = server.url("/"), .auth = IZ_AUTH_BASIC, .auth_ref = "plain"});
  failed({.url = server.url("/"), .auth = IZ_AUTH_BEARER, .auth_ref = "broken"});
  failed({.url = server.url("/"), .auth = IZ_AUTH_AWS_SIGV4, .auth_ref = "plain", .auth_name = "r:s3"});
  EXPECT_EQ(client.send({.url = server.url("/"), .body = R"({"a":"${secret:absent}"})", .auth = IZ_AUTH_JSON}).code,
            IZ_ERR_CONFIG);
  EXPECT_EQ(server.connections(), 0U);
}

TEST(Secrets, are_not_in_what_the_connector_is_told) {
  HttpServer server;
  server.handle("/", [](const ReceivedRequest& request) {
    return Reply{.status = 403, .body = "no permission for " + request.header("authorization")};
  });
  HttpClient client(with({{"token", "s3cr3t-value", false}}));
  const Answer answer = client.send({.url = server.url("/"), .auth = IZ_AUTH_BEARER, .auth_ref = "token"});
  EXPECT_EQ(answer.code, IZ_ERR_AUTH);
  EXPECT_EQ(answer.message.find("s3cr3t-value"), std::string::npos) << answer.message;
  EXPECT_NE(answer.message.find("\"token\""), std::string::npos) << answer.message;
}

TEST(Tokens, one_in_an_answer_is_kept_by_the_host_and_masked) {
  HttpServer server;
  server.on("/login", {.body = R"({"data":[{"access\/token":"t\u00f6ken-\"1\"","expires":3600}],"again":"no"})"});
  server.on("/", {.body = "x"});
  HttpClient client;
  const Answer login = client.send(
      {.url = server.url("/login"), .method = "POST", .keep_token = "/data/0/access~1token", .keep_token_as = "iam"});
  EXPECT_EQ(login.code, IZ_OK) << login.message;
  EXPECT_EQ(login.body, R"({"data":[{"access\/token":"***","expires":3600}],"again":"no"})");
  EXPECT_EQ(client.send({.url = server.url("/"), .auth = IZ_AUTH_TOKEN, .auth_ref = "iam"}).code, IZ_OK);
  EXPECT_EQ(server.requests("/").at(0).header("authorization"), "Bearer töken-\"1\"");
  EXPECT_EQ(client.secrets().mask("it was töken-\"1\"."), "it was ***.");
}

TEST(Tokens, one_in_a_header_is_kept_and_sent_in_a_header) {
  HttpServer server;
  server.on("/v3/auth/tokens", {.status = 201, .body = "{}", .headers = {{"X-Subject-Token", "gAAAAAB"}}});
  server.on("/", {.body = "x"});
  HttpClient client;
  const Answer login = client.send({.url = server.url("/v3/auth/tokens"),
                                    .method = "POST",
                                    .keep_token = "X-Subject-Token",
                                    .keep_token_as = "keystone"});
  EXPECT_EQ(login.code, IZ_OK) << login.message;
  EXPECT_EQ(login.header("x-subject-token"), "***");
  client.send({.url = server.url("/"), .auth = IZ_AUTH_TOKEN, .auth_ref = "keystone", .auth_name = "X-Auth-Token"});
  EXPECT_EQ(server.requests("/").at(0).header("x-auth-token"), "gAAAAAB");
  EXPECT_FALSE(server.requests("/").at(0).headers.contains("authorization"));
}

TEST(Tokens, an_answer_without_one_is_an_error) {
  HttpServer server;
  server.on("/login", {.body = R"({"access_token":17})"});
  server.on("/html", {.body = "<html>"});
  HttpClient client;
  EXPECT_EQ(client.send({.url = server.url("/login"), .keep_token = "/access_token", .keep_token_as = "t"}).code,
            IZ_ERR_PERMANENT);
  EXPECT_EQ(client.send({.url = server.url("/html"), .keep_token = "/access_token", .keep_token_as = "t"}).code,
            IZ_ERR_PERMANENT);
  EXPECT_EQ(client.send({.url = server.url("/"), .auth = IZ_AUTH_TOKEN, .auth_ref = "t"}).code, IZ_ERR_INTERNAL);
}

TEST(SigV4, a_server_computes_the_same_signature) {
  HttpServer server;
  server.on("/bucket/key", {.body = "x"});
  HttpClient client(with({{"s3", "AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", false}}));
  const Ask ask{.url = server.url("/bucket/key?prefix=b/c%20d&list-type=2&marker&a=%7Ex"),
                .method = "PUT",
                .headers = {{"content-type", "text/plain"}},
                .body = "hello",
                .auth = IZ_AUTH_AWS_SIGV4,
                .auth_ref = "s3",
                .auth_name = "ru-central1:s3"};
  const Answer answer = client.send(ask);
  EXPECT_EQ(answer.code, IZ_OK) << answer.message;
  const auto seen = server.requests().at(0);
  const std::string canonical = "a=~x&list-type=2&marker=&prefix=b%2Fc%20d";
  EXPECT_EQ(seen.query, canonical);
  EXPECT_NE(seen.header("authorization").find("Credential=AKIDEXAMPLE/"), std::string::npos);
  EXPECT_NE(seen.header("authorization").find("/ru-central1/s3/aws4_request"), std::string::npos);
  EXPECT_NE(seen.header("authorization")
                .find("Signature=" + sigv4_signature(seen, canonical, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")),
            std::string::npos)
      << seen.header("authorization");
  EXPECT_TRUE(signed_for_s3(seen, "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "ru-central1"));
}

}  // namespace
}  // namespace iz::test
