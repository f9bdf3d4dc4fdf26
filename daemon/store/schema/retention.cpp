// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/schema/retention.hpp"

#include <vector>

#include <date/date.h>
#include <fmt/format.h>

#include "store/session/session.hpp"

namespace iz::store {

namespace {

struct Rows {
  std::string_view table;
  std::string_view older;  // condition with $1, a date
};

Rows rows_of(Expiring what) {
  switch (what) {
    case Expiring::late_metrics: return {"metric_late", "day < $1::date"};
    case Expiring::log_events: return {"log_events", "day < $1::date"};
    case Expiring::resource_changes: return {"resource_changes", "changed_at < $1::date::timestamp AT TIME ZONE 'UTC'"};
    case Expiring::runs: return {"runs", "ended_at < $1::date::timestamp AT TIME ZONE 'UTC'"};
    case Expiring::webhook_events:
      return {"webhook_events", "state <> 'pending' AND settled_at < $1::date::timestamp AT TIME ZONE 'UTC'"};
    case Expiring::back_fills:
      return {"back_fills", "state <> 'waiting' AND settled_at < $1::date::timestamp AT TIME ZONE 'UTC'"};
    case Expiring::findings: break;
  }
  return {"findings", "found_at < $1::date::timestamp AT TIME ZONE 'UTC'"};
}

}  // namespace

std::size_t ensure_coming_partitions(Database& database) {
  const std::vector<std::string> days{"metric_segments", "resource_logs"};
  const std::vector<std::string> months{"metric_sealed", "cost_charges"};
  std::size_t made = 0;
  // Each in a transaction of its own: a lock that one waits for is not held up by another.
  const auto ensure = [&](const std::string& call) {
    in_transaction(database, "make a partition", [&](pqxx::work& tx) { tx.exec(call); });
    ++made;
  };
  for (int ahead = 0; ahead <= 1; ++ahead) {
    for (const std::string& table : days) {
      ensure(fmt::format("SELECT infrazen.ensure_day_partition('infrazen.{}', (now() AT TIME ZONE 'UTC')::date + {})",
                         table, ahead));
    }
    for (const std::string& table : months) {
      ensure(
          fmt::format("SELECT infrazen.ensure_month_partition('infrazen.{}', "
                      "((now() AT TIME ZONE 'UTC') + {} * interval '1 month')::date)",
                      table, ahead));
    }
  }
  return made;
}

std::size_t drop_partitions_before(Database& database, std::string_view table, std::chrono::sys_days keep_from) {
  const std::vector<std::string> leaves = in_transaction(database, "list partitions", [&](pqxx::work& tx) {
    std::vector<std::string> names;
    const pqxx::result rows = query(tx,
                                    "SELECT leaf FROM infrazen.partitions_of($1::regclass) "
                                    "WHERE range_end <= $2::date::timestamp AT TIME ZONE 'UTC' ORDER BY range_start",
                                    "infrazen." + std::string(table), date::format("%F", keep_from));
    for (const auto& row : rows) names.push_back(row[0].as<std::string>());
    return names;
  });
  std::size_t dropped = 0;
  for (const std::string& leaf : leaves) {
    try {
      in_transaction(database, "drop a partition",
                     [&](pqxx::work& tx) { query(tx, "SELECT infrazen.drop_partition($1::regclass)", leaf); });
      ++dropped;
    } catch (const records::RunError& error) {
      if (error.error_class() != IZ_ERR_TRANSIENT) throw;
    }
  }
  return dropped;
}

std::size_t delete_rows_before(Database& database, Expiring what, std::chrono::sys_days keep_from,
                               const std::function<bool()>& go_on) {
  constexpr std::size_t kBatch = 5000;
  const Rows rows = rows_of(what);
  const std::string sql = fmt::format(
      "DELETE FROM infrazen.{0} WHERE ctid = ANY (ARRAY(SELECT ctid FROM infrazen.{0} WHERE {1} LIMIT {2}))",
      rows.table, rows.older, kBatch);
  std::size_t deleted = 0;
  while (go_on()) {
    const std::size_t now = in_transaction(database, "delete what has expired", [&](pqxx::work& tx) {
      return static_cast<std::size_t>(query(tx, sql, date::format("%F", keep_from)).affected_rows());
    });
    deleted += now;
    if (now < kBatch) break;
  }
  return deleted;
}

}  // namespace iz::store
