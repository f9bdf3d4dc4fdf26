// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/metrics/metrics_usage.hpp"

#include "records/fault_point.hpp"
#include "store/session/session.hpp"

namespace iz::store {

namespace {

// By metric name and unit: the column it feeds and the factor. A gigabyte is 10^9 bytes. Rates per second are averages
// over the points of the day, so times 86,400 they are the day's amount. memory_share and disk_share are percentages of
// what the resource has.
constexpr const char* kWellKnown = R"sql(
  (VALUES ('cpu_utilization',       'percent',      'cpu',          1::double precision),
          ('cpu_utilization',       'ratio',        'cpu',          100),
          ('memory_usage',          'bytes',        'memory',       1e-9),
          ('memory_usage',          'gb',           'memory',       1),
          ('memory_used_bytes',     'bytes',        'memory',       1e-9),
          ('memory_utilization',    'percent',      'memory_share', 1e-11),
          ('uptime',                'seconds',      'uptime',       1.0 / 3600),
          ('uptime',                'hours',        'uptime',       1),
          ('availability',          'percent',      'availability', 0.24),
          ('storage_used',          'gb',           'storage',      1),
          ('storage_used_bytes',    'bytes',        'storage',      1e-9),
          ('disk_used',             'percent',      'disk_share',   1e-11),
          ('io_operations',         'count',        'operations',   1),
          ('disk_read_operations',  'count',        'operations',   1),
          ('disk_write_operations', 'count',        'operations',   1),
          ('disk_read_operations',  'count/second', 'operation_rate', 86400),
          ('disk_write_operations', 'count/second', 'operation_rate', 86400),
          ('network_in_bytes',      'bytes',        'ingress',      1e-9),
          ('network_in_bytes',      'bytes/second', 'ingress_rate', 86400e-9),
          ('ingress_bytes',         'bytes',        'ingress',      1e-9),
          ('ingress_bytes',         'bytes/second', 'ingress_rate', 86400e-9),
          ('network_out_bytes',     'bytes',        'egress',       1e-9),
          ('network_out_bytes',     'bytes/second', 'egress_rate',  86400e-9),
          ('egress_bytes',          'bytes',        'egress',       1e-9),
          ('egress_bytes',          'bytes/second', 'egress_rate',  86400e-9),
          ('connections',           'count',        'connections',  1),
          ('connection_count',      'count',        'connections',  1)) AS k (metric_name, metric_unit, feeds, factor))sql";

std::string summary_sql() {
  return std::string(R"sql(
INSERT INTO infrazen.resource_usage_summary (tenant_id, resource_id, period_start, period_end, avg_cpu_utilization,
    max_cpu_utilization, avg_memory_usage_gb, max_memory_usage_gb, uptime_hours, storage_used_gb, io_operations,
    ingress_traffic_gb, egress_traffic_gb, data_transfer_gb, connection_count)
SELECT u.tenant_id, u.resource_id, $1::date::timestamp AT TIME ZONE 'UTC', ($1::date + 1)::timestamp AT TIME ZONE 'UTC',
       round(u.cpu_avg::numeric, 2), round(u.cpu_max::numeric, 2),
       round(coalesce(u.memory_avg, u.memory_share_avg * r.memory_bytes)::numeric, 3),
       round(coalesce(u.memory_max, u.memory_share_max * r.memory_bytes)::numeric, 3),
       round(least(coalesce(u.uptime, u.availability), 24)::numeric, 2),
       round(coalesce(u.storage, u.disk_share * r.storage_bytes)::numeric, 3),
       round(u.operations)::bigint, round(u.ingress::numeric, 6), round(u.egress::numeric, 6),
       round((CASE WHEN u.ingress IS NULL THEN u.egress ELSE u.ingress + coalesce(u.egress, 0) END)::numeric, 6),
       round(u.connections)::bigint
FROM (
    SELECT m.tenant_id, m.resource_id,
           avg(m.average * k.factor) FILTER (WHERE k.feeds = 'cpu') AS cpu_avg,
           max(m.maximum * k.factor) FILTER (WHERE k.feeds = 'cpu') AS cpu_max,
           sum(m.average * k.factor) FILTER (WHERE k.feeds = 'memory') AS memory_avg,
           sum(m.maximum * k.factor) FILTER (WHERE k.feeds = 'memory') AS memory_max,
           avg(m.average * k.factor) FILTER (WHERE k.feeds = 'memory_share') AS memory_share_avg,
           max(m.maximum * k.factor) FILTER (WHERE k.feeds = 'memory_share') AS memory_share_max,
           max(m.maximum * k.factor) FILTER (WHERE k.feeds = 'uptime') AS uptime,
           avg(m.average * k.factor) FILTER (WHERE k.feeds = 'availability') AS availability,
           sum(m.maximum * k.factor) FILTER (WHERE k.feeds = 'storage') AS storage,
           max(m.maximum * k.factor) FILTER (WHERE k.feeds = 'disk_share') AS disk_share,
           sum(CASE k.feeds WHEN 'operations' THEN m.total ELSE m.average END * k.factor)
               FILTER (WHERE k.feeds IN ('operations', 'operation_rate')) AS operations,
           sum(CASE k.feeds WHEN 'ingress' THEN m.total ELSE m.average END * k.factor)
               FILTER (WHERE k.feeds IN ('ingress', 'ingress_rate')) AS ingress,
           sum(CASE k.feeds WHEN 'egress' THEN m.total ELSE m.average END * k.factor)
               FILTER (WHERE k.feeds IN ('egress', 'egress_rate')) AS egress,
           max(m.maximum * k.factor) FILTER (WHERE k.feeds = 'connections') AS connections
    FROM infrazen.metrics_daily($1::date, $1::date) m
    JOIN )sql") +
         kWellKnown + R"sql( ON k.metric_name = m.metric_name AND k.metric_unit = m.metric_unit
    GROUP BY m.tenant_id, m.resource_id
) u
JOIN infrazen.resource_items r ON r.tenant_id = u.tenant_id AND r.id = u.resource_id
ON CONFLICT (tenant_id, resource_id, period_start, period_end) DO UPDATE SET
    avg_cpu_utilization = excluded.avg_cpu_utilization, max_cpu_utilization = excluded.max_cpu_utilization,
    avg_memory_usage_gb = excluded.avg_memory_usage_gb, max_memory_usage_gb = excluded.max_memory_usage_gb,
    uptime_hours = excluded.uptime_hours, storage_used_gb = excluded.storage_used_gb,
    io_operations = excluded.io_operations, ingress_traffic_gb = excluded.ingress_traffic_gb,
    egress_traffic_gb = excluded.egress_traffic_gb, data_transfer_gb = excluded.data_transfer_gb,
    connection_count = excluded.connection_count)sql";
}

}  // namespace

std::optional<std::size_t> summarise_next_day(Database& database) {
  return in_transaction(database, "summarise the use of resources", [&](pqxx::work& tx) {
    // The day is taken off the list first: sealed anew meanwhile, it waits for this transaction and is on the list
    // again.
    const pqxx::result taken = tx.exec(
        "DELETE FROM infrazen.metric_days_to_summarise WHERE day = (SELECT day FROM infrazen.metric_days_to_summarise "
        "ORDER BY day LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING day");
    if (taken.empty()) return std::optional<std::size_t>();
    const auto written = query(tx, summary_sql(), taken[0][0].as<std::string>());
    records::fault_point("summary.before_commit");
    return std::optional<std::size_t>(written.affected_rows());
  });
}

}  // namespace iz::store
