// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/metrics/metrics_late.hpp"

#include <algorithm>
#include <bit>
#include <string>

namespace iz::store {

namespace {

// Of the days that are asked about, segments that touch what is asked are unnested and no others. The hot leaf has no
// index and is gone through once, with a condition that is cheap for what is older than all that is asked; sealed rows
// are looked up one by one, because of their leaf, a month, little is wanted, and cut before they are unnested where
// they can be.
constexpr const char* kKnown = R"(
WITH wanted AS MATERIALIZED (
  SELECT w.series_id, w.at, w.i, (w.at AT TIME ZONE 'UTC')::date AS day
  FROM unnest($2::bigint[], $3::timestamptz[]) WITH ORDINALITY AS w (series_id, at, i)),
touched AS MATERIALIZED (
  SELECT series_id, day, min(at) AS first, max(at) AS last FROM wanted GROUP BY series_id, day),
hot AS MATERIALIZED (
  SELECT h.series_id, h.day, h.seq, h.t0, h.n, h.step_ms, h.at_ms, h.v
  FROM infrazen.metric_segments h
  WHERE h.tenant_id = $1::integer
    AND h.day >= ($4::timestamptz AT TIME ZONE 'UTC')::date AND h.day <= ($5::timestamptz AT TIME ZONE 'UTC')::date
    AND h.t0 <= $5::timestamptz
    AND (h.t0 >= $4::timestamptz
         OR (h.n > 1
             AND h.t0 + coalesce(h.at_ms[h.n], (h.n - 1) * h.step_ms) * interval '1 millisecond' >= $4::timestamptz))),
known AS (
  SELECT h.series_id, h.seq, h.t0 + coalesce(e.at_ms, (e.i - 1) * h.step_ms) * interval '1 millisecond' AS at, e.v AS value
  FROM hot h
  JOIN touched t ON t.series_id = h.series_id AND t.day = h.day
  CROSS JOIN LATERAL unnest(h.v, h.at_ms) WITH ORDINALITY AS e (v, at_ms, i)
  UNION ALL
  SELECT l.series_id, l.seq, l.t0 + coalesce(e.at_ms, (e.i - 1) * l.step_ms) * interval '1 millisecond', e.v
  FROM touched t
  JOIN infrazen.metric_late l ON l.tenant_id = $1::integer AND l.series_id = t.series_id AND l.day = t.day
  CROSS JOIN LATERAL unnest(l.v, l.at_ms) WITH ORDINALITY AS e (v, at_ms, i)
  UNION ALL
  SELECT z.series_id, -1, z.t0 + coalesce(e.at2, e.at4, c.skip + e.i - 1) * z.unit_us * interval '1 microsecond',
         coalesce(e.v8, (z.base + coalesce(e.v2, e.v4))::double precision / z.divisor)
  FROM touched t
  CROSS JOIN LATERAL (SELECT s.* FROM infrazen.metric_sealed s
                      WHERE s.tenant_id = $1::integer AND s.series_id = t.series_id AND s.day = t.day OFFSET 0) z
  CROSS JOIN LATERAL (
    SELECT CASE WHEN z.at2 IS NULL AND z.at4 IS NULL
                THEN least(greatest(ceil(extract(epoch FROM t.first - z.t0) * 1000000 / z.unit_us), 0), z.n)::integer
                ELSE 0 END AS skip,
           CASE WHEN z.at2 IS NULL AND z.at4 IS NULL
                THEN least(greatest(floor(extract(epoch FROM t.last - z.t0) * 1000000 / z.unit_us) + 1, 0), z.n)::integer
                ELSE z.n END AS stop
    OFFSET 0) c
  CROSS JOIN LATERAL unnest(z.at2, z.at4, z.v2[c.skip + 1:c.stop], z.v4[c.skip + 1:c.stop], z.v8[c.skip + 1:c.stop])
    WITH ORDINALITY AS e (at2, at4, v2, v4, v8, i)
  WHERE t.day < DATE '1970-01-01' + $6::integer)
SELECT DISTINCT ON (w.i) w.i, k.value
FROM wanted w JOIN known k ON k.series_id = w.series_id AND k.at = w.at
ORDER BY w.i, k.seq DESC)";

}  // namespace

void lock_as_readers_do(MarkTransaction& tx) {
  tx.exec("LOCK TABLE ONLY infrazen.metric_segments IN ACCESS SHARE MODE");
}

std::vector<std::optional<double>> known_values(MarkTransaction& tx, std::span<const PointAt> points,
                                                std::chrono::sys_days today) {
  std::vector<std::optional<double>> values(points.size());
  if (points.empty()) return values;
  BinaryArray series(BinaryArray::int8), instants(BinaryArray::timestamptz);
  std::int64_t first = points.front().at_us, last = first;
  for (const PointAt& point : points) {
    series.add().i64(point.series_id);
    instants.add().timestamptz(point.at_us);
    first = std::min(first, point.at_us);
    last = std::max(last, point.at_us);
  }
  std::string first_bytes, last_bytes;
  RowEncoder(first_bytes).put(static_cast<std::uint64_t>(first - kPgEpochUs));
  RowEncoder(last_bytes).put(static_cast<std::uint64_t>(last - kPgEpochUs));
  const PgResult rows =
      tx.exec_binary(kKnown, {tx.lease().tenant_id, Param::binary(series.bytes()), Param::binary(instants.bytes()),
                              Param::binary(first_bytes), Param::binary(last_bytes),
                              static_cast<std::int64_t>(today.time_since_epoch().count())});
  for (int row = 0; row < rows.rows(); ++row) {
    values[static_cast<std::size_t>(rows.binary_i64(row, 0) - 1)] = std::bit_cast<double>(rows.binary_i64(row, 1));
  }
  return values;
}

std::vector<Predecessor> recent_predecessors(MarkTransaction& tx, std::chrono::days days) {
  const PgResult rows = tx.exec_binary(
      "SELECT identity, series_id FROM infrazen.metric_series WHERE tenant_id = $1::integer AND stream_id = "
      "$2::integer "
      "AND succeeded_at > now() - make_interval(days => $3::integer)",
      {tx.lease().tenant_id, tx.lease().stream_id, static_cast<std::int64_t>(days.count())});
  std::vector<Predecessor> ended;
  for (int row = 0; row < rows.rows(); ++row) {
    ended.push_back({as_identity(rows.text(row, 0)), rows.binary_i64(row, 1)});
  }
  return ended;
}

}  // namespace iz::store
