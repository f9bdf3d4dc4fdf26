// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <infrazen/abi/base.h>
#include <infrazen/abi/module.h>

#include "store/session/session.hpp"
#include "store/session/sql_values.hpp"
#include "store/streams/streams.hpp"

// Leases and runs of streams. All clocks are the database's.
namespace iz::store {

std::optional<StreamLease> acquire_lease(Database& database, std::int32_t stream_id, const Uuid& owner,
                                         std::chrono::milliseconds length, LeaseHolder* held_by) {
  return in_transaction(database, "take a stream's lease", [&](pqxx::work& tx) -> std::optional<StreamLease> {
    // A daemon that was stopped in the middle of a mark, or whose machine is gone, has left a transaction that holds rows which
    // the next run writes, or the stream's own. It cannot commit any more; it must not keep us waiting either.
    query(tx, R"(
      SELECT pg_terminate_backend(a.pid) FROM streams s JOIN pg_stat_activity a ON a.application_name = $3
      WHERE s.stream_id = $1 AND s.lease_owner <> $2::uuid AND s.lease_expires <= clock_timestamp()
        AND a.datname = current_database() AND a.usename = current_user AND a.pid <> pg_backend_pid())",
          stream_id, to_string(owner), mark_session_name(stream_id));
    const auto rows = query(tx, R"(
      UPDATE streams SET epoch = epoch + 1, lease_owner = $2::uuid,
                         lease_expires = clock_timestamp() + $3 * interval '1 millisecond'
      WHERE stream_id = $1
        AND (lease_owner IS NULL OR lease_owner = $2::uuid OR lease_expires IS NULL OR lease_expires <= clock_timestamp())
      RETURNING tenant_id, connection_id, epoch, mark_seq, encode(cursor, 'hex'), encode(checkpoint, 'hex'), listing_version, )" +
                                us("next_due"),
                            stream_id, to_string(owner), length.count());
    if (rows.empty()) {
      const auto holder = query(tx, "SELECT lease_owner, " + us("lease_expires") + " FROM streams WHERE stream_id = $1", stream_id);
      if (holder.empty()) throw records::RunError(IZ_ERR_INTERNAL, "there is no stream " + std::to_string(stream_id));
      if (held_by != nullptr && !holder[0][0].is_null()) {
        *held_by = {parse_uuid(holder[0][0].as<std::string>()), instant_of(holder[0][1]).value_or(Instant{})};
      }
      return std::nullopt;
    }
    const auto& row = rows[0];
    StreamLease lease;
    lease.tenant_id = row[0].as<std::int32_t>();
    lease.connection_id = row[1].as<std::int32_t>();
    lease.stream_id = stream_id;
    lease.epoch = row[2].as<std::int64_t>();
    lease.mark_seq = row[3].as<std::int64_t>();
    lease.owner = owner;
    lease.cursor = from_hex(row[4].as<std::string>());
    lease.checkpoint = from_hex(row[5].as<std::string>());
    lease.listing_version = row[6].as<std::int64_t>();
    lease.next_due = instant_of(row[7]);
    return lease;
  });
}

bool renew_lease(Database& database, const StreamLease& lease, std::chrono::milliseconds length) {
  return in_transaction(database, "renew a stream's lease", [&](pqxx::work& tx) {
    return query(tx,
                 "UPDATE streams SET lease_expires = clock_timestamp() + $3 * interval '1 millisecond' WHERE stream_id = $1 AND "
                 "epoch = $2",
                 lease.stream_id, lease.epoch, length.count())
               .affected_rows() == 1;
  });
}

void release_lease(Database& database, const StreamLease& lease) {
  in_transaction(database, "release a stream's lease", [&](pqxx::work& tx) {
    query(tx, "UPDATE streams SET lease_owner = NULL, lease_expires = NULL WHERE stream_id = $1 AND epoch = $2", lease.stream_id,
          lease.epoch);
  });
}

std::size_t recover_leases(Database& database, const Uuid& owner) {
  return in_transaction(database, "recover the leases of the process before", [&](pqxx::work& tx) -> std::size_t {
    // A commit that the other process had sent may still be under way: the epoch is raised when it has ended.
    const auto taken = query(tx, R"(
      WITH freed AS (
        UPDATE streams SET lease_owner = NULL, lease_expires = NULL, epoch = epoch + 1 WHERE lease_owner = $1::uuid
        RETURNING stream_id),
      closed AS (
        UPDATE runs SET ended_at = clock_timestamp(), outcome = 'lost', message = 'the daemon that ran it went away'
        WHERE ended_at IS NULL AND stream_id IN (SELECT stream_id FROM freed))
      SELECT count(*) FROM freed)",
                             to_string(owner));
    return taken[0][0].as<std::size_t>();
  });
}

namespace {

const char* name_of(RunTrigger trigger) {
  switch (trigger) {
    case RunTrigger::schedule: return "schedule";
    case RunTrigger::manual: return "manual";
    case RunTrigger::webhook: return "webhook";
    case RunTrigger::catch_up: return "catch_up";
  }
  return "schedule";
}

const char* name_of_mode(const RunStart& start) {
  if (start.window) return "back_fill";
  switch (start.mode) {
    case IZ_SYNC_FULL: return "full";
    case IZ_SYNC_TARGETED: return "targeted";
    default: return "incremental";
  }
}

}  // namespace

std::int64_t begin_run(Database& database, const StreamLease& lease, const RunStart& start) {
  return in_transaction(database, "begin a run", [&](pqxx::work& tx) {
    query(tx,
          "UPDATE runs SET ended_at = clock_timestamp(), outcome = 'lost', message = 'the daemon that ran it went away' WHERE "
          "stream_id = $1 AND ended_at IS NULL AND epoch < $2",
          lease.stream_id, lease.epoch);
    query(tx, "UPDATE streams SET last_start = clock_timestamp() WHERE stream_id = $1 AND epoch = $2", lease.stream_id,
          lease.epoch);
    return query(tx,
                 "INSERT INTO runs (tenant_id, connection_id, stream_id, epoch, mode, triggered_by, actor, since, "
                 "until) VALUES "
                 "($1, $2, $3, $4, $5, $6, $7, nullif($8, '')::date, nullif($9, '')::date) RETURNING run_id",
                 lease.tenant_id, lease.connection_id, lease.stream_id, lease.epoch, std::string(name_of_mode(start)),
                 std::string(name_of(start.trigger)), start.actor,
                 start.window ? to_text(start.window->since) : std::string(),
                 start.window ? to_text(start.window->until) : std::string())[0][0]
        .as<std::int64_t>();
  });
}

void end_run(Database& database, const StreamLease& lease, std::int64_t run_id, const RunEnd& end) {
  const bool succeeded = end.error_class == IZ_OK;
  const std::string outcome = succeeded ? "succeeded" : end.error_class == IZ_ERR_CANCELLED ? "cancelled" : "failed";
  // 0 stands for "not set": no run ends in 1970.
  const std::int64_t next_due = end.next_due ? us_of(*end.next_due) : 0;
  const std::int64_t breaker = end.breaker_until ? us_of(*end.breaker_until) : 0;
  in_transaction(database, "end a run", [&](pqxx::work& tx) {
    query(tx, R"(
      UPDATE runs SET ended_at = clock_timestamp(), outcome = $2, error_class = $3, message = $4, crashed = $5, signal = $6,
                      cpu_ms = $7, max_rss_kb = $8, spawn_ms = $9
      WHERE run_id = $1 AND ended_at IS NULL)",
          run_id, outcome, static_cast<std::int32_t>(end.error_class), end.message, end.crashed, end.signal, end.cpu_ms,
          end.max_rss_kb, end.spawn_ms);
    if (end.beside) return;
    // A rate limit or a cancellation says nothing about the connector's health: failures stay as they were.
    query(tx, R"(
      UPDATE streams SET
        last_success = CASE WHEN $3 THEN clock_timestamp() ELSE last_success END,
        last_full = CASE WHEN $3 AND $4 THEN clock_timestamp() ELSE last_full END,
        failures = CASE WHEN $3 THEN 0 WHEN $5 IN (2, 6) THEN failures ELSE failures + 1 END,
        last_error_class = $5,
        last_error = CASE WHEN $3 THEN '' ELSE $6 END,
        last_records = coalesce((SELECT records FROM runs WHERE run_id = $9), 0),
        next_due = CASE WHEN $7::bigint <> 0 THEN )" + instant_param("$7") + R"( ELSE next_due END,
        breaker_until = CASE WHEN $3 THEN NULL WHEN $8::bigint <> 0 THEN )" + instant_param("$8") + R"( ELSE breaker_until END
      WHERE stream_id = $1 AND epoch = $2)",
          lease.stream_id, lease.epoch, succeeded, end.full, static_cast<std::int32_t>(end.error_class), end.message, next_due,
          breaker, run_id);
  });
}

}  // namespace iz::store
