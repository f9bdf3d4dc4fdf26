// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/session.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include <gmock/gmock.h>

#include "support/url.hpp"
#include "unit/plugin_support/listings.hpp"
#include <infrazen/testkit/small_services.hpp>

namespace iz::support {
namespace {

using infrazen::ErrorClass;
using namespace iz::support::test;
using testing::HasSubstr;
using testing::IsEmpty;

// A provider whose tokens are numbers: those below `valid` are refused.
struct TokenProvider {
  int issued = 0;
  int valid = 1;
  bool refuses_login = false;
  infrazen::testkit::SmallServices services;
  infrazen::Clock clock{*static_cast<const iz_clock_1*>(services.table(IZ_SERVICE_CLOCK_1))};

  Session session() {
    return {clock, infrazen::Auth::token("kept"), [this] {
              if (refuses_login) {
                ++issued;
                throw infrazen::Error(ErrorClass::auth, "the key was refused");
              }
              ++issued;
              return clock.now() + std::chrono::hours(1);
            }};
  }
  std::function<Answered(const Asked&)> handler() {
    return [this](const Asked& asked) -> Answered {
      EXPECT_EQ(asked.auth_ref, "kept");
      return issued < valid ? Answered{401, "{}"} : Answered{200, page_of({asked.url.substr(asked.url.find('=') + 1)})};
    };
  }
};

std::map<std::size_t, Read> read_many(LiveHttp& provider, Session& session, std::size_t count) {
  PagedListings listings(provider.http());
  for (std::size_t i = 0; i < count; ++i) {
    auto listing = disks(Paging::none(), std::string(kUrl) + "?f=" + std::to_string(i));
    listing.session = &session;
    listing.tag = i;
    listings.add(std::move(listing));
  }
  return read_all(listings);
}

TEST(Session, a_token_that_is_refused_is_renewed_once_for_all_that_were_sent_with_it) {
  TokenProvider tokens{.valid = 2};
  Session session = tokens.session();
  LiveHttp provider(tokens.handler());
  const auto all = read_many(provider, session, 20);
  for (const auto& [tag, read] : all) EXPECT_TRUE(read.whole) << tag;
  EXPECT_EQ(tokens.issued, 2);
}

TEST(Session, a_new_token_that_is_refused_too_is_not_replaced_for_each_request) {
  TokenProvider tokens{.valid = 1000};
  Session session = tokens.session();
  LiveHttp provider(tokens.handler());
  const auto all = read_many(provider, session, 20);
  for (const auto& [tag, read] : all) EXPECT_EQ(read.error->error_class(), ErrorClass::auth) << tag;
  EXPECT_EQ(tokens.issued, 2);
}

TEST(Session, a_login_that_fails_is_tried_once_and_fails_every_listing) {
  TokenProvider tokens{.refuses_login = true};
  Session session = tokens.session();
  LiveHttp provider(tokens.handler());
  const auto all = read_many(provider, session, 20);
  EXPECT_EQ(all.size(), 20u);
  for (const auto& [tag, read] : all) EXPECT_THAT(read.error->what(), HasSubstr("the key was refused"));
  EXPECT_EQ(tokens.issued, 1);
  EXPECT_THAT(provider.asked(), IsEmpty());
}

TEST(Session, a_token_is_renewed_by_age_and_a_single_request_after_401) {
  TokenProvider tokens;
  Session session = tokens.session();
  LiveHttp provider(tokens.handler());
  (void)session.send(provider.http(), {.url = "https://api.test/x"});
  (void)session.send(provider.http(), {.url = "https://api.test/x"});
  EXPECT_EQ(tokens.issued, 1);
  tokens.services.now += std::chrono::hours(1);
  (void)session.send(provider.http(), {.url = "https://api.test/x"});
  EXPECT_EQ(tokens.issued, 2);
  tokens.valid = 3;
  (void)session.send(provider.http(), {.url = "https://api.test/x"});
  EXPECT_EQ(tokens.issued, 3);
  tokens.valid = 100;
  EXPECT_THROW((void)session.send(provider.http(), {.url = "https://api.test/x"}), infrazen::Error);
  EXPECT_EQ(tokens.issued, 3);
  tokens.services.now += std::chrono::minutes(6);
  tokens.valid = 4;
  EXPECT_NO_THROW((void)session.send(provider.http(), {.url = "https://api.test/x"}));
}

TEST(Url, a_parameter_is_set_or_replaced) {
  EXPECT_EQ(with_parameter("https://a/b", "t", "x y/z"), "https://a/b?t=x%20y%2Fz");
  EXPECT_EQ(with_parameter("https://a/b?t=1&u=2", "t", "3"), "https://a/b?u=2&t=3");
  EXPECT_EQ(with_parameter("https://a/b?tt=1&u", "t", "3"), "https://a/b?tt=1&u&t=3");
  EXPECT_EQ(percent_encoded("а/b~", "/"), "%D0%B0/b~");
}

}  // namespace
}  // namespace iz::support
