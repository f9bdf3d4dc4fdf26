// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/pages.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "unit/plugin_support/listings.hpp"

namespace iz::support {
namespace {

using infrazen::ErrorClass;
using namespace iz::support::test;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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

TEST(Pages, an_answer_without_its_list_is_no_empty_listing) {
  for (const char* body :
       {R"({"status":"maintenance"})", R"({"disks":{"a":1}})", R"({"disks":"none"})", "[]", "7", R"({"total_count":3})",
        R"({"total_count":"none"})", R"({"code":0})", R"({"total_count":0,"error":"denied"})"}) {
    LiveHttp provider([&](const Asked&) -> Answered { return {200, body}; });
    auto listing = disks(Paging::token());
    listing.empty_without_rows = true;
    const Read read = read_one(provider, std::move(listing));
    EXPECT_FALSE(read.whole) << body;
    EXPECT_EQ(read.error->error_class(), ErrorClass::transient);
  }
  for (const auto& [body, bare, whole] :
       {std::tuple("{}", true, true), std::tuple("{}", false, false), std::tuple(R"({"disks":null})", false, true),
        std::tuple(R"({"total_count":0})", true, true), std::tuple(R"({"total_count":0})", false, false),
        std::tuple(R"({"nextPageToken":"","totalSize":"0"})", true, true)}) {
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

}  // namespace
}  // namespace iz::support
