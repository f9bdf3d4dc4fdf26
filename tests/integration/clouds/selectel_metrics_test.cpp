// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <ctime>
#include <memory>

#include <gtest/gtest.h>

#include "fakes/selectel/cloud.hpp"
#include "integration/clouds/keystone.hpp"
#include "integration/clouds/matrix.hpp"

// Points of Gnocchi (servers), DBaaS and Octavia.
namespace iz::test {
namespace {

// The same for all fakes. Hours are the steps of points, and runs see the clock in the middle of one: none of them asks
// for an hour more than the others.
constexpr std::time_t kHour = 3600;
const std::time_t kNow = std::time(nullptr);
const std::time_t kLag = kNow % kHour + kHour / 2;
const std::time_t kFirst = kNow - kNow % kHour - 8 * kHour;

std::string instant(std::time_t seconds) {
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char buffer[32];
  std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%S+00:00", &parts);
  return buffer;
}

std::string points(double first) {
  std::string rows;
  for (int hour = 0; hour < 6; ++hour) {
    rows += std::string(hour == 0 ? "[" : ",") + "[\"" + instant(kFirst + hour * kHour) + "\",3600.0," +
            std::to_string(first + hour) + "]";
  }
  return rows + "]";
}

std::string datastore_points(const std::string& ip) {
  std::string seconds, values;
  for (int hour = 0; hour < 6; ++hour) {
    seconds += (hour == 0 ? "" : ",") + std::to_string(kFirst + hour * kHour);
    values += (hour == 0 ? "" : ",") + std::to_string(hour) + ".5";
  }
  return R"([{"ip":")" + ip + R"(","timestamps":[)" + seconds + R"(],"values":[)" + values + "]}]";
}

void fill(SelectelCloud& cloud) {
  cloud.openstack().add_project("prod", "production");
  for (const std::string n : {"1", "2", "3"}) {
    const std::string server = "s" + n;
    cloud.openstack().put("servers", "ru-1", "prod", R"({"id":")" + server + R"(","name":"web","flavor":{}})");
    if (n == "3") continue;  // has no points
    cloud.points(server, "(metric cpu_util mean)", points(n == "1" ? 10.25 : 20.5));
    cloud.points(server, "(metric memory.usage mean)", points(512));
  }
  const std::string databases = "/ru-1/dbaas/v1/datastores";
  cloud.put(databases, R"({"datastores":[{"id":"db1"},{"id":"db2"}]})");
  for (const std::string id : {"db1", "db2"}) {
    const std::string of = datastore_points("10.0.0.6");
    cloud.put(databases + "/" + id + "/metrics",
              R"({"metrics":{"step":60,"cpu":)" + of + R"(,"memory_bytes":)" + of + "}}");
  }
  cloud.openstack().put("loadbalancers", "ru-1", "prod", R"({"id":"lb1","name":"front"})");
  cloud.put("/ru-1/load-balancer/v2.0/lbaas/loadbalancers/lb1/stats",
            R"({"stats":{"active_connections":7,"bytes_in":1000}})");
}

CloudFake start(const std::string& url) {
  const auto cloud = std::make_shared<SelectelCloud>(url);
  fill(*cloud);
  CloudFake fake = keystone_fake(cloud);
  fake.habits.change = [cloud] { cloud->openstack().put("servers", "ru-1", "prod", R"({"id":"s0","flavor":{}})"); };
  fake.habits.restore = [cloud] { cloud->openstack().remove("servers", "s0"); };
  return fake;
}

// What has a history is there point by point. The counters of a balancer are taken at each run, as they stand then.
std::vector<CloudTable> measured() {
  return {{"points", tables::kMetrics.sql + " AND i.raw_type <> 'network.load_balancer'"},
          {"counters",
           "SELECT DISTINCT i.external_id, m.metric_name, m.metric_unit, m.metric_value"
           " FROM infrazen.resource_metrics m"
           " JOIN infrazen.resource_items i ON i.tenant_id = m.tenant_id AND i.id = m.resource_id"
           " WHERE m.tenant_id = $1 AND i.raw_type = 'network.load_balancer'"}};
}

TEST(Clouds, selectel_metrics_survive_every_fault) {
  survive_every_fault({.name = "selectel-metrics",
                       .connector = "selectel",
                       .streams = {"metrics"},
                       .streams_off = {"inventory", "costs", "balance", "documents"},
                       .start = start,
                       .settings =
                           [](const std::string& url) {
                             return "{account: '100001', user: infrazen-reader, granularity: 1h, metrics_lag: " +
                                    std::to_string(kLag) + "s, auth_url: '" + url + "/identity/v3', api_url: '" + url +
                                    "', registry_url: '" + url + "/registry/api/v1'}";
                           },
                       .secrets = {{"password", SelectelCloud::password()}},
                       .tables = measured()});
}

}  // namespace
}  // namespace iz::test
