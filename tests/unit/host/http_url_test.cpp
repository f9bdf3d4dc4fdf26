// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gtest/gtest.h>

#include "host/request/url.hpp"

namespace iz::host {
namespace {

TEST(HttpUrl, is_rebuilt_from_what_was_understood) {
  EXPECT_EQ(parse_url("HTTPS://API.Example.com").text, "https://api.example.com/");
  EXPECT_EQ(parse_url("https://api.example.com:8443/a/../b?x=1&y#part").text,
            "https://api.example.com:8443/a/../b?x=1&y");
  EXPECT_EQ(parse_url("https://api.example.com./").host, "api.example.com");
  EXPECT_EQ(parse_url("https://[::1]:99/x").text, "https://[::1]:99/x");
  EXPECT_EQ(parse_url("https://[::1]/").host, "::1");
  EXPECT_EQ(parse_url("https://a.b/").port, 443);
  EXPECT_EQ(parse_url("http://a.b/").port, 80);
  EXPECT_EQ(parse_url("https://a.b?x").text, "https://a.b/?x");
  EXPECT_EQ(parse_url("https://a.b/p?secret=1").without_query(), "https://a.b/p");
}

TEST(HttpUrl, nothing_that_two_parsers_could_read_differently_gets_through) {
  for (const char* text : {"",
                           "api.example.com",
                           "/v1",
                           "//api.example.com/",
                           "https:/api.example.com/",
                           "https://",
                           "https:///x",
                           "ftp://a.b/",
                           "file:///etc/passwd",
                           "https://user@a.b/",
                           "https://user:pw@a.b/",
                           "https://a.b\\@c.d/",
                           "https://a.b/x y",
                           "https://a%2eb/",
                           "https://a.b:99999/",
                           "https://a.b:0/",
                           "https://a.b:x/",
                           "https://a.b/\n",
                           "https://127.1/",
                           "https://2130706433/",
                           "https://0x7f000001/",
                           "https://0177.0.0.1/",
                           "https://./",
                           "https://[::1",
                           "javascript:x"}) {
    EXPECT_THROW((void)parse_url(text), InvalidUrl) << text;
  }
}

TEST(HttpUrl, locations_are_resolved_against_where_they_came_from) {
  const Url base = parse_url("https://a.b/one/two?q=1");
  EXPECT_EQ(resolve_url(base, "three").text, "https://a.b/one/three");
  EXPECT_EQ(resolve_url(base, "/three?z").text, "https://a.b/three?z");
  EXPECT_EQ(resolve_url(base, "../../x").text, "https://a.b/x");
  EXPECT_EQ(resolve_url(base, ".").text, "https://a.b/one/");
  EXPECT_EQ(resolve_url(base, "./a//b/./c/..").text, "https://a.b/one/a//b/");
  EXPECT_EQ(resolve_url(base, "//c.d/x#y").text, "https://c.d/x");
  EXPECT_EQ(resolve_url(base, "https://c.d").text, "https://c.d/");
  EXPECT_EQ(resolve_url(base, "?only").text, "https://a.b/one/two?only");
  EXPECT_THROW((void)resolve_url(base, "ftp://c.d/"), InvalidUrl);
  EXPECT_THROW((void)resolve_url(base, "https://me:pw@c.d/"), InvalidUrl);
  EXPECT_THROW((void)resolve_url(base, "https://c.d/a b"), InvalidUrl);
}

TEST(HttpUrl, same_origin_means_scheme_host_and_port) {
  const Url base = parse_url("https://a.b/x");
  EXPECT_TRUE(base.same_origin(parse_url("https://A.b:443/y")));
  EXPECT_FALSE(base.same_origin(parse_url("http://a.b/x")));
  EXPECT_FALSE(base.same_origin(parse_url("https://a.b:444/x")));
  EXPECT_FALSE(base.same_origin(parse_url("https://c.a.b/x")));
}

TEST(HttpUrl, a_query_is_sorted_and_encoded_as_aws_signs_it) {
  EXPECT_EQ(with_canonical_query(parse_url("https://a.b/x")).text, "https://a.b/x");
  EXPECT_EQ(with_canonical_query(parse_url("https://a.b/x?b=2&a=1&a=0&c&d=")).text, "https://a.b/x?a=0&a=1&b=2&c=&d=");
  EXPECT_EQ(with_canonical_query(parse_url("https://a.b/x?k=a/b:c%7e%2B%20d%c3%a9")).text,
            "https://a.b/x?k=a%2Fb%3Ac~%2B%20d%C3%A9");
}

TEST(AllowedHosts, patterns_match_whole_labels) {
  EXPECT_TRUE(host_matches("api.example.com", "api.example.com"));
  EXPECT_TRUE(host_matches("API.example.com", "api.example.com"));
  EXPECT_FALSE(host_matches("api.example.com", "xapi.example.com"));
  EXPECT_FALSE(host_matches("example.com", "api.example.com"));
  EXPECT_TRUE(host_matches("*.example.com", "api.example.com"));
  EXPECT_TRUE(host_matches("*.example.com", "a.b.example.com"));
  EXPECT_FALSE(host_matches("*.example.com", "example.com"));
  EXPECT_FALSE(host_matches("*.example.com", "badexample.com"));
  EXPECT_FALSE(host_matches("*.example.com", "api.example.com.evil.org"));
  EXPECT_TRUE(host_matches("*", "anything.at.all"));
  EXPECT_TRUE(host_matches("[::1]", "::1"));
  EXPECT_FALSE(host_matches("", "a.b"));
  EXPECT_FALSE(host_allowed({}, "a.b"));
}

TEST(AllowedHosts, loopback_is_the_block_and_its_name) {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"}) EXPECT_TRUE(is_loopback(host)) << host;
  for (const char* host :
       {"128.0.0.1", "10.0.0.1", "localhost.example.com", "127.0.0.1.example.com", "::2", "0.0.0.0"}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

}  // namespace
}  // namespace iz::host
