// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/small_records/logs.hpp"

namespace iz::store {

void ensure_log_day(MarkSession& session, std::chrono::sys_days day) {
  session.exec("SELECT infrazen.ensure_day_partition('infrazen.resource_logs', date '1970-01-01' + $1::integer)",
               {static_cast<std::int64_t>(day.time_since_epoch().count())});
}

std::int64_t insert_logs(MarkTransaction& tx, const RecordOrigin& origin, const ResourceResolver& resources) {
  tx.exec("DELETE FROM iz_stage_log s USING iz_stage_log t WHERE t.key_hash = s.key_hash AND t.n < s.n");
  BinaryArray ids(BinaryArray::int8);
  append_ids(ids, resources);
  return tx
      .exec(R"(
WITH fresh AS (
    INSERT INTO infrazen.log_events (tenant_id, connection_id, event_hash, day)
    SELECT $1, $2, s.key_hash, (s."timestamp" AT TIME ZONE 'UTC')::date
    FROM iz_stage_log s WHERE s.key_hash IS NOT NULL
    ORDER BY s.key_hash
    ON CONFLICT DO NOTHING
    RETURNING event_hash)
INSERT INTO infrazen.resource_logs
    (tenant_id, connection_id, resource_id, log_type, log_level, log_message, log_source, "timestamp", metadata, event_id)
SELECT $1, $2, ($3::bigint[])[s.ref_ix + 1], s.log_type, s.level, s.message, s.source, s."timestamp", s.metadata, s.event_id
FROM iz_stage_log s LEFT JOIN fresh f ON f.event_hash = s.key_hash
WHERE s.key_hash IS NULL OR f.event_hash IS NOT NULL
ORDER BY s.n)",
            {origin.tenant_id, origin.connection_id, Param::binary(ids.bytes())})
      .affected();
}

}  // namespace iz::store
