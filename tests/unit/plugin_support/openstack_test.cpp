// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/openstack/identity/catalogue.hpp"
#include "support/openstack/inventory/cursor.hpp"
#include "support/openstack/usage/points.hpp"
#include "support/openstack/usage/usage_cursor.hpp"

namespace iz::openstack {
namespace {

using support::JsonDocument;
using testing::ElementsAre;
using testing::SizeIs;

infrazen::Micros at(const char* text) {
  return *infrazen::parse_instant(text);
}

TEST(OpenStackCatalogue, one_address_per_region_of_the_preferred_name_and_nothing_of_other_interfaces) {
  const JsonDocument document(R"([
    {"type": "volume", "endpoints": [{"interface": "public", "region": "a", "url": "https://old/a/"},
                                     {"interface": "public", "region_id": "b", "url": "https://old/b"}]},
    {"type": "volumev3", "endpoints": [{"interface": "public", "region_id": "a", "url": "https://new/a/"},
                                       {"interface": "internal", "region_id": "c", "url": "http://10.0.0.1"}]},
    {"endpoints": [{"interface": "public", "url": "https://nameless"}]}, 5, null])",
                              "test");
  const Catalogue catalogue(document.root(), "public");
  const std::array<std::string_view, 2> names = {"volumev3", "volume"};
  const auto found = catalogue.find(names);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].region + " " + found[0].url, "a https://new/a");
  EXPECT_EQ(found[1].region + " " + found[1].url, "b https://old/b");
}

TEST(OpenStackCatalogue, a_version_is_added_where_none_stands) {
  EXPECT_EQ(versioned("https://x/network/", "/v2.0"), "https://x/network/v2.0");
  EXPECT_EQ(versioned("https://x/compute/v2.1", "/v2.1"), "https://x/compute/v2.1");
  EXPECT_EQ(versioned("https://x/volume/v3/0a1b", ""), "https://x/volume/v3/0a1b");
  EXPECT_EQ(versioned("https://v2.example", "/v3"), "https://v2.example/v3") << "a host is no path";
  EXPECT_EQ(versioned("https://x/vms", "/v2"), "https://x/vms/v2");
}

TEST(OpenStackCursor, knows_the_parts_and_projects_it_was_told_and_nothing_from_other_texts) {
  InventoryCursor cursor;
  cursor.since = at("2026-09-01T10:00:00.5Z");
  cursor.projects = {"p1", "p2"};
  cursor.know("p1/r/servers");
  const InventoryCursor read = InventoryCursor::parse(cursor.text());
  EXPECT_EQ(read.since, cursor.since);
  EXPECT_THAT(read.projects, ElementsAre("p1", "p2"));
  EXPECT_TRUE(read.knows("p1/r/servers"));
  EXPECT_FALSE(read.knows("p1/r/volumes"));
  for (const char* text : {"", "7", "since=yesterday p:x"}) {
    EXPECT_EQ(InventoryCursor::parse(text).since, infrazen::Micros()) << text;
    EXPECT_TRUE(InventoryCursor::parse(text).projects.empty()) << text;
  }
}

TEST(OpenStackCursor, of_more_parts_than_fit_some_are_listed_whole) {
  InventoryCursor cursor;
  cursor.since = at("2026-09-01T10:00:00Z");
  for (int i = 0; i < 10'000; ++i) cursor.know("part " + std::to_string(i));
  EXPECT_LE(cursor.text().size(), 65'536U);
  const InventoryCursor read = InventoryCursor::parse(cursor.text());
  int known = 0;
  for (int i = 0; i < 10'000; ++i) known += read.knows("part " + std::to_string(i)) ? 1 : 0;
  EXPECT_GT(known, 5'000);
}

TEST(OpenStackUsage, a_part_that_failed_goes_on_where_it_was) {
  UsageCursor cursor;
  cursor.at = at("2026-09-01T10:00:00Z");
  cursor.behind("p1/r/servers", at("2026-09-01T09:00:00Z"));
  const UsageCursor read = UsageCursor::parse(cursor.text());
  EXPECT_EQ(read.since("p1/r/servers"), at("2026-09-01T09:00:00Z"));
  EXPECT_EQ(read.since("p1/r/datastores"), at("2026-09-01T10:00:00Z"));
  for (int i = 0; i < 3'000; ++i) cursor.behind("another part " + std::to_string(i), at("2026-09-01T08:00:00Z"));
  EXPECT_EQ(UsageCursor::parse(cursor.text()).at, at("2026-09-01T08:00:00Z"))
      << "too many: all from the furthest behind";
}

TEST(OpenStackUsage, a_project_of_which_nothing_could_be_read_stays_where_it_was) {
  UsageCursor before;
  before.at = at("2026-09-01T10:00:00Z");
  before.behind("p1/r/servers", at("2026-09-01T09:00:00Z"));
  UsageCursor after;
  after.at = at("2026-09-01T11:00:00Z");
  after.all_behind("p1", before);
  const UsageCursor read = UsageCursor::parse(after.text());
  EXPECT_EQ(read.since("p1/r/servers"), at("2026-09-01T09:00:00Z"));
  EXPECT_EQ(read.since("p1/r/datastores"), at("2026-09-01T10:00:00Z"));
  EXPECT_EQ(read.since("p2/r/datastores"), at("2026-09-01T11:00:00Z"));
}

TEST(OpenStackUsage, points_come_in_order_once_and_within_the_stretch) {
  const Stretch stretch{at("2026-09-01T10:00:00Z"), at("2026-09-01T11:00:00Z")};
  const auto values = [&](const char* json, double factor = 1) {
    const JsonDocument document(json, "test");
    std::vector<double> out;
    for (const auto& point : gnocchi_points(document.root(), stretch, factor)) out.push_back(point.value);
    return out;
  };
  EXPECT_THAT(values(R"({"measures":{"id":{"cpu":{"mean":[["2026-09-01T10:05:00+00:00",300.0,2],
      ["2026-09-01T10:00:00+00:00",300.0,1],["2026-09-01T10:05:00+00:00",300.0,2],["2026-09-01T11:00:00+00:00",300.0,9],
      ["2026-09-01T09:55:00+00:00",300.0,9],["2026-09-01T10:10:00+00:00",300.0,null]]}}}})"),
              ElementsAre(1, 2));
  EXPECT_THAT(values(R"({"measures":{"aggregated":[["2026-09-01T13:00:00+03:00",300.0,0.5]]}})", 4), ElementsAre(2));
  EXPECT_THAT(values(R"({"code":404})"), ElementsAre());
}

}  // namespace
}  // namespace iz::openstack
