// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/back_fills/back_fills.hpp"

#include <fmt/format.h>

#include "store/session/session.hpp"
#include "store/session/sql_values.hpp"
#include <infrazen/abi/base.h>
#include <infrazen/abi/module.h>

namespace iz::store {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

std::string days_of(const std::string& column) {
  return "(" + column + " - date '1970-01-01')";
}

template <typename Field>
sys_days day_in(const Field& field) {
  return sys_days(days(field.template as<std::int32_t>()));
}

const std::string& columns() {
  static const std::string kColumns = "SELECT b.back_fill_id, c.name, s.stream, " + days_of("b.since") + ", " +
                                      days_of("b.until") + ", b.state, b.actor, " + us("b.asked_at") +
                                      ", b.attempts, " + us("CASE WHEN b.state = 'waiting' THEN b.next_try END") +
                                      ", " + us("b.settled_at") +
                                      ", b.run_id, b.error_class, b.error, EXISTS (SELECT FROM runs r WHERE r.run_id = "
                                      "b.run_id AND r.ended_at IS NULL) "
                                      "FROM back_fills b JOIN streams s USING (stream_id) JOIN connections c ON "
                                      "c.connection_id = b.connection_id ";
  return kColumns;
}

BackFillRow read_row(const pqxx::row& row) {
  BackFillRow back_fill;
  back_fill.id = row[0].as<std::int64_t>();
  back_fill.connection = row[1].as<std::string>();
  back_fill.stream = row[2].as<std::string>();
  back_fill.window = {day_in(row[3]), day_in(row[4])};
  back_fill.state = row[5].as<std::string>();
  back_fill.actor = row[6].as<std::string>();
  back_fill.asked = *instant_of(row[7]);
  back_fill.attempts = row[8].as<std::int32_t>();
  back_fill.next_try = instant_of(row[9]);
  back_fill.settled = instant_of(row[10]);
  if (!row[11].is_null()) back_fill.run_id = row[11].as<std::int64_t>();
  back_fill.error_class = row[12].as<std::uint32_t>();
  back_fill.error = row[13].as<std::string>();
  back_fill.run_under_way = row[14].as<bool>();
  if (back_fill.run_under_way && back_fill.state == "waiting") back_fill.state = "running";
  return back_fill;
}

}  // namespace

BackFillRow ask_back_fill(Database& database, std::string_view connection, std::string_view stream,
                          const DayWindow& window, std::string_view actor) {
  return in_transaction(database, "ask for a back-fill", [&](pqxx::work& tx) {
    // The connection's row keeps two who ask at once apart; a mark does not hold it.
    const auto streams =
        query(tx,
              "SELECT s.stream_id FROM streams s JOIN connections c USING (connection_id) WHERE c.name = $1 AND "
              "s.stream = $2 FOR NO KEY UPDATE OF c",
              std::string(connection), std::string(stream));
    if (streams.empty()) {
      throw records::RunError(IZ_ERR_PERMANENT,
                              fmt::format("stream {} of connection {} is not registered in the database yet: "
                                          "ask again in a moment",
                                          stream, connection));
    }
    const auto stream_id = streams[0][0].as<std::int32_t>();
    const auto waiting = query(tx, columns() + R"(
      WHERE b.stream_id = $1 AND b.state = 'waiting' AND b.since <= $2::date AND b.until >= $3::date
        AND NOT EXISTS (SELECT FROM runs r WHERE r.run_id = b.run_id AND r.ended_at IS NULL)
      ORDER BY b.back_fill_id LIMIT 1)",
                               stream_id, to_text(window.since), to_text(window.until));
    if (!waiting.empty()) {
      BackFillRow row = read_row(waiting[0]);
      row.repeated = true;
      // Whoever asks does not want to wait for the delay of a try that failed.
      query(tx, "UPDATE back_fills SET next_try = least(next_try, clock_timestamp()) WHERE back_fill_id = $1", row.id);
      return row;
    }
    const auto made =
        query(tx, R"(
      INSERT INTO back_fills (tenant_id, connection_id, stream_id, since, until, actor)
      SELECT tenant_id, connection_id, stream_id, $2::date, $3::date, $4 FROM streams
      WHERE stream_id = $1 AND (SELECT count(*) FROM back_fills WHERE stream_id = $1 AND state = 'waiting') < $5
      RETURNING back_fill_id)",
              stream_id, to_text(window.since), to_text(window.until), std::string(actor), kMostBackFillsWaiting);
    if (made.empty()) {
      throw records::RunError(IZ_ERR_PERMANENT,
                              fmt::format("{} back-fills of stream {} of connection {} wait already, which is "
                                          "the most: let them end, or ask for longer windows",
                                          kMostBackFillsWaiting, stream, connection));
    }
    return read_row(query(tx, columns() + "WHERE b.back_fill_id = $1", made[0][0].as<std::int64_t>())[0]);
  });
}

std::vector<BackFillRow> list_back_fills(Database& database, std::string_view connection, std::string_view stream,
                                         std::size_t limit) {
  return in_transaction(database, "list the back-fills", [&](pqxx::work& tx) {
    std::vector<BackFillRow> rows;
    for (const auto& row : query(tx,
                                 columns() + "WHERE ($1 = '' OR c.name = $1) AND ($2 = '' OR s.stream = $2) ORDER BY "
                                             "b.back_fill_id DESC LIMIT $3",
                                 std::string(connection), std::string(stream), limit)) {
      rows.push_back(read_row(row));
    }
    return rows;
  });
}

std::optional<BackFillRow> withdraw_back_fill(Database& database, std::int64_t id, std::string_view actor) {
  return in_transaction(database, "withdraw a back-fill", [&](pqxx::work& tx) -> std::optional<BackFillRow> {
    query(
        tx,
        "UPDATE back_fills SET state = 'withdrawn', settled_at = clock_timestamp(), error_class = 0, error = $2 WHERE "
        "back_fill_id = $1 AND state = 'waiting'",
        id, "withdrawn by " + std::string(actor));
    const auto rows = query(tx, columns() + "WHERE b.back_fill_id = $1", id);
    return rows.empty() ? std::nullopt : std::optional(read_row(rows[0]));
  });
}

std::optional<BackFill> due_back_fill(Database& database, const StreamLease& lease) {
  static const std::string kSql =
      "SELECT back_fill_id, " + days_of("since") + ", " + days_of("until") +
      ", actor, attempts FROM back_fills WHERE stream_id = $1 AND state = 'waiting' AND next_try "
      "<= clock_timestamp() ORDER BY back_fill_id LIMIT 1";
  return in_transaction(database, "look for a back-fill", [&](pqxx::work& tx) -> std::optional<BackFill> {
    const auto rows = query(tx, kSql, lease.stream_id);
    if (rows.empty()) return std::nullopt;
    const auto& row = rows[0];
    return BackFill{row[0].as<std::int64_t>(),
                    {day_in(row[1]), day_in(row[2])},
                    row[3].as<std::string>(),
                    row[4].as<std::int32_t>()};
  });
}

BackFillsWaiting back_fills_waiting(Database& database, const StreamLease& lease) {
  return in_transaction(database, "look for more back-fills", [&](pqxx::work& tx) {
    const auto row = query(
        tx, "SELECT count(*), " + us("min(next_try)") + " FROM back_fills WHERE stream_id = $1 AND state = 'waiting'",
        lease.stream_id)[0];
    return BackFillsWaiting{row[0].as<std::int64_t>(), instant_of(row[1])};
  });
}

std::int64_t begin_back_fill(Database& database, const StreamLease& lease, const BackFill& back_fill) {
  const std::int64_t run_id =
      begin_run(database, lease, {IZ_SYNC_INCREMENTAL, RunTrigger::manual, back_fill.actor, back_fill.window});
  in_transaction(database, "begin a back-fill", [&](pqxx::work& tx) {
    query(tx, "UPDATE back_fills SET run_id = $3 WHERE tenant_id = $1 AND back_fill_id = $2", lease.tenant_id,
          back_fill.id, run_id);
  });
  return run_id;
}

void back_fill_done(MarkTransaction& transaction, std::int64_t id, std::int64_t run_id) {
  transaction.exec(
      "UPDATE infrazen.back_fills SET state = 'done', settled_at = clock_timestamp(), run_id = $3, error = '', "
      "error_class = 0 WHERE tenant_id = $1 AND back_fill_id = $2 AND state = 'waiting'",
      {transaction.lease().tenant_id, id, run_id});
}

bool back_fill_failed(Database& database, const StreamLease& lease, std::int64_t id, const ErrandFailure& failure) {
  return in_transaction(database, "note that a back-fill failed", [&](pqxx::work& tx) {
    const auto noted =
        query(tx, R"(
      UPDATE back_fills b
      SET attempts = attempts + $4, error_class = $5, error = $6,
          state = CASE WHEN $7 THEN 'failed' ELSE state END,
          settled_at = CASE WHEN $7 THEN clock_timestamp() END,
          next_try = clock_timestamp() + $8 * interval '1 millisecond'
      WHERE b.tenant_id = $1 AND b.back_fill_id = $2 AND b.state = 'waiting'
        AND EXISTS (SELECT FROM streams WHERE stream_id = $3 AND epoch = $9))",
              lease.tenant_id, id, lease.stream_id, failure.counts ? 1 : 0,
              static_cast<std::int32_t>(failure.error_class), failure.message, !failure.again.has_value(),
              failure.again.value_or(std::chrono::milliseconds(0)).count(), lease.epoch);
    return noted.affected_rows() != 0;
  });
}

}  // namespace iz::store
