// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/streams/streams.hpp"

#include "records/run_sink.hpp"
#include "store/session/session.hpp"
#include "store/session/sql_values.hpp"
#include "store/streams/audit_row.hpp"
#include <infrazen/abi/base.h>

namespace iz::store {

std::int32_t register_tenant(Database& database, std::string_view name, std::string_view title) {
  return in_transaction(database, "register a tenant", [&](pqxx::work& tx) {
    query(tx,
          "INSERT INTO tenants (name, title) SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM tenants WHERE name = $1) ON "
          "CONFLICT "
          "(name) DO NOTHING",
          std::string(name), std::string(title));
    if (!title.empty()) {
      query(tx, "UPDATE tenants SET title = $2 WHERE name = $1 AND title <> $2", std::string(name), std::string(title));
    }
    return query(tx, "SELECT tenant_id FROM tenants WHERE name = $1", std::string(name))[0][0].as<std::int32_t>();
  });
}

ConnectionEntry register_connection(Database& database, const ConnectionRegistration& registration) {
  const auto tenant_id = register_tenant(database, registration.tenant);
  return in_transaction(database, "register a connection", [&](pqxx::work& tx) {
    // Asked first: ON CONFLICT alone takes a number of the sequence at every start of every daemon.
    query(tx,
          "INSERT INTO connections (tenant_id, name, connector, provider, billing_time_zone) SELECT $1::integer, $2, "
          "$3, $4, $5 "
          "WHERE NOT EXISTS (SELECT FROM connections WHERE name = $2) ON CONFLICT (name) DO NOTHING",
          tenant_id, registration.name, registration.connector, registration.provider, registration.billing_time_zone);
    const auto row =
        query(tx,
              "SELECT c.connection_id, c.tenant_id, c.connector, t.name FROM connections c JOIN tenants t USING "
              "(tenant_id) WHERE c.name = $1",
              registration.name)[0];
    const ConnectionEntry entry{row[0].as<std::int32_t>(), row[1].as<std::int32_t>(), registration.name};
    if (entry.tenant_id != tenant_id || row[2].as<std::string>() != registration.connector) {
      throw records::RunError(IZ_ERR_CONFIG,
                              "connection " + registration.name + " belongs to tenant " + row[3].as<std::string>() +
                                  " and connector " + row[2].as<std::string>() +
                                  " since it was first seen; an id never changes hands: give this one another id");
    }
    query(tx,
          "UPDATE connections SET provider = $2, billing_time_zone = $3 WHERE connection_id = $1 AND "
          "(provider, billing_time_zone) IS DISTINCT FROM ($2, $3)",
          entry.connection_id, registration.provider, registration.billing_time_zone);
    for (const auto& stream : registration.streams) {
      query(tx,
            "INSERT INTO streams (tenant_id, connection_id, stream) SELECT $1::integer, $2::integer, $3 WHERE NOT "
            "EXISTS (SELECT "
            "FROM streams WHERE connection_id = $2 AND stream = $3) ON CONFLICT (connection_id, stream) DO NOTHING",
            tenant_id, entry.connection_id, stream);
    }
    return entry;
  });
}

std::vector<StreamState> load_streams(Database& database, std::string_view connection) {
  static const std::string kSql =
      "SELECT s.stream_id, s.connection_id, s.tenant_id, c.name, s.stream, t.name, c.connector, s.epoch, s.mark_seq, "
      "s.lease_owner, " +
      us("s.lease_expires") + ", coalesce(s.lease_expires > clock_timestamp(), false), " + us("s.last_start") + ", " +
      us("s.last_success") + ", " + us("s.last_full") + ", " + us("s.last_mark") + ", " + us("s.next_due") + ", " +
      us("s.breaker_until") +
      ", s.failures, s.last_error_class, s.last_error, s.last_records, c.paused_at IS NOT NULL, coalesce(c.paused_by, "
      "''), " +
      us("c.quarantined_at") + ", coalesce(c.quarantine_reason, ''), " + us("i.due") + ", i.waiting, " + us("f.due") +
      ", f.waiting, "
      "(SELECT count(*) FROM webhook_events e WHERE e.connection_id = s.connection_id AND e.stream = s.stream AND "
      "e.state = "
      "'dead'), (SELECT max(b.run_id) FROM back_fills b JOIN runs r ON r.run_id = b.run_id AND r.ended_at IS NULL "
      "WHERE "
      "b.stream_id = s.stream_id AND b.state = 'withdrawn') FROM streams s JOIN connections c USING (connection_id) "
      "JOIN tenants t ON t.tenant_id = s.tenant_id "
      "CROSS JOIN LATERAL (SELECT min(e.next_try) AS due, count(*) AS waiting FROM webhook_events e WHERE "
      "e.connection_id = "
      "s.connection_id AND e.stream = s.stream AND e.state = 'pending') i "
      "CROSS JOIN LATERAL (SELECT min(b.next_try) AS due, count(*) AS waiting FROM back_fills b WHERE b.stream_id = "
      "s.stream_id "
      "AND b.state = 'waiting') f WHERE $1 = '' OR c.name = $1 ORDER BY c.name, s.stream";
  return in_transaction(database, "read the streams", [&](pqxx::work& tx) {
    std::vector<StreamState> list;
    for (const auto& row : query(tx, kSql, std::string(connection))) {
      StreamState state;
      state.stream_id = row[0].as<std::int32_t>();
      state.connection_id = row[1].as<std::int32_t>();
      state.tenant_id = row[2].as<std::int32_t>();
      state.connection = row[3].as<std::string>();
      state.stream = row[4].as<std::string>();
      state.tenant = row[5].as<std::string>();
      state.connector = row[6].as<std::string>();
      state.epoch = row[7].as<std::int64_t>();
      state.mark_seq = row[8].as<std::int64_t>();
      if (!row[9].is_null()) state.lease_owner = parse_uuid(row[9].as<std::string>());
      state.lease_expires = instant_of(row[10]);
      state.lease_live = row[11].as<bool>();
      state.last_start = instant_of(row[12]);
      state.last_success = instant_of(row[13]);
      state.last_full = instant_of(row[14]);
      state.last_mark = instant_of(row[15]);
      state.next_due = instant_of(row[16]);
      state.breaker_until = instant_of(row[17]);
      state.failures = row[18].as<std::int32_t>();
      state.last_error_class = row[19].as<std::uint32_t>();
      state.last_error = row[20].as<std::string>();
      state.last_records = row[21].as<std::int64_t>();
      state.paused = row[22].as<bool>();
      state.paused_by = row[23].as<std::string>();
      state.quarantined_at = instant_of(row[24]);
      state.quarantine_reason = row[25].as<std::string>();
      state.events_due = instant_of(row[26]);
      state.events_waiting = row[27].as<std::int64_t>();
      state.back_fill_due = instant_of(row[28]);
      state.back_fills_waiting = row[29].as<std::int64_t>();
      state.events_dead = row[30].as<std::int64_t>();
      if (!row[31].is_null()) state.withdrawn_run = row[31].as<std::int64_t>();
      list.push_back(std::move(state));
    }
    return list;
  });
}

void set_next_due(Database& database, std::int32_t stream_id, Instant when) {
  in_transaction(database, "set when a stream is due", [&](pqxx::work& tx) {
    query(tx, "UPDATE streams SET next_due = " + instant_param("$2") + " WHERE stream_id = $1", stream_id, us_of(when));
  });
}

void set_paused(Database& database, std::string_view connection, bool paused, std::string_view actor) {
  in_transaction(database, "pause a connection", [&](pqxx::work& tx) {
    const auto changed =
        query(tx,
              paused ? "UPDATE connections SET paused_at = now(), paused_by = $2 WHERE name = $1 AND paused_at "
                       "IS NULL RETURNING tenant_id"
                     : "UPDATE connections SET paused_at = NULL, paused_by = NULL WHERE name = $1 AND "
                       "paused_at IS NOT NULL AND $2::text IS NOT NULL RETURNING tenant_id",
              std::string(connection), std::string(actor));
    for (const auto& row : changed) {
      audit_in(tx, {row[0].as<std::int32_t>(), std::string(actor), paused ? "connection.pause" : "connection.unpause",
                    std::string(connection), "{}"});
    }
  });
}

bool record_crash(Database& database, std::int32_t connection_id, std::int64_t run_id, int signal,
                  std::string_view reason, unsigned crashes, std::chrono::milliseconds window) {
  return in_transaction(database, "record a crash", [&](pqxx::work& tx) {
    query(tx,
          "INSERT INTO connector_crashes (tenant_id, connection_id, run_id, signal, reason) SELECT tenant_id, "
          "connection_id, "
          "$2, $3, $4 FROM connections WHERE connection_id = $1",
          connection_id, run_id, signal, std::string(reason));
    // Crashes before the last resume do not count: the operator has looked at them.
    const auto quarantined =
        query(tx, R"(
      UPDATE connections c SET quarantined_at = now(), quarantine_reason = $4
      WHERE c.connection_id = $1 AND c.quarantined_at IS NULL
        AND (SELECT count(*) FROM connector_crashes x
             WHERE x.connection_id = $1 AND x.at > now() - $3 * interval '1 millisecond'
               AND x.at > coalesce((SELECT max(a.at) FROM audit a WHERE a.action = 'connection.resume' AND a.object = c.name),
                                   '-infinity')) >= $2
      RETURNING tenant_id, name)",
              connection_id, static_cast<std::int64_t>(crashes), window.count(), std::string(reason));
    for (const auto& row : quarantined) {
      audit_in(tx, {row[0].as<std::int32_t>(), "daemon", "connection.quarantine", row[1].as<std::string>(), "{}"});
    }
    return !quarantined.empty();
  });
}

bool resume_connection(Database& database, std::string_view connection, std::string_view actor) {
  return in_transaction(database, "resume a connection", [&](pqxx::work& tx) {
    const auto row =
        query(tx,
              "UPDATE connections SET quarantined_at = NULL, quarantine_reason = NULL WHERE name = $1 RETURNING "
              "tenant_id, connection_id",
              std::string(connection));
    if (row.empty()) return false;
    query(tx, "UPDATE streams SET breaker_until = NULL, failures = 0 WHERE connection_id = $1",
          row[0][1].as<std::int32_t>());
    audit_in(tx,
             {row[0][0].as<std::int32_t>(), std::string(actor), "connection.resume", std::string(connection), "{}"});
    return true;
  });
}

}  // namespace iz::store
