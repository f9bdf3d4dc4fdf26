// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <functional>
#include <random>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "unit/plugin_support/listings.hpp"

// Paging::offset: a list that changes while it is cut into pages.
namespace iz::support {
namespace {

using infrazen::ErrorClass;
using namespace iz::support::test;
using testing::ElementsAre;
using testing::HasSubstr;

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

TEST(OffsetPages, an_offset_listing_of_any_length_is_whole_whatever_the_server_makes_of_the_limit) {
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

TEST(OffsetPages, a_server_that_ignores_the_offset_has_given_all) {
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

TEST(OffsetPages, rows_that_moved_up_are_not_missed) {
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

TEST(OffsetPages, an_offset_listing_that_changes_at_random_is_whole_or_fails_and_never_misses_a_row_that_stayed) {
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

TEST(OffsetPages, rows_without_an_id_are_all_given) {
  LiveHttp provider([](const Asked& asked) -> Answered {
    return {200, parameter(asked.url, "offset") == "0" ? R"({"disks":[{"id":"a"},{"id":"a"}]})" : R"({"disks":[]})"};
  });
  auto listing = disks(Paging::offset(2));
  listing.id = "";
  const Read read = read_one(provider, std::move(listing));
  EXPECT_THAT(read.ids, ElementsAre("a", "a"));
  EXPECT_TRUE(read.whole);
}

}  // namespace
}  // namespace iz::support
