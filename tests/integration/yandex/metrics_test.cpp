// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Points of machines, disks and hosts of databases, as they lie in the database of a real daemon.
#include <algorithm>
#include <ctime>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "integration/yandex/yandex_daemon.hpp"

namespace iz::test {
namespace {

using testing::HasSubstr;

constexpr std::time_t kHour = 3600;
const std::string kOtherFolder = "b1gfolder00000000002";

std::string instant(std::time_t seconds) {
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char buffer[32];
  std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return buffer;
}

class YandexMetrics : public YandexDaemon {
 protected:
  using Points = std::vector<std::pair<std::time_t, double>>;  // seconds after `first`, value

  void measure(const std::string& folder, const std::string& name, std::map<std::string, std::string> labels,
               const Points& points, bool whole = false) {
    YandexSeries series{.folder = folder, .name = name, .labels = std::move(labels), .points = {}, .whole = whole};
    for (const auto& [after, value] : points) series.points[first + after] = value;
    cloud.monitoring().put(series);
  }
  void processor(const std::string& folder, const std::string& machine, const Points& points) {
    measure(folder, "cpu_usage", {{"service", "compute"}, {"resource_id", machine}}, points);
  }
  // "<type>/<id> <metric> <unit> <hours after `first`>=<value>" of each point, in order.
  [[nodiscard]] std::string points() const {
    return daemon.scalar(
        "SELECT coalesce(string_agg(i.raw_type || '/' || i.external_id || ' ' || m.metric_name || ' ' || m.metric_unit "
        "|| ' ' || (extract(epoch FROM m.\"timestamp\")::bigint - " +
        std::to_string(first) +
        ") / 3600.0::float8 || '=' || m.metric_value, ', ' ORDER BY i.raw_type, i.external_id, m.metric_name, "
        "m.\"timestamp\", m.metric_value), '') FROM infrazen.resource_metrics m JOIN infrazen.resource_items i ON "
        "i.id = m.resource_id");
  }
  [[nodiscard]] std::string cursor() const {
    return daemon.scalar("SELECT convert_from(cursor, 'UTF8') FROM infrazen.streams WHERE stream = 'metrics'");
  }
  // As if the last run had been when `at` was the end of the last step.
  void set_cursor_back(std::time_t at) {
    (void)daemon.query("UPDATE infrazen.streams SET cursor = convert_to('at=" + instant(at) +
                       "', 'UTF8') WHERE stream = 'metrics'");
  }

  // Steps that are over, whatever hour begins while the test runs.
  const std::time_t last_end = std::time(nullptr) / kHour * kHour;
  const std::time_t first = last_end - 6 * kHour;
};

TEST_F(YandexMetrics, values_units_and_resources_are_those_of_the_provider) {
  // Two measurements in one step are averaged. A machine without a name is labelled by its id.
  processor(kYandexFolder, "shop-1", {{0, 10}, {1800, 15}, {kHour, 6.25}});
  processor(kYandexFolder, "fhmvmnode00000000001", {{2 * kHour, 40}});
  processor(kYandexFolder, "of-somebody-else", {{0, 99}});
  for (const std::string interface : {"0", "1"}) {
    measure(kYandexFolder, "network_received_bytes",
            {{"service", "compute"}, {"resource_id", "shop-1"}, {"interface_number", interface}}, {{0, 1000}}, true);
  }
  measure(kYandexFolder, "disk.read_ops", {{"service", "compute"}, {"instance", "shop-1"}, {"disk", "shop-1-data"}},
          {{0, 2.5}});
  const std::map<std::string, std::string> host{{"service", "managed-postgresql"},
                                                {"resource_id", "c9qpostgres000000001"},
                                                {"host", "rc1a-one.mdb.yandexcloud.net"}};
  measure(kYandexFolder, "cpu.idle", host, {{0, 91.5}});
  measure(kYandexFolder, "mem.used_bytes", host, {{0, 4294967296}}, true);
  connect({}, "metrics");
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "metrics", "succeeded")) << error_of_last_run() << daemon.log();
  EXPECT_EQ(points(),
            "compute.disk/fhmdiskdata000000001 disk_read_operations count/second 0=2.5, "
            "compute.instance/fhmvmnode00000000001 cpu_utilization percent 2=40, "
            "compute.instance/fhmvmshop00000000001 cpu_utilization percent 0=12.5, "
            "compute.instance/fhmvmshop00000000001 cpu_utilization percent 1=6.25, "
            "compute.instance/fhmvmshop00000000001 network_in_bytes bytes/second 0=2000, "
            "mdb.postgresql.host/rc1a-one.mdb.yandexcloud.net cpu_utilization percent 0=8.5, "
            "mdb.postgresql.host/rc1a-one.mdb.yandexcloud.net memory_used bytes 0=4294967296");
}

TEST_F(YandexMetrics, a_later_run_asks_for_the_new_window_and_the_step_before_it_and_doubles_nothing) {
  processor(kYandexFolder, "shop-1", {{0, 11.5}, {4 * kHour, 2.5}});
  connect({}, "metrics");
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "metrics", "succeeded")) << error_of_last_run() << daemon.log();
  const std::string machine = "compute.instance/fhmvmshop00000000001 cpu_utilization percent ";
  const std::string before = machine + "0=11.5, " + machine + "4=2.5";
  EXPECT_EQ(points(), before);
  ASSERT_FALSE(cloud.monitoring().reads().empty());
  const std::string end = cloud.monitoring().reads().front().to;
  EXPECT_EQ(cursor(), "at=" + end);

  cloud.monitoring().forget_reads();
  daemon.sync("yc", "metrics");
  EXPECT_EQ(error_of_last_run(), "");
  EXPECT_EQ(points(), before);
  // None at all, unless an hour ended in between.
  for (const auto& read : cloud.monitoring().reads()) EXPECT_GT(read.to, end) << read.name;

  // Two steps ended since: what is older than the step before them is left alone.
  const std::time_t window = first + 4 * kHour;
  processor(kYandexFolder, "shop-1", {{0, 77}, {5 * kHour, 3.75}});
  set_cursor_back(window);
  cloud.monitoring().forget_reads();
  daemon.sync("yc", "metrics");
  EXPECT_EQ(error_of_last_run(), "");
  EXPECT_EQ(points(), before + ", " + machine + "5=3.75");
  const auto reads = cloud.monitoring().reads();
  ASSERT_FALSE(reads.empty());
  for (const auto& read : reads) {
    EXPECT_EQ(read.from, instant(window - kHour)) << read.name;
    EXPECT_GE(read.to, instant(last_end)) << read.name;
  }
}

TEST_F(YandexMetrics, a_point_that_comes_late_and_an_average_that_changes_are_right_after_the_next_run) {
  processor(kYandexFolder, "shop-1", {{0, 11.5}, {3 * kHour, 10}, {4 * kHour, 20}});
  processor(kYandexFolder, "fhmvmnode00000000001", {{0, 1.5}, {5 * kHour, 5}});
  connect({}, "metrics");
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "metrics", "succeeded")) << error_of_last_run() << daemon.log();
  const std::string node = "compute.instance/fhmvmnode00000000001 cpu_utilization percent ";
  const std::string shop = "compute.instance/fhmvmshop00000000001 cpu_utilization percent ";
  EXPECT_EQ(points(), node + "0=1.5, " + node + "5=5, " + shop + "0=11.5, " + shop + "3=10, " + shop + "4=20");

  // The step that ended last when it was read gets more measurements, one of a series that had none in it. What is
  // older than the overlap stays as it was.
  processor(kYandexFolder, "shop-1", {{4 * kHour + 1800, 30}, {3 * kHour + 60, 90}});
  processor(kYandexFolder, "fhmvmnode00000000001", {{4 * kHour, 4.5}});
  set_cursor_back(first + 5 * kHour);
  daemon.sync("yc", "metrics");
  EXPECT_EQ(error_of_last_run(), "");
  const std::string right =
      node + "0=1.5, " + node + "4=4.5, " + node + "5=5, " + shop + "0=11.5, " + shop + "3=10, " + shop + "4=25";
  EXPECT_EQ(points(), right);
  const auto rows = [&] {
    return daemon.scalar(
        "SELECT (SELECT count(*) FROM infrazen.metric_segments) || ' ' || (SELECT count(*) FROM infrazen.metric_late) "
        "|| ' ' || (SELECT count(*) FROM infrazen.metric_sealed)");
  };
  const std::string stored = rows();

  // Read once more, it is as it was, and costs no row.
  set_cursor_back(first + 5 * kHour);
  daemon.sync("yc", "metrics");
  EXPECT_EQ(error_of_last_run(), "");
  EXPECT_EQ(points(), right);
  EXPECT_EQ(rows(), stored);
}

TEST_F(YandexMetrics, a_machine_that_monitoring_refuses_is_a_finding_and_holds_up_nothing_else) {
  processor(kYandexFolder, "shop-1", {{0, 11.5}});
  processor(kYandexFolder, "fhmvmnode00000000001", {{0, 1.5}});
  cloud.monitoring().refuse("shop-1");
  connect({}, "metrics");
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "metrics", "succeeded")) << error_of_last_run() << daemon.log();
  EXPECT_EQ(points(), "compute.instance/fhmvmnode00000000001 cpu_utilization percent 0=1.5");
  EXPECT_EQ(cursor(), "at=" + cloud.monitoring().reads().front().to);
  EXPECT_EQ(daemon.scalar("SELECT string_agg(DISTINCT rule || ' ' || severity || ' ' || origin, ', ') "
                          "FROM infrazen.findings"),
            "metric_refused rejected compute.instance/fhmvmshop00000000001");
  EXPECT_THAT(daemon.scalar("SELECT message FROM infrazen.findings WHERE column_name = 'compute/cpu_usage'"),
              testing::AllOf(HasSubstr("fhmvmshop00000000001 (shop-1)"), HasSubstr("query: bad label value")));
}

TEST_F(YandexMetrics, a_folder_that_denies_is_told_with_its_role_and_keeps_no_other_folders_points) {
  cloud.put("/compute/v1/instances",
            R"({"id":"fhmvmdev000000000001","folderId":")" + kOtherFolder + R"(","name":"dev-1","status":"RUNNING"})");
  processor(kYandexFolder, "shop-1", {{0, 11.5}});
  processor(kOtherFolder, "dev-1", {{kHour, 20.5}});
  cloud.monitoring().deny(kYandexFolder);
  connect({}, "metrics");
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "metrics", "failed")) << error_of_last_run() << daemon.log();
  EXPECT_THAT(error_of_last_run(),
              HasSubstr("grant service account " + YandexCloud::service_account_id() +
                        " the role monitoring.viewer on folder " + kYandexFolder + " or cloud " + kYandexCloudId));
  const std::string other = "compute.instance/fhmvmdev000000000001 cpu_utilization percent 1=20.5";
  EXPECT_EQ(points(), other);

  cloud.monitoring().allow_all();
  daemon.sync("yc", "metrics");
  EXPECT_EQ(error_of_last_run(), "");
  EXPECT_EQ(points(), other + ", compute.instance/fhmvmshop00000000001 cpu_utilization percent 0=11.5")
      << "from where it was";
}

}  // namespace
}  // namespace iz::test
