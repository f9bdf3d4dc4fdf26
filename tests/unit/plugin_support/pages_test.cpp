// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/pages.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "support/url.hpp"
#include "unit/plugin_support/live_http.hpp"
#include <infrazen/testkit/small_services.hpp>

namespace iz::support {
namespace {

using infrazen::ErrorClass;
using test::Answered;
using test::Asked;
using test::LiveHttp;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kUrl = "https://api.test/disks";

// What came of one listing.
struct Read {
  std::vector<std::string> ids;
  std::optional<infrazen::Error> error;
  bool whole = false;
  std::size_t ends = 0;
};

std::map<std::size_t, Read> read_all(PagedListings& listings) {
  std::map<std::size_t, Read> out;
  while (const auto page = listings.next()) {
    Read& read = out[page->tag()];
    EXPECT_EQ(read.ends, 0u) << "a page behind the end";
    for (const JsonValue row : page->rows()) read.ids.emplace_back(row["id"].text());
    if (page->last()) ++read.ends;
    read.error = page->error();
    read.whole = page->whole();
  }
  for (const auto& [tag, read] : out) EXPECT_EQ(read.ends, 1u) << tag;
  return out;
}

Read read_one(LiveHttp& provider, Listing listing) {
  PagedListings listings(provider.http());
  listings.add(std::move(listing));
  const auto all = read_all(listings);
  EXPECT_EQ(all.size(), 1u);
  return all.begin()->second;
}

Listing disks(Paging paging, std::string url = std::string(kUrl)) {
  return {
      .name = "disks of folder f1", .request = {.url = std::move(url)}, .rows = "disks", .paging = std::move(paging)};
}

std::string parameter(std::string_view url, std::string_view name) {
  const auto at = url.find(std::string(name) + "=");
  return at == std::string_view::npos
             ? std::string()
             : std::string(url.substr(at + name.size() + 1, url.find('&', at) - at - name.size() - 1));
}

std::string page_of(const std::vector<std::string>& ids, std::string_view rest = {}) {
  std::string body = R"({"disks":[)";
  for (const auto& id : ids) body += (body.back() == '[' ? R"({"id":")" : R"(,{"id":")") + id + "\"}";
  return body + "]" + std::string(rest) + "}";
}

// Answers from a script by URL; what the script lacks is a 404.
std::function<Answered(const Asked&)> scripted(std::map<std::string, std::vector<Answered>> script) {
  auto shared = std::make_shared<std::map<std::string, std::vector<Answered>>>(std::move(script));
  return [shared](const Asked& asked) -> Answered {
    const auto found = shared->find(asked.url);
    if (found == shared->end()) return {404, "{}"};
    const Answered answer = found->second.front();
    if (found->second.size() > 1) found->second.erase(found->second.begin());
    return answer;
  };
}

TEST(Pages, tokens_lead_to_the_end_also_over_a_page_without_rows) {
  LiveHttp provider(scripted(
      {{"https://api.test/disks?pageSize=2", {{200, page_of({"a", "b"}, R"(,"nextPageToken":"t/1")")}}},
       {"https://api.test/disks?pageSize=2&pageToken=t%2F1", {{200, R"({"nextPageToken":"t2"})"}}},
       {"https://api.test/disks?pageSize=2&pageToken=t2", {{200, page_of({"c"}, R"(,"nextPageToken":"")")}}}}));
  auto listing = disks(Paging::token(), "https://api.test/disks?pageSize=2");
  listing.empty_without_rows = true;
  const Read read = read_one(provider, std::move(listing));
  EXPECT_THAT(read.ids, ElementsAre("a", "b", "c"));
  EXPECT_TRUE(read.whole);
}

TEST(Pages, many_parents_are_read_at_once_within_the_hosts_bound) {
  LiveHttp provider(
      [](const Asked& asked) -> Answered {
        const auto folder = parameter(asked.url, "folder");
        if (folder == "7") return {403, R"({"message":"no"})"};
        const auto token = parameter(asked.url, "pageToken");
        if (token.empty()) return {200, page_of({folder + "-1", folder + "-2"}, R"(,"nextPageToken":"x")")};
        return {200, page_of({folder + "-3"})};
      },
      7);
  PagedListings listings(provider.http());
  for (std::size_t i = 0; i < 50; ++i) {
    auto listing = disks(Paging::token(), std::string(kUrl) + "?folder=" + std::to_string(i));
    listing.name = "disks of folder " + std::to_string(i);
    listing.tag = i;
    listings.add(std::move(listing));
  }
  EXPECT_FALSE(listings.room());
  const auto all = read_all(listings);
  ASSERT_EQ(all.size(), 50u);
  for (const auto& [i, read] : all) {
    const auto folder = std::to_string(i);
    if (i == 7) {
      EXPECT_FALSE(read.whole);
      EXPECT_EQ(read.error->error_class(), ErrorClass::auth);
      EXPECT_EQ(read.error->http_status(), 403u);
      EXPECT_THAT(read.error->what(), HasSubstr("disks of folder 7"));
      continue;
    }
    EXPECT_THAT(read.ids, ElementsAre(folder + "-1", folder + "-2", folder + "-3"));
    EXPECT_TRUE(read.whole);
  }
  EXPECT_LE(provider.most_under_way(), 4u);
  EXPECT_EQ(provider.open(), 0u);
  EXPECT_TRUE(listings.room());
}

TEST(Pages, a_token_that_leads_in_a_circle_is_an_error_and_not_an_end) {
  LiveHttp provider([](const Asked& asked) -> Answered {
    const auto token = parameter(asked.url, "pageToken");
    return {200, page_of({"a" + token}, R"(,"nextPageToken":")" + std::string(token == "1" ? "2" : "1") + "\"")};
  });
  const Read read = read_one(provider, disks(Paging::token()));
  EXPECT_THAT(read.ids, ElementsAre("a", "a1", "a2"));
  EXPECT_FALSE(read.whole);
  EXPECT_EQ(read.error->error_class(), ErrorClass::transient);
  EXPECT_THAT(read.error->what(), AllOf(HasSubstr("disks of folder f1"), HasSubstr("after page 3")));
}

TEST(Pages, a_lost_place_begins_the_listing_once_more_and_rows_are_given_once) {
  LiveHttp provider(scripted({{std::string(kUrl),
                               {{200, page_of({"a", "b"}, R"(,"nextPageToken":"old")")},
                                {200, page_of({"b", "x"}, R"(,"nextPageToken":"new")")}}},
                              {std::string(kUrl) + "?pageToken=old", {{400, R"({"code":3})"}}},
                              {std::string(kUrl) + "?pageToken=new", {{200, page_of({"c"})}}}}));
  const Read read = read_one(provider, disks(Paging::token()));
  EXPECT_THAT(read.ids, ElementsAre("a", "b", "x", "c"));
  EXPECT_TRUE(read.whole);
}

TEST(Pages, a_place_that_is_lost_again_and_a_first_page_that_is_refused_are_errors) {
  LiveHttp lost(scripted({{std::string(kUrl), {{200, page_of({"a"}, R"(,"nextPageToken":"old")")}}},
                          {std::string(kUrl) + "?pageToken=old", {{400, "{}"}}}}));
  const Read twice = read_one(lost, disks(Paging::token()));
  EXPECT_EQ(twice.error->http_status(), 400u);
  EXPECT_EQ(lost.asked().size(), 4u);

  LiveHttp missing(scripted({}));
  const Read first = read_one(missing, disks(Paging::token()));
  EXPECT_EQ(first.error->http_status(), 404u);
  EXPECT_EQ(missing.asked().size(), 1u);
}

TEST(Pages, links_are_followed_by_their_query_alone) {
  LiveHttp provider(scripted(
      {{"https://api.test/compute/v2.1/disks?limit=1",
        {{200,
          page_of(
              {"a"},
              R"(,"disks_links":[{"rel":"previous","href":"x"},{"rel":"next","href":"http://10.0.0.1:8774/v2.1/disks?limit=1&marker=a#x"}])")}}},
       {"https://api.test/compute/v2.1/disks?limit=1&marker=a",
        {{200, page_of({"b"}, R"(,"disks_links":[{"rel":"next","href":"/disks?limit=1&marker=b"}])")}}},
       {"https://api.test/compute/v2.1/disks?limit=1&marker=b",
        {{200, page_of({"c"}, R"(,"disks_links":[{"rel":"previous","href":"x"}])")}}}}));
  const Read read =
      read_one(provider, disks(Paging::link("disks_links"), "https://api.test/compute/v2.1/disks?limit=1"));
  EXPECT_THAT(read.ids, ElementsAre("a", "b", "c"));
  EXPECT_TRUE(read.whole);

  LiveHttp glance(scripted({{"https://api.test/v2/images", {{200, page_of({"a"}, R"(,"next":"/v2/images?marker=a")")}}},
                            {"https://api.test/v2/images?marker=a", {{200, page_of({"b"})}}}}));
  EXPECT_THAT(read_one(glance, disks(Paging::link("next"), "https://api.test/v2/images")).ids, ElementsAre("a", "b"));
}

TEST(Pages, a_marker_is_the_last_rows_id_until_a_page_has_no_rows) {
  LiveHttp provider(scripted({{"https://api.test/disks", {{200, R"([{"name":"a"},{"name":"b c"}])"}}},
                              {"https://api.test/disks?marker=b%20c", {{200, R"([{"name":"d"}])"}}},
                              {"https://api.test/disks?marker=d", {{200, "[]"}}}}));
  Listing listing{.name = "containers",
                  .request = {.url = std::string(kUrl)},
                  .rows = "",
                  .paging = Paging::marker(),
                  .id = "name"};
  PagedListings listings(provider.http());
  listings.add(std::move(listing));
  std::vector<std::string> names;
  bool whole = false;
  while (const auto page = listings.next()) {
    for (const JsonValue row : page->rows()) names.emplace_back(row["name"].text());
    whole = page->whole();
  }
  EXPECT_THAT(names, ElementsAre("a", "b c", "d"));
  EXPECT_TRUE(whole);
}

// A list that is cut by offset, and changes while it is read.
class ShiftingList {
 public:
  std::vector<std::string> ids;
  std::size_t clamp = 1000;  // most rows of a page
  bool has_total = false;
  bool ignores_offset = false;
  std::function<void(std::size_t request)> change;
  std::size_t requests = 0;

  std::function<Answered(const Asked&)> handler() {
    return [this](const Asked& asked) -> Answered {
      if (change) change(requests);
      ++requests;
      const auto offset =
          ignores_offset ? 0 : std::min<std::size_t>(std::stoul(parameter(asked.url, "offset")), ids.size());
      const auto limit =
          ignores_offset ? ids.size() : std::min<std::size_t>(clamp, std::stoul(parameter(asked.url, "limit")));
      const auto end = std::min(offset + limit, ids.size());
      return {200, page_of({ids.begin() + static_cast<std::ptrdiff_t>(offset),
                            ids.begin() + static_cast<std::ptrdiff_t>(end)},
                           has_total ? ",\"total\":" + std::to_string(ids.size()) : "")};
    };
  }
};

std::vector<std::string> numbered(std::size_t count) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < count; ++i) ids.push_back("d" + std::to_string(i));
  return ids;
}

TEST(Pages, an_offset_listing_of_any_length_is_whole_whatever_the_server_makes_of_the_limit) {
  for (const bool has_total : {false, true}) {
    for (const std::size_t clamp : {3u, 5u, 1000u}) {
      for (std::size_t count = 0; count < 23; ++count) {
        ShiftingList list{.ids = numbered(count), .clamp = clamp, .has_total = has_total};
        LiveHttp provider(list.handler());
        const Read read = read_one(provider, disks(Paging::offset(5, has_total ? "total" : "")));
        EXPECT_EQ(read.ids, list.ids) << count << " " << clamp;
        EXPECT_TRUE(read.whole) << count << " " << clamp;
      }
    }
  }
}

TEST(Pages, a_server_that_ignores_the_offset_has_given_all) {
  for (const std::size_t count : {0u, 1u, 2u, 4u, 9u}) {
    ShiftingList list{.ids = numbered(count), .ignores_offset = true};
    LiveHttp provider(list.handler());
    const Read read = read_one(provider, disks(Paging::offset(5)));
    EXPECT_EQ(read.ids, list.ids);
    EXPECT_TRUE(read.whole);
    EXPECT_LE(list.requests, 2u);
  }
  ShiftingList list{.ids = numbered(5), .ignores_offset = true};
  LiveHttp provider(list.handler());
  EXPECT_THAT(read_one(provider, disks(Paging::offset(5))).error->what(), HasSubstr("whatever the offset"))
      << "as many as were asked for: there may be more";
}

TEST(Pages, rows_that_moved_up_are_not_missed) {
  for (const std::size_t victim : {0u, 4u, 5u}) {
    ShiftingList list{.ids = numbered(14)};
    list.change = [&](std::size_t request) {
      if (request == 1) list.ids.erase(list.ids.begin() + static_cast<std::ptrdiff_t>(victim));
    };
    LiveHttp provider(list.handler());
    const Read read = read_one(provider, disks(Paging::offset(5)));
    EXPECT_TRUE(read.whole);
    for (const auto& id : list.ids) EXPECT_THAT(read.ids, testing::Contains(id).Times(1)) << victim;
  }
}

TEST(Pages, an_offset_listing_that_changes_at_random_is_whole_or_fails_and_never_misses_a_row_that_stayed) {
  std::size_t whole = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    std::mt19937_64 random(seed);
    ShiftingList list{.ids = numbered(random() % 40), .clamp = 3 + random() % 6, .has_total = seed % 3 == 0};
    std::set<std::string> stayed(list.ids.begin(), list.ids.end());
    int added = 0;
    list.change = [&](std::size_t request) {
      if (request == 0 || random() % 4 != 0) return;
      if (random() % 2 == 0 || list.ids.empty()) {
        list.ids.insert(list.ids.begin() + static_cast<std::ptrdiff_t>(random() % (list.ids.size() + 1)),
                        "n" + std::to_string(added++));
      } else {
        const auto at = list.ids.begin() + static_cast<std::ptrdiff_t>(random() % list.ids.size());
        stayed.erase(*at);
        list.ids.erase(at);
      }
    };
    LiveHttp provider(list.handler());
    const Read read = read_one(provider, disks(Paging::offset(5, seed % 3 == 0 ? "total" : "")));
    EXPECT_EQ(std::set<std::string>(read.ids.begin(), read.ids.end()).size(), read.ids.size()) << seed;
    if (!read.whole) {
      EXPECT_EQ(read.error->error_class(), ErrorClass::transient);
      continue;
    }
    ++whole;
    for (const auto& id : stayed) EXPECT_THAT(read.ids, testing::Contains(id)) << seed;
  }
  EXPECT_GT(whole, 300u);
}

TEST(Pages, rows_without_an_id_are_all_given) {
  LiveHttp provider([](const Asked& asked) -> Answered {
    return {200, parameter(asked.url, "offset") == "0" ? R"({"disks":[{"id":"a"},{"id":"a"}]})" : R"({"disks":[]})"};
  });
  auto listing = disks(Paging::offset(2));
  listing.id = "";
  const Read read = read_one(provider, std::move(listing));
  EXPECT_THAT(read.ids, ElementsAre("a", "a"));
  EXPECT_TRUE(read.whole);
}

TEST(Pages, an_answer_without_its_list_is_no_empty_listing) {
  for (const char* body : {R"({"status":"maintenance"})", R"({"disks":{"a":1}})", R"({"disks":"none"})", "[]", "7"}) {
    LiveHttp provider([&](const Asked&) -> Answered { return {200, body}; });
    auto listing = disks(Paging::token());
    listing.empty_without_rows = true;
    const Read read = read_one(provider, std::move(listing));
    EXPECT_FALSE(read.whole) << body;
    EXPECT_EQ(read.error->error_class(), ErrorClass::transient);
  }
  for (const auto& [body, bare, whole] :
       {std::tuple("{}", true, true), std::tuple("{}", false, false), std::tuple(R"({"disks":null})", false, true)}) {
    LiveHttp provider([&](const Asked&) -> Answered { return {200, body}; });
    auto listing = disks(Paging::token());
    listing.empty_without_rows = bare;
    EXPECT_EQ(read_one(provider, std::move(listing)).whole, whole) << body;
  }
}

TEST(Pages, what_is_no_json_or_says_that_it_is_an_error_ends_its_listing_alone) {
  LiveHttp provider([](const Asked& asked) -> Answered {
    if (asked.url.ends_with("cut")) return {200, R"({"disks":[{"id":"a"},{"i)"};
    if (asked.url.ends_with("inband")) return {200, R"({"error":"denied"})"};
    return {200, page_of({"x"})};
  });
  PagedListings listings(provider.http());
  for (const auto& [tag, name] : {std::pair(0u, "cut"), std::pair(1u, "inband"), std::pair(2u, "fine")}) {
    auto listing = disks(Paging::none(), std::string(kUrl) + "?" + name);
    listing.tag = tag;
    listing.check = [](JsonValue root) {
      if (root["error"].exists()) throw infrazen::Error(ErrorClass::auth, "the provider refuses: denied");
    };
    listings.add(std::move(listing));
  }
  const auto all = read_all(listings);
  EXPECT_THAT(all.at(0).ids, IsEmpty()) << "half a page is no page";
  EXPECT_THAT(all.at(0).error->what(), HasSubstr("breaks off"));
  EXPECT_THAT(std::string(all.at(0).error->what()), testing::StartsWith("disks of folder f1: the answer's JSON"));
  EXPECT_EQ(all.at(1).error->error_class(), ErrorClass::auth);
  EXPECT_TRUE(all.at(2).whole);
}

TEST(Pages, a_listing_without_end_is_an_error) {
  std::size_t page = 0;
  LiveHttp provider([&](const Asked&) -> Answered {
    ++page;
    return {200, page_of({"d" + std::to_string(page)}, ",\"nextPageToken\":\"" + std::to_string(page) + "\"")};
  });
  auto listing = disks(Paging::token());
  listing.max_pages = 20;
  const Read read = read_one(provider, std::move(listing));
  EXPECT_EQ(read.ids.size(), 20u);
  EXPECT_EQ(read.error->error_class(), ErrorClass::permanent);
  EXPECT_THAT(read.error->what(), HasSubstr("more than 20 pages"));
}

TEST(Pages, listings_are_added_while_others_are_read) {
  LiveHttp provider([](const Asked& asked) -> Answered {
    if (asked.url.ends_with("clusters")) return {200, page_of({"c1", "c2"})};
    return {200, page_of({asked.url.substr(asked.url.rfind('/') + 1) + "-host"})};
  });
  PagedListings listings(provider.http());
  listings.add(disks(Paging::none(), "https://api.test/clusters"));
  std::vector<std::string> hosts;
  while (const auto page = listings.next()) {
    for (const JsonValue row : page->rows()) {
      if (page->tag() == 1) {
        hosts.emplace_back(row["id"].text());
        continue;
      }
      auto listing = disks(Paging::none(), "https://api.test/" + std::string(row["id"].text()));
      listing.tag = 1;
      listings.add(std::move(listing));
    }
  }
  EXPECT_THAT(hosts, testing::UnorderedElementsAre("c1-host", "c2-host"));
}

TEST(Pages, one_object_is_a_listing_of_one_row) {
  LiveHttp provider([](const Asked&) -> Answered { return {200, R"({"id":"i1"})"}; });
  auto listing = disks(Paging::none());
  listing.rows = "";
  EXPECT_THAT(read_one(provider, std::move(listing)).ids, ElementsAre("i1"));
}

TEST(Pages, what_is_left_before_the_end_is_aborted) {
  LiveHttp provider([](const Asked&) -> Answered { return {200, page_of({"a"}, R"(,"nextPageToken":"t")")}; });
  {
    PagedListings listings(provider.http());
    for (int i = 0; i < 9; ++i) listings.add(disks(Paging::token()));
    ASSERT_TRUE(listings.next());
    EXPECT_EQ(provider.open(), 4u);
  }
  EXPECT_EQ(provider.open(), 0u);
}

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
