// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel/usage/measurements.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "selectel/cloud.hpp"
#include "support/measured.hpp"
#include "support/openstack/usage/points.hpp"
#include <infrazen/json.hpp>

namespace iz::selectel {
namespace {

using infrazen::Micros;
using infrazen::Point;
using support::JsonValue;

// A member of an answer, and what it is here.
struct Member {
  std::string_view member, name, unit;
};
constexpr Member kDatabaseMetrics[] = {{"cpu", "cpu_utilization", "percent"},
                                       {"memory_percent", "memory_utilization", "percent"},
                                       {"memory_bytes", "memory_usage", "bytes"},
                                       {"disk_percent", "disk_utilization", "percent"},
                                       {"disk_bytes", "disk_usage", "bytes"}};
constexpr Member kBalancerMetrics[] = {{"active_connections", "active_connections", "count"},
                                       {"total_connections", "connections_total", "count"},
                                       {"request_errors", "request_errors_total", "count"},
                                       {"bytes_in", "bytes_in_total", "bytes"},
                                       {"bytes_out", "bytes_out_total", "bytes"}};

std::string seconds_of(Micros at) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
}

std::vector<Point> node_points(const JsonValue& node, const openstack::Stretch& asked) {
  std::vector<Point> points;
  auto value = node["values"].begin();
  const auto end = node["values"].end();
  for (const JsonValue second : node["timestamps"]) {
    if (value == end) break;
    const auto number = support::measured(*value++);
    const auto since_epoch = second.integer();
    if (!number || !since_epoch) continue;
    const Micros at{std::chrono::seconds(*since_epoch)};
    if (at >= asked.since && at < asked.until) points.push_back({at, *number});
  }
  return support::in_order(std::move(points));
}

}  // namespace

std::vector<ServerMetric> server_metrics(const JsonValue& server, const Settings& settings) {
  std::vector<ServerMetric> metrics;
  if (settings.cpu_metric == "cpu_util") {
    metrics.push_back({"(metric cpu_util mean)", "cpu_utilization", "percent", 1});
  } else if (const auto cores = server["flavor"]["vcpus"].integer(); cores.value_or(0) > 0) {
    // Nanoseconds of all cores in one step.
    const double full = static_cast<double>(settings.granularity.count()) * 1e9 * static_cast<double>(*cores);
    metrics.push_back({"(metric cpu rate:mean)", "cpu_utilization", "percent", 100 / full});
  }
  metrics.push_back({"(metric memory.usage mean)", "memory_usage", "bytes", 1024.0 * 1024.0});
  return metrics;
}

infrazen::Request server_request(const MetricPart& part, const std::string& server, const ServerMetric& metric,
                                 const Settings& settings) {
  return {.url = part.endpoint +
                 "/aggregates?details=false&granularity=" + std::to_string(settings.granularity.count()) +
                 "&start=" + infrazen::to_text(part.asked.since) + "&stop=" + infrazen::to_text(part.asked.until),
          .method = "POST",
          .headers = {{"content-type", "application/json"}},
          .body = infrazen::JsonObject()
                      .text("operations", metric.operation)
                      .text("search", "id=" + server)
                      .text("resource_type", "generic")
                      .str()};
}

void take_server(const JsonValue& answer, const std::string& server, const ServerMetric& metric, const MetricPart& part,
                 const TakePoints& take) {
  take({.resource_type = openstack::types::kServer, .external_id = server, .name = metric.name, .unit = metric.unit},
       openstack::gnocchi_points(answer, part.asked, metric.factor));
}

infrazen::Request datastore_request(const MetricPart& part, const std::string& id) {
  return {.url = part.endpoint + "/datastores/" + id + "/metrics?start=" + seconds_of(part.asked.since) +
                 "&end=" + seconds_of(part.asked.until)};
}

void take_datastore(const JsonValue& answer, const std::string& id, const MetricPart& part, const TakePoints& take) {
  for (const Member& metric : kDatabaseMetrics) {
    for (const JsonValue node : answer["metrics"][metric.member]) {
      take({.resource_type = "dbaas.datastore",
            .external_id = id,
            .name = metric.name,
            .unit = metric.unit,
            .provider_metric_id = node["ip"].text()},
           node_points(node, part.asked));
    }
  }
}

infrazen::Request balancer_request(const MetricPart& part, const std::string& id) {
  return {.url = part.endpoint + "/lbaas/loadbalancers/" + id + "/stats"};
}

void take_balancer(const JsonValue& answer, const std::string& id, Micros now, const TakePoints& take) {
  for (const Member& metric : kBalancerMetrics) {
    const auto number = support::measured(answer["stats"][metric.member]);
    if (!number) continue;
    take(
        {.resource_type = openstack::types::kLoadBalancer, .external_id = id, .name = metric.name, .unit = metric.unit},
        {{now, *number}});
  }
}

}  // namespace iz::selectel
