// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/inbox/inbox_list.hpp"

#include "store/session/session.hpp"
#include "store/session/sql_values.hpp"

namespace iz::store {
namespace {

const std::string& columns() {
  static const std::string kColumns =
      "SELECT e.event_no, e.event_id, c.name, e.stream, e.state, " + us("e.received_at") + ", e.attempts, " +
      us("CASE WHEN e.state = 'pending' THEN e.next_try END") + ", " + us("e.settled_at") +
      ", e.error_class, e.error FROM infrazen.webhook_events e JOIN infrazen.connections c USING (connection_id) ";
  return kColumns;
}

InboxRow read_row(const pqxx::row& row) {
  InboxRow event;
  event.event_no = row[0].as<std::int64_t>();
  event.event_id = row[1].as<std::string>();
  event.connection = row[2].as<std::string>();
  event.stream = row[3].as<std::string>();
  event.state = row[4].as<std::string>();
  event.received = *instant_of(row[5]);
  event.attempts = row[6].as<std::int32_t>();
  event.next_try = instant_of(row[7]);
  event.settled = instant_of(row[8]);
  event.error_class = row[9].as<std::uint32_t>();
  event.error = row[10].as<std::string>();
  return event;
}

// Runs the statement, which has the event's number as $1, and returns the event as it is then.
std::optional<InboxRow> settle(Database& database, const char* what, const char* sql, std::int64_t event_no) {
  return in_transaction(database, what, [&](pqxx::work& tx) -> std::optional<InboxRow> {
    query(tx, sql, event_no);
    const auto rows = query(tx, columns() + "WHERE e.event_no = $1", event_no);
    if (rows.empty()) return std::nullopt;
    return read_row(rows[0]);
  });
}

}  // namespace

std::vector<InboxRow> list_events(Database& database, std::string_view connection, std::string_view state,
                                  std::size_t limit) {
  static const std::string kSql =
      columns() + "WHERE ($1 = '' OR c.name = $1) AND ($2 = '' OR e.state = $2) ORDER BY e.event_no DESC LIMIT $3";
  return in_transaction(database, "list the inbox", [&](pqxx::work& tx) {
    std::vector<InboxRow> rows;
    for (const auto& row : query(tx, kSql, std::string(connection), std::string(state), limit))
      rows.push_back(read_row(row));
    return rows;
  });
}

std::optional<InboxRow> retry_event(Database& database, std::int64_t event_no) {
  return settle(database, "try an event again",
                "UPDATE infrazen.webhook_events SET state = 'pending', attempts = 0, next_try = clock_timestamp(), "
                "settled_at = NULL WHERE event_no = $1 AND state <> 'done'",
                event_no);
}

std::optional<InboxRow> discard_event(Database& database, std::int64_t event_no) {
  return settle(database, "discard an event",
                "UPDATE infrazen.webhook_events SET state = 'done', settled_at = clock_timestamp(), body = '' WHERE "
                "event_no = $1 AND state = 'dead'",
                event_no);
}

}  // namespace iz::store
