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
  horizons.set("f-2", at("2026-09-01T07:00:00Z"));
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

TEST(MetricHorizons, a_folder_that_is_gone_is_forgotten_with_its_parts) {
  const char* const cursor =
      "at=2026-09-01T10:00:00Z f-1/b=2026-09-01T08:00:00Z f-2/b,c=2026-09-01T07:00:00Z "
      "f-3=2026-09-01T07:00:00Z";
  Horizons horizons(cursor);
  horizons.set("f-1", at("2026-09-01T12:00:00Z"));
  EXPECT_EQ(horizons.cursor(at("2026-09-01T12:00:00Z")), "at=2026-09-01T12:00:00Z f-1/b=2026-09-01T08:00:00Z");
  const Horizons unsure(horizons.cursor(at("2026-09-01T12:00:00Z"), false));
  EXPECT_EQ(unsure.of("f-2", "c"), at("2026-09-01T07:00:00Z")) << "not all could be seen";
  EXPECT_EQ(unsure.of("f-3"), at("2026-09-01T07:00:00Z"));
}

std::string folder_of(int i) {
  std::string id = "b1g";
  for (std::uint64_t digits = 0x9E3779B97F4A7C15U * static_cast<std::uint64_t>(i + 1), n = 0; n < 17;
       ++n, digits = digits * 31 + 7)
    id += "0123456789abcdefghijklmnopqrstuv"[digits >> 59];
  return id;
}

// Types whose service is in none of the folders, each behind for itself.
Horizons without_databases(int folders) {
  Horizons horizons("");
  for (int i = 0; i < folders; ++i) {
    horizons.set(folder_of(i), at("2026-09-01T12:00:00Z"));
    for (const char* engine :
         {"postgresql", "mysql", "clickhouse", "mongodb", "redis", "kafka", "greenplum", "opensearch"})
      horizons.set(folder_of(i), "mdb." + std::string(engine) + ".host", at("2026-08-25T12:00:00Z"));
  }
  return horizons;
}

TEST(MetricHorizons, types_of_a_folder_that_are_behind_together_are_written_together) {
  Horizons horizons("");
  for (const char* folder : {"f-1", "f-1-b", "f-2"}) horizons.set(folder, at("2026-09-01T12:00:00Z"));
  horizons.set("f-1", "b", at("2026-09-01T07:00:00Z"));
  horizons.set("f-1", "c", at("2026-09-01T07:00:00Z"));
  horizons.set("f-1", "d", at("2026-09-01T12:00:00Z"));
  horizons.set("f-1", "e", at("2026-09-01T08:00:00Z"));
  horizons.set("f-1-b", "b", at("2026-09-01T08:00:00Z"));
  horizons.set("f-2", at("2026-09-01T08:00:00Z"));
  const std::string cursor = horizons.cursor(at("2026-09-01T12:00:00Z"));
  EXPECT_EQ(cursor,
            "at=2026-09-01T12:00:00Z f-1-b/b=2026-09-01T08:00:00Z f-1/b,c=2026-09-01T07:00:00Z "
            "f-1/e=2026-09-01T08:00:00Z f-2=2026-09-01T08:00:00Z");
  EXPECT_EQ(Horizons(cursor).of("f-1", "c"), at("2026-09-01T07:00:00Z"));
  EXPECT_EQ(Horizons(cursor).of("f-1", "d"), at("2026-09-01T12:00:00Z"));
  EXPECT_EQ(Horizons(cursor).of("f-1-b", "b"), at("2026-09-01T08:00:00Z"));
}

TEST(MetricHorizons, types_that_are_missing_in_many_folders_fit_into_the_cursor) {
  const std::string cursor = without_databases(3'000).cursor(at("2026-09-01T12:00:00Z"));
  EXPECT_LE(cursor.size(), 60'000U);
  const Horizons next(cursor);
  for (const int i : {0, 1, 500, 2'999}) {
    EXPECT_EQ(next.of(folder_of(i)), at("2026-09-01T12:00:00Z"));
    EXPECT_EQ(next.of(folder_of(i), "compute.disk"), at("2026-09-01T12:00:00Z"));
    EXPECT_EQ(next.of(folder_of(i), "mdb.kafka.host"), at("2026-08-25T12:00:00Z"));
  }
  EXPECT_EQ(Horizons(cursor.substr(0, cursor.size() / 2)).of(folder_of(0)), std::nullopt)
      << "damaged: read as a first run";
}

TEST(MetricHorizons, of_more_behind_than_fit_all_go_on_from_the_furthest_but_no_further_back_than_a_first_run) {
  Horizons horizons = without_databases(8'000);
  EXPECT_EQ(horizons.cursor(at("2026-09-01T12:00:00Z"), true, at("2026-08-20T12:00:00Z")), "at=2026-08-25T12:00:00Z");
  horizons.set(folder_of(7), at("2025-01-01T00:00:00Z"));
  EXPECT_EQ(horizons.cursor(at("2026-09-01T12:00:00Z"), true, at("2026-08-20T12:00:00Z")), "at=2026-08-20T12:00:00Z");
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
  // Bodies of the reads that were sent.
  [[nodiscard]] std::vector<std::string> reads() {
    std::vector<std::string> bodies;
    for (const auto& one : cloud.host.http().sent()) {
      if (one.url.find("data/read") != std::string::npos) bodies.push_back(one.body);
    }
    return bodies;
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

TEST_F(Metrics, a_read_asks_for_the_window_since_the_overlap_before_the_cursor_on_the_grid) {
  answer(200, "{}");
  (void)cloud.run({.stream = "metrics", .cursor = "at=2026-09-01T09:00:00Z"});
  const auto reads = this->reads();
  ASSERT_FALSE(reads.empty());
  EXPECT_THAT(reads.front(), testing::HasSubstr(R"("fromTime":"2026-09-01T08:00:00Z","toTime":"2026-09-01T12:00:00Z")"))
      << "a quarter of an hour, and so the whole step before";
  EXPECT_THAT(reads.front(), testing::HasSubstr(R"("gridInterval":"3600000")"));
  EXPECT_THAT(reads.front(), testing::HasSubstr(R"(\"compute\")"));
}

TEST(MetricOverlap, is_of_whole_steps_and_moves_no_horizon) {
  struct Case {
    const char *grid, *overlap, *history, *cursor, *from;
  };
  for (const Case& one : {
           Case{"5m", "15m", "7d", "at=2026-09-01T12:20:00Z", "2026-09-01T12:05:00Z"},
           Case{"5m", "12m", "7d", "at=2026-09-01T12:20:00Z", "2026-09-01T12:05:00Z"},
           Case{"5m", "0s", "7d", "at=2026-09-01T12:20:00Z", "2026-09-01T12:20:00Z"},
           Case{"1h", "2h", "7d", "at=2026-09-01T11:00:00Z", "2026-09-01T09:00:00Z"},
           // A horizon of another grid.
           Case{"1h", "15m", "7d", "at=2026-09-01T10:35:00Z", "2026-09-01T10:00:00Z"},
           // A first run begins where metrics_history says, and no overlap reaches further back.
           Case{"1h", "15m", "4h", "", "2026-09-01T08:00:00Z"},
           Case{"1h", "1d", "4h", "at=2026-09-01T11:00:00Z", "2026-09-01T08:00:00Z"},
           // What was behind for longer catches up from where it was.
           Case{"1h", "15m", "4h", "at=2026-09-01T03:00:00Z", "2026-09-01T03:00:00Z"},
       }) {
    SCOPED_TRACE(std::string(one.grid) + " grid, " + one.overlap + " overlap, cursor " + one.cursor);
    MetricsCloud cloud;
    cloud.cloud.host.setting("metrics_grid", one.grid).setting("metrics_overlap", one.overlap);
    cloud.cloud.host.setting("metrics_history", one.history);
    cloud.answer(200, "{}");
    const Recording run = cloud.cloud.run({.stream = "metrics", .cursor = one.cursor});
    EXPECT_EQ(run.message, "");
    const std::string end = std::string(one.grid) == "5m" ? "2026-09-01T12:30:00Z" : "2026-09-01T12:00:00Z";
    const auto reads = cloud.reads();
    ASSERT_FALSE(reads.empty());
    for (const std::string& read : reads) {
      EXPECT_THAT(read, testing::HasSubstr(R"("fromTime":")" + std::string(one.from) + R"(","toTime":")" + end + '"'));
    }
    EXPECT_EQ(run.cursors.back(), "at=" + end);
    // Nothing is asked for while no step ends.
    const Recording again = cloud.cloud.run({.stream = "metrics", .cursor = run.cursors.back()});
    EXPECT_EQ(cloud.reads().size(), reads.size());
    EXPECT_EQ(again.cursors.back(), "at=" + end);
  }
}

TEST_F(Metrics, a_folder_that_fails_time_and_again_is_not_read_from_ever_further_back) {
  answer(503, "{}");
  std::string cursor = "at=2026-09-01T09:00:00Z";
  for (int run = 0; run < 3; ++run) {
    cursor = cloud.run({.stream = "metrics", .cursor = cursor}).cursors.back();
    EXPECT_EQ(cursor, "at=2026-09-01T12:00:00Z f-1=2026-09-01T09:00:00Z");
  }
  EXPECT_THAT(reads().back(), testing::HasSubstr(R"("fromTime":"2026-09-01T08:00:00Z")"));
}

TEST_F(Metrics, too_many_series_are_asked_for_in_halves) {
  answer(400, R"({"code":3,"message":"too many metrics"})");
  answer(200, kSeries);
  const Recording run = cloud.run({.stream = "metrics", .cursor = "at=2026-09-01T09:00:00Z"});
  EXPECT_EQ(run.message, "");
  EXPECT_EQ(reads().size(), 7U + 2U);
}

// Answers in the order of the questions: the first is about the processors of both machines, its halves come last.
TEST_F(Metrics, a_machine_that_monitoring_refuses_alone_is_a_finding_and_the_others_are_read) {
  const char* const refusal = R"({"code":3,"message":"Query.error: unexpected character"})";
  answer(400, refusal);
  for (int i = 0; i < 6; ++i) answer(200, "{}");
  answer(400, refusal);
  answer(200, kSeries);
  const Recording run = cloud.run({.stream = "metrics", .cursor = "at=2026-09-01T09:00:00Z"});
  EXPECT_EQ(run.message, "");
  EXPECT_EQ(run.cursors.back(), "at=2026-09-01T12:00:00Z");
  EXPECT_FALSE(run.segments.empty());
  ASSERT_EQ(run.findings.size(), 1U);
  EXPECT_EQ(run.findings[0].rule, "metric_refused");
  EXPECT_EQ(run.findings[0].column, "compute/cpu_usage");
  EXPECT_THAT(run.findings[0].origin, testing::AnyOf("compute.instance/vm-1", "compute.instance/vm-2"));
  EXPECT_THAT(run.findings[0].message, testing::HasSubstr("unexpected character"));
  EXPECT_THAT(run.findings[0].message, testing::HasSubstr("from 2026-09-01T08:00:00Z to 2026-09-01T12:00:00Z"));
}

TEST_F(Metrics, when_all_that_is_asked_is_refused_the_folder_stays_where_it_was) {
  answer(400, R"({"code":3,"message":"unknown function"})");
  const Recording run = cloud.run({.stream = "metrics", .cursor = "at=2026-09-01T09:00:00Z"});
  EXPECT_NE(run.error_class, std::uint32_t{IZ_OK});
  EXPECT_THAT(run.message, testing::HasSubstr("unknown function"));
  EXPECT_THAT(run.message, testing::HasSubstr("vm-"));
  EXPECT_TRUE(run.findings.empty());
  EXPECT_EQ(run.cursors.back(), "at=2026-09-01T12:00:00Z f-1=2026-09-01T09:00:00Z");
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

TEST_F(Metrics, what_settings_leave_out_is_not_listed_for_its_metrics_and_not_kept_open) {
  cloud.host.json_setting("without_kinds", R"(["compute.disk","mdb.*"])");
  answer(200, kSeries);
  const Recording run =
      cloud.run({.stream = "metrics", .cursor = "at=2026-09-01T09:00:00Z f-1/compute.disk=2026-08-25T12:00:00Z"});
  EXPECT_EQ(run.cursors.back(), "at=2026-09-01T12:00:00Z");
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
