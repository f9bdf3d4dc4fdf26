// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Points of servers (Gnocchi) and databases, as they lie in the database of a real daemon.
#include <gmock/gmock.h>

#include "integration/selectel/openstack_estate.hpp"
#include "integration/selectel/selectel_account.hpp"

namespace iz::test {
namespace {

using testing::HasSubstr;

constexpr std::time_t kStep = 60;

std::string instant(std::time_t seconds) {
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char buffer[32];
  std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%S+00:00", &parts);
  return buffer;
}

std::string row(std::time_t at, const std::string& value) {
  return "[\"" + instant(at) + "\",60.0," + value + "]";
}

class SelectelMetrics : public SelectelAccount {
 protected:
  // Points younger than `lag` are left alone.
  void connect_metrics(const std::string& lag, const std::string& more = {}) {
    connect("metrics", ", granularity: 60s, metrics_lag: " + lag + more);
  }
  void read_again() {
    daemon.sync("sel", "metrics");
    ASSERT_TRUE(ends("metrics")) << last_run() << daemon.log();
  }
  // "<thing> <metric> <unit> <seconds after `first`>=<value>" of each point, in order.
  [[nodiscard]] std::string points() const {
    return daemon.scalar(
        "SELECT coalesce(string_agg(i.raw_type || '/' || i.external_id || ' ' || m.metric_name || ' ' || m.metric_unit "
        "|| ' ' || extract(epoch FROM m.\"timestamp\")::bigint - " +
        std::to_string(first) +
        " || '=' || m.metric_value, ', ' ORDER BY i.raw_type, i.external_id, m.metric_name, m.\"timestamp\", "
        "m.metric_value), '') FROM infrazen.resource_metrics m JOIN infrazen.resource_items i ON i.id = m.resource_id");
  }
  // From when on Gnocchi was asked for the operation, request by request.
  [[nodiscard]] std::vector<std::string> starts(const std::string& operation) const {
    std::vector<std::string> found;
    for (const auto& request : provider.requests()) {
      if (!request.path.ends_with("/aggregates") || request.body.find(operation) == std::string::npos) continue;
      found.push_back(parameter(request, "start"));
    }
    return found;
  }

  const std::time_t now = std::time(nullptr);
  const std::time_t first = now - now % kStep - 3600;
};

TEST_F(SelectelMetrics, values_units_and_resources_are_those_of_the_provider) {
  cloud.openstack().put("servers", "ru-1", "prod", server_json("s1", "web-1"));
  cloud.openstack().put("servers", "ru-2", "prod", server_json("s2", "web-2"));
  cloud.points("s1", "(metric cpu_util mean)", "[" + row(first, "11.5") + "," + row(first + kStep, "6.25") + "]");
  cloud.points("s2", "(metric memory.usage mean)", "[" + row(first, "512.5") + "]");  // MiB
  cloud.put("/ru-1/dbaas/v1/datastores", R"({"datastores":[{"id":"db1","name":"main"}]})");
  const std::string series = R"([{"ip":"10.0.0.6","timestamps":[)" + std::to_string(first) + R"(],"values":[)";
  cloud.put("/ru-1/dbaas/v1/datastores/db1/metrics", R"({"metrics":{"cpu":)" + series + R"(3.5]}],"memory_percent":)" +
                                                         series + R"(40]}],"memory_bytes":)" + series +
                                                         R"(1073741824]}],"disk_percent":)" + series +
                                                         R"(12.5]}],"disk_bytes":)" + series + R"(4096]}]}})");
  connect_metrics("10m");
  daemon.start();
  ASSERT_TRUE(ends("metrics")) << last_run() << daemon.log();
  EXPECT_EQ(points(),
            "compute.server/s1 cpu_utilization percent 0=11.5, compute.server/s1 cpu_utilization percent 60=6.25, "
            "compute.server/s2 memory_usage bytes 0=537395200, "
            "dbaas.datastore/db1 cpu_utilization percent 0=3.5, dbaas.datastore/db1 disk_usage bytes 0=4096, "
            "dbaas.datastore/db1 disk_utilization percent 0=12.5, dbaas.datastore/db1 memory_usage bytes 0=1073741824, "
            "dbaas.datastore/db1 memory_utilization percent 0=40");
}

TEST_F(SelectelMetrics, a_share_of_the_processor_is_made_of_nanoseconds_of_all_its_cores) {
  cloud.openstack().put("servers", "ru-1", "prod", server_json("s1", "web-1"));  // two cores
  cloud.points("s1", "(metric cpu rate:mean)", "[" + row(first, "30000000000") + "]");
  connect_metrics("10m", ", cpu_metric: cpu");
  daemon.start();
  ASSERT_TRUE(ends("metrics")) << last_run() << daemon.log();
  EXPECT_EQ(points(), "compute.server/s1 cpu_utilization percent 0=25") << "30 s of 2 cores for 60 s";
}

TEST_F(SelectelMetrics, a_later_run_asks_on_from_where_the_last_ended_and_takes_what_had_been_too_young) {
  cloud.openstack().put("servers", "ru-1", "prod", server_json("s1", "web-1"));
  const std::string operation = "(metric cpu_util mean)";
  const std::time_t young = first + 50 * kStep;  // ten minutes old
  cloud.points("s1", operation, "[" + row(first, "11.5") + "," + row(young, "1") + "]");
  connect_metrics("30m");
  daemon.start();
  ASSERT_TRUE(ends("metrics")) << last_run() << daemon.log();
  EXPECT_EQ(points(), "compute.server/s1 cpu_utilization percent 0=11.5") << "its value may change yet";

  // Time goes by: the young one is settled now, with another value.
  cloud.points("s1", operation, "[" + row(first, "11.5") + "," + row(young, "2.5") + "]");
  connect_metrics("5m");
  ASSERT_EQ(daemon.post("/v1/reload").status, 200);
  read_again();
  const std::string both =
      "compute.server/s1 cpu_utilization percent 0=11.5, compute.server/s1 cpu_utilization percent 3000=2.5";
  EXPECT_EQ(points(), both);
  read_again();
  EXPECT_EQ(points(), both) << "nothing twice";
  const auto asked = starts(operation);
  ASSERT_GE(asked.size(), 2U);
  EXPECT_GT(asked[1], instant(first)) << "what was read is not asked for again, but for the overlap";
}

TEST_F(SelectelMetrics, a_point_that_comes_late_and_a_value_that_changes_are_right_after_the_next_run) {
  cloud.openstack().put("servers", "ru-1", "prod", server_json("s1", "web-1"));
  const std::string datastores = "/ru-1/dbaas/v1/datastores";
  cloud.put(datastores, R"({"datastores":[{"id":"db1","name":"main"}]})");
  const auto provide = [&](const std::vector<std::pair<int, std::string>>& points) {  // minutes after `first`, value
    std::string rows, seconds, values;
    for (const auto& [minute, value] : points) {
      const std::string comma = rows.empty() ? "" : ",";
      rows += comma + row(first + minute * kStep, value);
      seconds += comma + std::to_string(first + minute * kStep);
      values += comma + value;
    }
    cloud.points("s1", "(metric cpu_util mean)", "[" + rows + "]");
    cloud.put(datastores + "/db1/metrics",
              R"({"metrics":{"cpu":[{"ip":"10.0.0.6","timestamps":[)" + seconds + R"(],"values":[)" + values + "]}]}}");
  };
  const auto expected = [](const std::vector<std::pair<int, std::string>>& points) {
    std::string all;
    for (const char* of : {"compute.server/s1", "dbaas.datastore/db1"}) {
      for (const auto& [minute, value] : points) {
        all += (all.empty() ? "" : ", ") + std::string(of) + " cpu_utilization percent " +
               std::to_string(minute * kStep) + "=" + value;
      }
    }
    return all;
  };
  // As if the last run had been when the 30th minute was the last that was old enough.
  const auto set_cursor_back = [&] {
    (void)daemon.query("UPDATE infrazen.streams SET cursor = convert_to('" +
                       replaced(instant(first + 30 * kStep), "+00:00", "Z") + "', 'UTF8') WHERE stream = 'metrics'");
  };
  const auto rows = [&] {
    return daemon.scalar(
        "SELECT (SELECT count(*) FROM infrazen.metric_segments) || ' ' || (SELECT count(*) FROM infrazen.metric_late) "
        "|| ' ' || (SELECT count(*) FROM infrazen.metric_sealed)");
  };
  provide({{2, "11.5"}, {28, "1"}, {29, "4"}});
  connect_metrics("10m");
  daemon.start();
  ASSERT_TRUE(ends("metrics")) << last_run() << daemon.log();
  EXPECT_EQ(points(), expected({{2, "11.5"}, {28, "1"}, {29, "4"}}));

  // What is older than the overlap stays as it was.
  provide({{2, "77"}, {26, "3.25"}, {28, "2.5"}, {29, "4"}});
  set_cursor_back();
  read_again();
  const std::string right = expected({{2, "11.5"}, {26, "3.25"}, {28, "2.5"}, {29, "4"}});
  EXPECT_EQ(points(), right);
  const std::string stored = rows();

  set_cursor_back();
  read_again();
  EXPECT_EQ(points(), right);
  EXPECT_EQ(rows(), stored) << "read once more it costs no row";
  const auto asked = starts("(metric cpu_util mean)");
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_EQ(asked[2], replaced(instant(first + 15 * kStep), "+00:00", "Z"));
}

TEST_F(SelectelMetrics, a_service_that_was_not_there_for_a_while_is_read_from_where_it_was) {
  cloud.openstack().put("servers", "ru-1", "prod", server_json("s1", "web-1"));
  cloud.openstack().put("servers", "ru-1", "prod", server_json("silent", "web-2"));
  cloud.points("s1", "(metric cpu_util mean)", "[" + row(first, "11.5") + "]");
  cloud.lose("/gnocchi/");
  connect_metrics("10m");
  daemon.start();
  ASSERT_TRUE(ends("metrics")) << last_run() << daemon.log();
  EXPECT_EQ(points(), "");
  EXPECT_THAT(daemon.log(), HasSubstr("prod/ru-1/servers: not there, passed over"));
  cloud.lose("");
  read_again();
  EXPECT_EQ(points(), "compute.server/s1 cpu_utilization percent 0=11.5");
}

}  // namespace
}  // namespace iz::test
