// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/inbox/inbox.hpp"
#include "store/session/session.hpp"
#include "store/session/sql_values.hpp"

// Taking events out of the inbox.
namespace iz::store {
namespace {

// For `= ANY ($n::bigint[])`.
std::string array_of(std::span<const std::int64_t> numbers) {
  return fmt::format("{{{}}}", fmt::join(numbers, ","));
}

}  // namespace

std::vector<InboxEvent> due_events(Database& database, const StreamLease& lease, std::string_view stream,
                                   std::size_t most, std::size_t most_bytes) {
  static const std::string kSql =
      "SELECT event_no, event_id, form, attempts, " + us("received_at") +
      ", path, query, headers::text, encode(body, 'hex') FROM webhook_events WHERE connection_id = $1 AND stream = $2 "
      "AND "
      "state = 'pending' AND next_try <= clock_timestamp() ORDER BY received_at, event_no LIMIT $3";
  return in_transaction(database, "read the inbox", [&](pqxx::work& tx) {
    std::vector<InboxEvent> events;
    std::size_t bytes = 0;
    for (const auto& row : query(tx, kSql, lease.connection_id, std::string(stream), static_cast<std::int64_t>(most))) {
      InboxEvent event;
      event.event_no = row[0].as<std::int64_t>();
      event.event_id = row[1].as<std::string>();
      event.form = row[2].as<std::string>() == "targets" ? EventForm::targets : EventForm::connector;
      event.attempts = row[3].as<std::int32_t>();
      event.received = *instant_of(row[4]);
      event.path = row[5].as<std::string>();
      if (!row[6].is_null()) event.query = row[6].as<std::string>();
      event.headers_json = row[7].as<std::string>();
      event.body = from_hex(row[8].as<std::string>());
      bytes += event.body.size() + 1024;
      if (!events.empty() && (event.form != events.front().form || events.front().attempts > 0 || bytes > most_bytes)) {
        break;
      }
      if (!events.empty() && event.attempts > 0) continue;  // alone, in a later run
      events.push_back(std::move(event));
    }
    return events;
  });
}

std::optional<Instant> next_event_due(Database& database, const StreamLease& lease, std::string_view stream) {
  return in_transaction(database, "look into the inbox", [&](pqxx::work& tx) {
    return instant_of(query(tx,
                            "SELECT " + us("min(next_try)") +
                                " FROM webhook_events WHERE connection_id = $1 AND stream = $2 AND state = 'pending'",
                            lease.connection_id, std::string(stream))[0][0]);
  });
}

void events_failed(Database& database, const StreamLease& lease, std::span<const std::int64_t> events,
                   std::int64_t run_id, const ErrandFailure& failure) {
  const bool dead = !failure.again.has_value();
  in_transaction(database, "note that an event failed", [&](pqxx::work& tx) {
    query(tx, R"(
      UPDATE webhook_events e
      SET attempts = attempts + $4, error_class = $5, error = $6, run_id = $7,
          state = CASE WHEN $8 THEN 'dead' ELSE state END,
          settled_at = CASE WHEN $8 THEN clock_timestamp() END,
          next_try = clock_timestamp() + $9 * interval '1 millisecond'
      WHERE e.tenant_id = $1 AND e.event_no = ANY ($2::bigint[]) AND e.state = 'pending'
        AND EXISTS (SELECT FROM streams WHERE stream_id = $3 AND epoch = $10))",
          lease.tenant_id, array_of(events), lease.stream_id, failure.counts ? 1 : 0,
          static_cast<std::int32_t>(failure.error_class), failure.message, run_id, dead,
          failure.again.value_or(std::chrono::milliseconds(0)).count(), lease.epoch);
  });
}

}  // namespace iz::store
