// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "harness/process.hpp"
#include "harness/temp_dir.hpp"
#include "harness/wait_until.hpp"
#include "http_client.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;

HttpClient::Setup trusting(const TestCa& ca) {
  return {.options = HttpClient::trusting(ca.ca_file())};
}

TEST(Tls, a_server_with_a_trusted_certificate_is_talked_to) {
  const TestCa ca;
  HttpServer server(ca);
  server.on("/", {.body = "safe"});
  HttpClient client(trusting(ca));
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const Answer answer = client.get(server.url("/", host));
    EXPECT_EQ(answer.code, IZ_OK) << answer.message;
    EXPECT_EQ(answer.body, "safe");
  }
}

void expect_distrust(const TestCa& server_ca, const std::filesystem::path& trusted) {
  HttpServer server(server_ca);
  server.on("/", {.body = "unsafe"});
  HttpClient client(
      HttpClient::Setup{.options = HttpClient::trusting(trusted), .secrets = {{"api", "s3cr3t-value", false}}});
  const Answer answer = client.send({.url = server.url("/"), .auth = IZ_AUTH_BEARER, .auth_ref = "api"});
  EXPECT_EQ(answer.code, IZ_ERR_TRANSIENT);
  EXPECT_EQ(answer.attempts, 1U) << "trying again would find the same certificate";
  EXPECT_NE(answer.message.find("certificate"), std::string::npos) << answer.message;
  EXPECT_TRUE(server.requests().empty());
}

TEST(Tls, an_unknown_authority_is_not_trusted) {
  const TestCa ca;
  const TestCa other;
  expect_distrust(ca, other.ca_file());
  expect_distrust(ca, {});  // the system's
}

TEST(Tls, an_expired_certificate_is_not_trusted) {
  const TestCa ca({.expired = true});
  expect_distrust(ca, ca.ca_file());
}

TEST(Tls, a_certificate_for_another_name_is_not_trusted) {
  const TestCa ca({.name = "elsewhere.example", .addresses = false});
  expect_distrust(ca, ca.ca_file());
}

TEST(Tls, a_missing_file_of_authorities_is_a_configuration_error) {
  const TestCa ca;
  HttpServer server(ca);
  HttpClient client(HttpClient::Setup{.options = HttpClient::trusting("/nonexistent/ca.pem")});
  const Answer answer = client.get(server.url("/"));
  EXPECT_EQ(answer.code, IZ_ERR_CONFIG);
  EXPECT_NE(answer.message.find("/nonexistent/ca.pem"), std::string::npos) << answer.message;
}

TEST(Tls, a_redirect_from_https_to_http_is_refused) {
  const TestCa ca;
  HttpServer plain;
  HttpServer server(ca);
  server.on("/", {.status = 302, .headers = {{"Location", plain.url("/")}}});
  auto setup = trusting(ca);
  setup.options.allow_plain_loopback = true;
  const Answer answer = HttpClient(std::move(setup)).get(server.url("/"));
  EXPECT_EQ(answer.code, IZ_ERR_PERMANENT);
  EXPECT_EQ(plain.connections(), 0U);
}

// nghttpd (package nghttp2-server) is a real HTTP/2 server that serves files, echoes uploads and adds trailers.
class Http2 : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kNghttpd)) GTEST_SKIP() << "no " << kNghttpd << ": install nghttp2-server";
    folder_.write("file.bin", content());
    {
      const HttpServer reserved;  // a port that is free for the next moment
      port_ = reserved.port();
    }
    server_.emplace(std::vector<std::string>{kNghttpd, "--address=127.0.0.1", "--htdocs=" + folder_.path().string(),
                                             "--echo-upload", "--trailer=grpc-status: 0", std::to_string(port_),
                                             ca_.key_file().string(), ca_.certificate_file().string()});
    HttpClient probe(trusting(ca_));
    ASSERT_TRUE(wait_until([&] { return probe.send({.url = url(), .flags = IZ_HTTP_NO_RETRY}).code == IZ_OK; }));
  }
  static std::string content() {
    std::string text;
    for (int i = 0; i < 300'000; ++i) text += static_cast<char>(i * 13);
    return text;
  }
  [[nodiscard]] std::string url() const { return "https://localhost:" + std::to_string(port_) + "/file.bin"; }

  static constexpr const char* kNghttpd = "/usr/sbin/nghttpd";
  TestCa ca_;
  TempDir folder_;
  std::uint16_t port_ = 0;
  std::optional<Process> server_;
};

TEST_F(Http2, one_that_is_needed_is_spoken_and_brings_trailers) {
  HttpClient client(trusting(ca_));
  const Answer answer = client.send({.url = url(), .flags = IZ_HTTP_HTTP2});
  EXPECT_EQ(answer.code, IZ_OK) << answer.message;
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body, content());
  EXPECT_EQ(answer.headers.back(), (std::pair<std::string, std::string>("grpc-status", "0")));
}

TEST_F(Http2, a_post_of_bytes_comes_back) {
  HttpClient client(trusting(ca_));
  const Answer answer = client.send({.url = url(),
                                     .method = "POST",
                                     .headers = {{"content-type", "application/grpc"}, {"te", "trailers"}},
                                     .body = content(),
                                     .flags = IZ_HTTP_HTTP2});
  EXPECT_EQ(answer.code, IZ_OK) << answer.message;
  EXPECT_TRUE(answer.body == content());
}

// Several times, on a new connection each: libcurl left some of them lying now and then.
TEST_F(Http2, many_share_a_connection_and_one_is_streamed_beside_them) {
  const std::string wanted = content();
  for (int round = 0; round < 5; ++round) {
    HttpClient client(trusting(ca_));
    const auto streamed = client.start({.url = url(), .flags = IZ_HTTP_STREAM | IZ_HTTP_HTTP2, .deadline = 40s});
    for (int i = 0; i < 30; ++i) client.start({.url = url(), .flags = IZ_HTTP_HTTP2, .deadline = 40s});
    std::string body;
    int whole = 0;
    for (Answer answer = client.next(); answer.handle != 0; answer = client.next()) {
      ASSERT_EQ(answer.code, IZ_OK) << answer.message;
      if (answer.handle == streamed) {
        body += answer.body;
      } else {
        whole += answer.body == wanted ? 1 : 0;
      }
    }
    EXPECT_EQ(whole, 30);
    EXPECT_TRUE(body == wanted);
  }
}

TEST(Http2Missing, a_server_that_does_not_speak_it_is_a_permanent_error) {
  const TestCa ca;
  HttpServer server(ca);
  server.on("/", {.body = "x"});
  HttpClient client(trusting(ca));
  const Answer answer = client.send({.url = server.url("/"), .flags = IZ_HTTP_HTTP2});
  EXPECT_EQ(answer.code, IZ_ERR_PERMANENT);
  EXPECT_NE(answer.message.find("HTTP/2"), std::string::npos) << answer.message;
}

}  // namespace
}  // namespace iz::test
