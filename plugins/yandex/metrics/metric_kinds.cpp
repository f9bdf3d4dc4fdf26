// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/metrics/metric_kinds.hpp"

namespace iz::yandex {
namespace {

// A machine has up to 8 interfaces and 8 or more disks.
constexpr MetricKind kCompute[] = {
    {"compute", "cpu_usage", "resource_id", "compute.instance", "resource_id", "compute.instance", "cpu_utilization",
     "percent", false, false, 400},
    {"compute", "network_received_bytes", "resource_id", "compute.instance", "resource_id", "compute.instance",
     "network_in_bytes", "bytes/second", true, false, 60},
    {"compute", "network_sent_bytes", "resource_id", "compute.instance", "resource_id", "compute.instance",
     "network_out_bytes", "bytes/second", true, false, 60},
    {"compute", "disk.read_bytes", "instance", "compute.instance", "disk", "compute.disk", "disk_read_bytes",
     "bytes/second", true, false, 50},
    {"compute", "disk.write_bytes", "instance", "compute.instance", "disk", "compute.disk", "disk_write_bytes",
     "bytes/second", true, false, 50},
    {"compute", "disk.read_ops", "instance", "compute.instance", "disk", "compute.disk", "disk_read_operations",
     "count/second", true, false, 50},
    {"compute", "disk.write_ops", "instance", "compute.instance", "disk", "compute.disk", "disk_write_operations",
     "count/second", true, false, 50},
};

struct Database {
  std::string_view service;
  std::string_view cluster;
  std::string_view host;
};
constexpr Database kDatabases[] = {
    {"managed-postgresql", "mdb.postgresql.cluster", "mdb.postgresql.host"},
    {"managed-mysql", "mdb.mysql.cluster", "mdb.mysql.host"},
    {"managed-clickhouse", "mdb.clickhouse.cluster", "mdb.clickhouse.host"},
    {"managed-mongodb", "mdb.mongodb.cluster", "mdb.mongodb.host"},
    {"managed-redis", "mdb.redis.cluster", "mdb.redis.host"},
    {"managed-kafka", "mdb.kafka.cluster", "mdb.kafka.host"},
    {"managed-greenplum", "mdb.greenplum.cluster", "mdb.greenplum.host"},
    {"managed-opensearch", "mdb.opensearch.cluster", "mdb.opensearch.host"},
};

struct HostMetric {
  std::string_view name;
  std::string_view as;
  std::string_view unit;
  bool of_hundred = false;
};
constexpr HostMetric kHostMetrics[] = {
    {"cpu.idle", "cpu_utilization", "percent", true},
    {"mem.used_bytes", "memory_used", "bytes"},
    {"mem.total_bytes", "memory_total", "bytes"},
    {"disk.used_bytes", "disk_used", "bytes"},
    {"disk.total_bytes", "disk_total", "bytes"},
    {"net.bytes_recv", "network_in_bytes", "bytes/second"},
    {"net.bytes_sent", "network_out_bytes", "bytes/second"},
};

}  // namespace

std::span<const MetricKind> metric_kinds() {
  static const std::vector<MetricKind> kinds = [] {
    std::vector<MetricKind> all(std::begin(kCompute), std::end(kCompute));
    for (const Database& database : kDatabases) {
      for (const HostMetric& metric : kHostMetrics) {
        all.push_back({database.service, metric.name, "resource_id", database.cluster, "host", database.host, metric.as,
                       metric.unit, false, metric.of_hundred, 20});
      }
    }
    return all;
  }();
  return kinds;
}

// Hosts are named by their id and need no listing.
std::vector<std::string_view> listings_for(const MetricKind& kind) {
  std::vector<std::string_view> types{kind.owner};
  if (kind.service == "compute" && kind.resource_type != kind.owner) types.push_back(kind.resource_type);
  return types;
}

}  // namespace iz::yandex
