// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "selectel/settings.hpp"
#include "selectel/usage/metric_parts.hpp"
#include "support/json.hpp"
#include <infrazen/http.hpp>
#include <infrazen/metrics.hpp>

// How each service is asked for the points of one thing, and how its answers are read.
namespace iz::selectel {

using TakePoints = std::function<void(const infrazen::Series& series, const std::vector<infrazen::Point>& points)>;

// Gnocchi: one aggregate of one server.
struct ServerMetric {
  std::string operation;  // "(metric cpu_util mean)"
  std::string_view name, unit;
  double factor = 1;  // that a value is multiplied by
};
// Of a server as Nova lists it. Without its number of cores the share of a processor cannot be told where Gnocchi has
// nanoseconds only (`cpu_metric: cpu`).
[[nodiscard]] std::vector<ServerMetric> server_metrics(const support::JsonValue& server, const Settings& settings);
[[nodiscard]] infrazen::Request server_request(const MetricPart& part, const std::string& server,
                                               const ServerMetric& metric, const Settings& settings);
void take_server(const support::JsonValue& answer, const std::string& server, const ServerMetric& metric,
                 const MetricPart& part, const TakePoints& take);

// DBaaS: everything of one database, node by node.
[[nodiscard]] infrazen::Request datastore_request(const MetricPart& part, const std::string& id);
void take_datastore(const support::JsonValue& answer, const std::string& id, const MetricPart& part,
                    const TakePoints& take);

// Octavia: the counters of one balancer as they stand `now`, there is no history of them.
[[nodiscard]] infrazen::Request balancer_request(const MetricPart& part, const std::string& id);
void take_balancer(const support::JsonValue& answer, const std::string& id, infrazen::Micros now,
                   const TakePoints& take);

}  // namespace iz::selectel
