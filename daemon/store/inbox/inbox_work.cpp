// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/inbox/inbox.hpp"
#include "store/session/session.hpp"
#include "store/session/sql_values.hpp"
#include "store/streams/audit_row.hpp"

// Taking events out of the inbox, and what people see of it.
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
      ", path, query, headers::text, encode(body, 'hex') FROM webhook_events WHERE connection_id = $1 AND stream = $2 AND "
      "state = 'pending' AND next_try <= clock_timestamp() ORDER BY event_no LIMIT $3";
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
      if (!events.empty() &&
          (event.form != events.front().form || events.front().attempts > 0 || bytes > most_bytes)) {
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
                   std::int64_t run_id, const EventFailure& failure) {
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

std::vector<InboxRow> load_inbox(Database& database, std::string_view connection, std::string_view state,
                                 std::size_t limit) {
  static const std::string kSql =
      "SELECT e.event_no, c.name, e.stream, e.event_id, e.state, " + us("e.received_at") + ", e.attempts, " +
      us("e.next_try") +
      ", e.error FROM webhook_events e JOIN connections c USING (connection_id) WHERE ($1 = '' OR c.name = $1) AND ($2 = '' OR "
      "e.state = $2) ORDER BY e.event_no DESC LIMIT $3";
  return in_transaction(database, "read the inbox", [&](pqxx::work& tx) {
    std::vector<InboxRow> rows;
    for (const auto& row :
         query(tx, kSql, std::string(connection), std::string(state), static_cast<std::int64_t>(limit))) {
      InboxRow& entry = rows.emplace_back();
      entry.event_no = row[0].as<std::int64_t>();
      entry.connection = row[1].as<std::string>();
      entry.stream = row[2].as<std::string>();
      entry.event_id = row[3].as<std::string>();
      entry.state = row[4].as<std::string>();
      entry.received = *instant_of(row[5]);
      entry.attempts = row[6].as<std::int32_t>();
      if (entry.state == "pending") entry.next_try = instant_of(row[7]);
      entry.error = row[8].as<std::string>();
    }
    return rows;
  });
}

std::vector<std::pair<std::string, std::string>> retry_events(Database& database, std::string_view connection,
                                                              std::int64_t event_no, std::string_view actor) {
  return in_transaction(database, "have events handled again", [&](pqxx::work& tx) {
    const auto changed = query(tx, R"(
      WITH again AS (
        UPDATE webhook_events e
        SET state = 'pending', settled_at = NULL, attempts = 0, next_try = clock_timestamp()
        FROM connections c
        WHERE c.connection_id = e.connection_id AND c.name = $1 AND e.state <> 'done' AND ($2 = 0 OR e.event_no = $2)
        RETURNING e.tenant_id, c.name, e.stream)
      SELECT tenant_id, name, stream, count(*) FROM again GROUP BY 1, 2, 3)",
                               std::string(connection), event_no);
    std::vector<std::pair<std::string, std::string>> streams;
    for (const auto& row : changed) {
      streams.emplace_back(row[1].as<std::string>(), row[2].as<std::string>());
      audit_in(tx, {row[0].as<std::int32_t>(), std::string(actor), "webhook.retry",
                    row[1].as<std::string>() + "/" + row[2].as<std::string>(),
                    fmt::format(R"({{"events":{}}})", row[3].as<std::int64_t>())});
    }
    return streams;
  });
}

std::vector<InboxCount> count_inbox(Database& database) {
  return in_transaction(database, "count the inbox", [&](pqxx::work& tx) {
    std::vector<InboxCount> counts;
    for (const auto& row : tx.exec("SELECT c.name, count(*) FILTER (WHERE e.state = 'pending'), count(*) FILTER (WHERE e.state "
                                   "= 'dead') FROM webhook_events e JOIN connections c USING (connection_id) WHERE e.state <> "
                                   "'done' GROUP BY 1 ORDER BY 1")) {
      counts.push_back({row[0].as<std::string>(), row[1].as<std::int64_t>(), row[2].as<std::int64_t>()});
    }
    return counts;
  });
}

}  // namespace iz::store
