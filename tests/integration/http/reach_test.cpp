// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// The host's own part of `infrazen connection test`: what is wrong with the way to a server, in words.
#include "host/check/reach.hpp"

#include <map>

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/http/server.hpp"
#include "harness/wait_until.hpp"
#include "http_client.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names(const std::vector<host::Url>& places) {
  std::vector<std::string> out;
  for (const auto& place : places) out.push_back(place.text);
  return out;
}

class Reach : public ::testing::Test {
 protected:
  // By the subject's host: "" = reached, else why not.
  std::map<std::string, std::string> reach(const std::vector<std::string>& urls, const wire::HttpOptions& options) {
    std::vector<host::Url> places;
    for (const auto& url : urls) places.push_back(host::parse_url(url));
    std::map<std::string, std::string> found;
    host::try_to_reach(
        places, options,
        [&](const host::Reached& reached) {
          EXPECT_EQ(reached.passed, reached.detail.empty());
          found[reached.subject] = reached.detail;
        },
        [] { return false; });
    EXPECT_EQ(found.size(), urls.size());
    return found;
  }
  std::string reach_one(const std::string& url, const wire::HttpOptions& options) {
    return reach({url}, options).begin()->second;
  }
};

TEST_F(Reach, a_server_with_a_good_certificate_is_reached_without_a_request) {
  const TestCa ca;
  HttpServer server(ca);
  EXPECT_EQ(reach_one(server.url("/"), HttpClient::trusting(ca.ca_file())), "");
  EXPECT_TRUE(server.requests().empty());
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(Reach, each_fault_is_told_as_what_it_is) {
  const TestCa good;
  const TestCa expired({.expired = true});
  const TestCa misnamed({.name = "other.example", .addresses = false});
  HttpServer untrusted_server(good);
  HttpServer expired_server(expired);
  HttpServer misnamed_server(misnamed);
  EXPECT_THAT(reach_one(untrusted_server.url("/"), HttpClient::trusting(expired.ca_file())),
              HasSubstr("its certificate is not trusted"));
  EXPECT_THAT(reach_one(expired_server.url("/"), HttpClient::trusting(expired.ca_file())),
              HasSubstr("its certificate has expired"));
  EXPECT_THAT(reach_one(misnamed_server.url("/"), HttpClient::trusting(misnamed.ca_file())),
              HasSubstr("its certificate is for another name"));
  std::uint16_t gone = 0;
  {
    const HttpServer closed;
    gone = closed.port();
  }
  EXPECT_THAT(reach_one("https://127.0.0.1:" + std::to_string(gone) + "/", HttpClient::trusting(good.ca_file())),
              HasSubstr("cannot be connected to"));
  EXPECT_THAT(reach_one("https://nowhere.invalid/", HttpClient::trusting(good.ca_file())),
              HasSubstr("its name does not resolve"));
}

TEST_F(Reach, what_does_not_speak_tls_is_told_so) {
  EXPECT_THAT(host::unreachable_because(CURLE_SSL_CONNECT_ERROR, "wrong version number", false),
              AllOf(HasSubstr("does not speak TLS"), HasSubstr("wrong version number")));
}

TEST_F(Reach, a_proxy_that_refuses_is_named) {
  HttpServer proxy;
  proxy.handle_others([](const ReceivedRequest&) { return Reply{.status = 407}; });
  auto options = HttpClient::loopback();
  options.proxy = "http://127.0.0.1:" + std::to_string(proxy.port());
  EXPECT_THAT(reach_one("https://api.example.com/", options), AllOf(HasSubstr("the proxy refuses"), HasSubstr("407")));
  options.proxy = "http://nowhere.invalid:3128";
  EXPECT_THAT(reach_one("https://api.example.com/", options), HasSubstr("the proxy's name does not resolve"));
}

TEST_F(Reach, all_are_tried_at_once) {
  // Nobody accepts: the handshake never comes.
  HttpServer silent;
  silent.handle_others([](const ReceivedRequest&) { return Reply{.silent = true}; });
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::string> urls;
  for (const char* address : {"127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"})
    urls.push_back("https://" + std::string(address) + ":" + std::to_string(silent.port()) + "/");
  const auto found = reach(urls, HttpClient::loopback());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 9s) << "the same five seconds, not one after the other";
  for (const auto& [subject, detail] : found) EXPECT_NE(detail, "") << subject;
}

TEST(ReachablePlaces, are_the_addresses_in_settings_and_the_other_hosts_but_no_patterns) {
  wire::HttpOptions options;
  options.allowed_hosts = {"api.example.com", "*.example.org", "cloud.example", "localhost", "169.254.169.254"};
  EXPECT_THAT(names(host::reachable_places(
                  options, R"({"url":"https://cloud.example:5000/v3","more":["https://x.example.org/a","text"],
                               "map":{"k":"https://not.allowed/"},"bad":"https://"})")),
              ElementsAre("https://cloud.example:5000/v3", "https://x.example.org/a", "https://api.example.com/"));
  EXPECT_THAT(names(host::reachable_places(options, R"({"url":"http://localhost:8080/"})")),
              ElementsAre("https://api.example.com/", "https://cloud.example/"));
  options.allow_plain_loopback = true;
  EXPECT_THAT(names(host::reachable_places(options, R"({"url":"http://localhost:8080/"})")),
              ElementsAre("http://localhost:8080/", "https://api.example.com/", "https://cloud.example/"));
}

}  // namespace
}  // namespace iz::test
