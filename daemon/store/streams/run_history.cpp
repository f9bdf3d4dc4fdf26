// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/streams/run_history.hpp"

#include "store/session/session.hpp"

namespace iz::store {

std::vector<RunRow> load_runs(Database& database, std::string_view connection, std::string_view stream,
                              std::size_t limit) {
  static const std::string sql =
      "SELECT r.run_id, c.name, s.stream, r.mode, r.outcome, r.crashed, (extract(epoch FROM r.started_at) * "
      "1e6)::bigint,"
      " (extract(epoch FROM r.ended_at) * 1e6)::bigint, r.records, r.marks, r.error_class, r.message, r.since - date "
      "'1970-01-01', r.until - date '1970-01-01'"
      " FROM infrazen.runs r JOIN infrazen.streams s USING (stream_id)"
      " JOIN infrazen.connections c ON c.connection_id = r.connection_id"
      " WHERE ($1 = '' OR c.name = $1) AND ($2 = '' OR s.stream = $2) ORDER BY r.run_id DESC LIMIT $3";
  return in_transaction(database, "read the runs", [&](pqxx::work& tx) {
    std::vector<RunRow> rows;
    for (const auto& row : query(tx, sql, std::string(connection), std::string(stream), limit)) {
      RunRow& run = rows.emplace_back();
      run.run_id = row[0].as<std::int64_t>();
      run.connection = row[1].as<std::string>();
      run.stream = row[2].as<std::string>();
      run.mode = row[3].as<std::string>();
      run.outcome = row[4].as<std::string>();
      run.crashed = row[5].as<bool>();
      run.started = Instant(std::chrono::microseconds(row[6].as<std::int64_t>()));
      if (!row[7].is_null()) run.ended = Instant(std::chrono::microseconds(row[7].as<std::int64_t>()));
      run.records = row[8].as<std::int64_t>();
      run.marks = row[9].as<std::int64_t>();
      run.error_class = row[10].as<std::uint32_t>();
      run.message = row[11].as<std::string>();
      const auto day = [&row](pqxx::row::size_type column) {
        return std::chrono::sys_days(std::chrono::days(row[column].as<std::int32_t>()));
      };
      if (!row[12].is_null() && !row[13].is_null()) run.window = {day(12), day(13)};
    }
    return rows;
  });
}

}  // namespace iz::store
