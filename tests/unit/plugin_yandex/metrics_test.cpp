// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <set>

#include "yandex/metrics/horizons.hpp"
#include "yandex_run.hpp"

namespace iz::yandex {
namespace {

using infrazen::Micros;

Micros at(const char* text) {
  return infrazen::parse_instant(text).value();
}

TEST(MetricHorizons, a_folder_that_failed_goes_on_from_where_it_was) {
  Horizons horizons("at=2026-09-01T10:00:00Z f-2=2026-09-01T07:00:00Z");
  EXPECT_EQ(horizons.of("f-1"), at("2026-09-01T10:00:00Z"));
  EXPECT_EQ(horizons.of("f-2"), at("2026-09-01T07:00:00Z"));
  horizons.set("f-1", at("2026-09-01T12:00:00Z"));
  EXPECT_EQ(horizons.cursor(at("2026-09-01T12:00:00Z")), "at=2026-09-01T12:00:00Z f-2=2026-09-01T07:00:00Z");
  EXPECT_EQ(Horizons("").of("f-1"), std::nullopt);
  EXPECT_EQ(Horizons("nonsense").of("f-1"), std::nullopt);
}

TEST(MetricHorizons, a_folder_that_could_not_be_seen_stays_where_it_was) {
  Horizons horizons("at=2026-09-01T10:00:00Z f-2=2026-09-01T07:00:00Z");
  horizons.set("f-1", at("2026-09-01T12:00:00Z"));
  const Horizons next(horizons.cursor(at("2026-09-01T12:00:00Z"), false));
  EXPECT_EQ(next.of("f-1"), at("2026-09-01T12:00:00Z"));
  EXPECT_EQ(next.of("f-2"), at("2026-09-01T07:00:00Z"));
  EXPECT_EQ(next.of("f-3"), at("2026-09-01T10:00:00Z")) << "of a cloud whose folders could not be listed";
  Horizons first("");
  first.set("f-1", at("2026-09-01T12:00:00Z"));
  EXPECT_EQ(Horizons(first.cursor(at("2026-09-01T12:00:00Z"), false)).of("f-3"), std::nullopt);
}

TEST(MetricHorizons, of_more_folders_behind_than_fit_all_go_on_from_the_furthest) {
  Horizons horizons("");
  for (int i = 0; i < 3'000; ++i) horizons.set("folder-" + std::to_string(i), at("2026-09-01T08:00:00Z"));
  EXPECT_EQ(horizons.cursor(at("2026-09-01T12:00:00Z")), "at=2026-09-01T08:00:00Z");
}

// One folder with a machine that has a name and one that has none.
struct MetricsCloud {
  // What the listing of disks answers before it lists them.
  explicit MetricsCloud(const std::vector<infrazen::testkit::HttpReplay::Answer>& disks = {}) {
    for (const auto& answer : disks)
      cloud.host.http().answer(
          "GET", "https://compute.api.cloud.yandex.net/compute/v1/disks?folderId=f-1&pageSize=1000", answer);
    cloud.host.json_setting("folders", R"(["f-1"])").clock(at("2026-09-01T12:34:56Z"));
    cloud.get("resource-manager", "/resource-manager/v1/folders/f-1", R"({"id":"f-1","cloudId":"c-1","name":"one"})");
    cloud.get("compute", "/compute/v1/instances?folderId=f-1&pageSize=1000",
              R"({"instances":[{"id":"vm-1","name":"web"},{"id":"vm-2","name":""}]})");
    cloud.get("compute", "/compute/v1/disks?folderId=f-1&pageSize=1000",
              R"({"disks":[{"id":"d-1","name":"web-data"}]})");
    for (const char* engine :
         {"postgresql", "mysql", "clickhouse", "mongodb", "redis", "kafka", "greenplum", "opensearch"})
      cloud.get("mdb", "/managed-" + std::string(engine) + "/v1/clusters?folderId=f-1&pageSize=1000", "{}");
  }
  void answer(int status, const std::string& body) {
    cloud.host.http().answer("POST", "https://monitoring.api.cloud.yandex.net/monitoring/v2/data/read?folderId=f-1",
                             {static_cast<std::uint32_t>(status), {}, body});
  }
  YandexRun cloud;
};
struct Metrics : testing::Test, MetricsCloud {};

std::set<std::string> resources(const Recording& run) {
  std::set<std::string> all;
  for (const auto& segment : run.segments) {
    if (!segment.points.empty()) all.insert(segment.external_id);
  }
  return all;
}

// 1788220800000 is 2026-09-01T00:00Z.
constexpr const char* kSeries =
    R"({"metrics":[
      {"name":"m","labels":{"resource_id":"web","interface_number":"0","disk":"web-data"},"type":"DGAUGE",
       "timeseries":{"timestamps":[1788253200000,1788256800000,"1788260400000",1788264000000],"doubleValues":[1.5,null,"NaN",7]}},
      {"name":"m","labels":{"resource_id":"web","interface_number":"1"},"type":"IGAUGE",
       "timeseries":{"timestamps":[1788253200000],"int64Values":["2"]}},
      {"name":"m","labels":{"resource_id":"vm-2"},"timeseries":{"timestamps":[1788253200000],"doubleValues":[40]}},
      {"name":"m","labels":{"resource_id":"unknown"},"timeseries":{"timestamps":[1788253200000],"doubleValues":[1]}}]})";

TEST_F(Metrics, labels_hold_names_or_ids_nulls_are_left_out_and_interfaces_add_up) {
  answer(200, kSeries);
  const Recording run = cloud.run({.stream = "metrics", .cursor = "at=2026-09-01T09:00:00Z"});
  EXPECT_EQ(run.message, "");
  std::map<std::string, std::vector<double>> values;
  for (const auto& segment : run.segments) {
    for (const auto& point : segment.points)
      values[segment.external_id + " " + segment.metric_name].push_back(point.value);
  }
  EXPECT_EQ(values["vm-1 cpu_utilization"], std::vector<double>{1.5}) << "the first of several series";
  EXPECT_EQ(values["vm-1 network_in_bytes"], std::vector<double>{3.5}) << "the sum of the interfaces";
  EXPECT_EQ(values["vm-2 cpu_utilization"], std::vector<double>{40});
  EXPECT_EQ(values["d-1 disk_read_bytes"], std::vector<double>{1.5});
  EXPECT_EQ(run.cursors.back(), "at=2026-09-01T12:00:00Z") << "the hour that runs is not over; 12:00 is not in it";
}

TEST_F(Metrics, a_read_asks_for_the_window_since_the_cursor_on_the_grid) {
  answer(200, "{}");
  (void)cloud.run({.stream = "metrics", .cursor = "at=2026-09-01T09:00:00Z"});
  const auto& sent = cloud.host.http().sent();
  const auto read = std::find_if(sent.begin(), sent.end(), [](const auto& one) {
    return one.method == "POST" && one.url.find("data/read") != std::string::npos;
  });
  ASSERT_NE(read, sent.end());
  EXPECT_THAT(read->body, testing::HasSubstr(R"("fromTime":"2026-09-01T09:00:00Z","toTime":"2026-09-01T12:00:00Z")"));
  EXPECT_THAT(read->body, testing::HasSubstr(R"("gridInterval":"3600000")"));
  EXPECT_THAT(read->body, testing::HasSubstr(R"(\"compute\")"));
}

TEST_F(Metrics, too_many_series_are_asked_for_in_halves) {
  answer(400, R"({"code":3,"message":"too many metrics"})");
  answer(200, kSeries);
  const Recording run = cloud.run({.stream = "metrics", .cursor = "at=2026-09-01T09:00:00Z"});
  EXPECT_EQ(run.message, "");
  std::size_t reads = 0;
  for (const auto& one : cloud.host.http().sent()) reads += one.url.find("data/read") != std::string::npos ? 1 : 0;
  EXPECT_EQ(reads, 7U + 2U);
}

TEST(MetricParts, a_type_that_cannot_be_listed_is_read_from_where_it_was_once_it_can_be) {
  for (const std::uint32_t status : {403U, 404U}) {
    MetricsCloud one({{status, {}, R"({"code":7,"message":"no"})"}});
    one.answer(200, kSeries);
    const Recording run = one.cloud.run({.stream = "metrics", .cursor = "at=2026-09-01T09:00:00Z"});
    EXPECT_EQ(run.error_class == std::uint32_t{IZ_OK}, status == 404);
    if (status == 403) EXPECT_THAT(run.message, testing::HasSubstr("the role compute.viewer or viewer on folder f-1"));
    EXPECT_THAT(resources(run), testing::UnorderedElementsAre("vm-1", "vm-2"));
    EXPECT_EQ(run.cursors.back(), "at=2026-09-01T12:00:00Z f-1/compute.disk=2026-09-01T09:00:00Z");
    const Recording later = one.cloud.run({.stream = "metrics", .cursor = run.cursors.back()});
    EXPECT_EQ(later.message, "");
    EXPECT_THAT(resources(later), testing::UnorderedElementsAre("d-1")) << "the machines were read";
    EXPECT_EQ(later.cursors.back(), "at=2026-09-01T12:00:00Z");
  }
}

TEST(MetricParts, a_service_that_is_not_there_keeps_no_more_open_than_a_first_run_reads) {
  MetricsCloud one({{404, {}, "{}"}});
  one.answer(200, "{}");
  const Recording run = one.cloud.run({.stream = "metrics", .cursor = "at=2026-06-01T09:00:00Z"});
  EXPECT_EQ(run.cursors.back(), "at=2026-09-01T12:00:00Z f-1/compute.disk=2026-08-25T12:00:00Z");
}

TEST_F(Metrics, what_settings_leave_out_is_not_listed_for_its_metrics) {
  cloud.host.json_setting("without_kinds", R"(["compute.disk","mdb.*"])");
  answer(200, kSeries);
  const Recording run = cloud.run({.stream = "metrics", .cursor = "at=2026-09-01T09:00:00Z"});
  EXPECT_EQ(run.message, "");
  EXPECT_THAT(resources(run), testing::UnorderedElementsAre("vm-1", "vm-2"));
  for (const auto& one : cloud.host.http().sent()) EXPECT_EQ(one.url.find("/disks"), std::string::npos);
}

TEST_F(Metrics, a_folder_that_cannot_be_read_is_read_from_the_same_place_the_next_time) {
  answer(403, R"({"code":7,"message":"Permission denied"})");
  const Recording run = cloud.run({.stream = "metrics", .cursor = "at=2026-09-01T09:00:00Z"});
  EXPECT_NE(run.error_class, std::uint32_t{IZ_OK});
  EXPECT_TRUE(run.segments.empty());
  EXPECT_EQ(run.cursors.back(), "at=2026-09-01T12:00:00Z f-1=2026-09-01T09:00:00Z");
}

}  // namespace
}  // namespace iz::yandex
