// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/metrics/metrics_sealing.hpp"

#include <exception>
#include <optional>
#include <string>

#include <date/date.h>
#include <fmt/format.h>

#include "records/fault_point.hpp"
#include "store/metrics/metrics_sealed_rows.hpp"
#include "store/session/session.hpp"

namespace iz::store {

namespace {

std::string sql_date(std::chrono::sys_days day) {
  return date::format("%F", day);
}

// A transaction on a MarkSession without a mark. Not ended by commit(): rolled back, or, if even that fails,
// disconnected.
class Transaction {
 public:
  explicit Transaction(MarkSession& session) : session_(session) { session_.exec("BEGIN"); }
  ~Transaction() {
    if (!open_) return;
    try {
      session_.exec("ROLLBACK");
    } catch (const std::exception&) {
      session_.disconnect();
    }
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() {
    open_ = false;
    session_.exec("COMMIT");
  }

 private:
  MarkSession& session_;
  bool open_ = true;
};

// Asks several times, each for a second, so that readers of the day do not queue up behind the wait for its lock.
bool empty_leaf(MarkSession& session, const std::string& date, std::uint64_t expected) {
  constexpr int kAttempts = 10;
  session.exec("SET LOCAL lock_timeout = '1s'");
  session.exec("SAVEPOINT emptying");
  for (int attempt = 1;; ++attempt) {
    try {
      return session.exec("SELECT infrazen.empty_metric_leaf($1::date, $2::bigint)", {date, expected}).boolean(0, 0);
    } catch (const records::RunError& error) {
      if (error.error_class() != IZ_ERR_TRANSIENT || !session.connected()) throw;
      if (attempt == kAttempts) return false;
    }
    session.exec("ROLLBACK TO SAVEPOINT emptying");
  }
}

// Everything the day has of series that are hot or late; of those, what is sealed already comes first.
std::string day_query(std::string_view day) {
  return fmt::format(
      "WITH touched AS MATERIALIZED ("
      "  SELECT tenant_id, series_id FROM infrazen.metric_segments WHERE day = DATE '{0}'"
      "  UNION SELECT tenant_id, series_id FROM infrazen.metric_late WHERE day = DATE '{0}') "
      "SELECT tenant_id, series_id, seq, 'h'::\"char\" AS origin, t0, step_ms::bigint * 1000 AS unit_us, at_ms AS at, "
      "v "
      "FROM infrazen.metric_segments WHERE day = DATE '{0}' "
      "UNION ALL "
      "SELECT tenant_id, series_id, seq, 'l', t0, step_ms::bigint * 1000, at_ms, v "
      "FROM infrazen.metric_late WHERE day = DATE '{0}' "
      "UNION ALL "
      "SELECT z.tenant_id, z.series_id, -1, 's', z.t0, z.unit_us, coalesce(z.at4, z.at2::integer[]),"
      "  coalesce(z.v8, ARRAY(SELECT (z.base + e.v)::double precision / z.divisor "
      "                       FROM unnest(coalesce(z.v4, z.v2::integer[])) WITH ORDINALITY AS e (v, i) ORDER BY e.i)) "
      "FROM infrazen.metric_sealed z JOIN touched USING (tenant_id, series_id) WHERE z.day = DATE '{0}' "
      "ORDER BY tenant_id, series_id, seq",
      day);
}

}  // namespace

std::vector<SealableDay> sealable_days(Database& database, std::chrono::sys_days before) {
  return in_transaction(database, "list the days to seal", [&](pqxx::work& tx) {
    std::vector<SealableDay> days;
    const pqxx::result rows = query(tx,
                                    "SELECT (range_start AT TIME ZONE 'UTC')::date AS day, leaf FROM "
                                    "infrazen.partitions_of('infrazen.metric_segments') "
                                    "WHERE range_start < $1::date::timestamp AT TIME ZONE 'UTC' ORDER BY 1",
                                    sql_date(before));
    const pqxx::result late =
        query(tx, "SELECT DISTINCT day FROM infrazen.metric_late WHERE day < $1::date ORDER BY 1", sql_date(before));
    const auto parsed = [](const pqxx::field& field) {
      std::istringstream text(field.as<std::string>());
      std::chrono::sys_days day;
      text >> date::parse("%F", day);
      return day;
    };
    for (const auto& row : rows) {
      const pqxx::result used = tx.exec("SELECT EXISTS (SELECT FROM " + row[1].as<std::string>() + ")");
      if (used[0][0].as<bool>()) days.push_back({.day = parsed(row[0]), .hot = true});
    }
    for (const auto& row : late) {
      const std::chrono::sys_days day = parsed(row[0]);
      const auto at = std::lower_bound(days.begin(), days.end(), day,
                                       [](const SealableDay& one, std::chrono::sys_days d) { return one.day < d; });
      if (at != days.end() && at->day == day) {
        at->late = true;
      } else {
        days.insert(at, {.day = day, .late = true});
      }
    }
    return days;
  });
}

SealedDay seal_day(MarkSession& session, std::chrono::sys_days day, const SketchOf& sketch,
                   const SealingStep& on_step) {
  const auto step = [&](std::string_view name) {
    records::fault_point("sealing." + std::string(name));
    if (on_step) on_step(name);
  };
  const std::string date = sql_date(day);
  const std::string leaf = std::string(
      session.exec("SELECT infrazen.ensure_month_partition('infrazen.metric_sealed', $1::date)", {date}).text(0, 0));
  SealedDay result;
  Transaction transaction(session);
  if (!session.exec("SELECT pg_try_advisory_xact_lock(hashtext('infrazen.sealing'), 0)").boolean(0, 0)) {
    result.outcome = SealedDay::Outcome::busy;
    return result;
  }
  session.exec("SET LOCAL work_mem = '64MB'");

  step("read");
  session.exec("DECLARE sealing NO SCROLL CURSOR FOR " + day_query(date));
  SealedRowWriter writer(session, leaf, day, sketch);
  std::uint64_t hot_rows = 0;
  for (bool first = true;; first = false) {
    const PgResult rows = session.exec_binary("FETCH 2000 FROM sealing");
    if (rows.rows() == 0) break;
    for (int row = 0; row < rows.rows(); ++row) {
      if (rows.text(row, 3) == "h") ++hot_rows;
      writer.add(rows, row);
    }
    if (first) step("copy");
    writer.flush();
  }
  writer.finish();
  session.exec("CLOSE sealing");

  step("fold_late");
  writer.delete_folded();

  step("empty_leaf");
  const bool emptied = empty_leaf(session, date, hot_rows);
  if (!emptied) {
    result.outcome = SealedDay::Outcome::still_arriving;
    return result;
  }
  session.exec("INSERT INTO infrazen.metric_days_to_summarise VALUES ($1::date) ON CONFLICT DO NOTHING", {date});
  step("commit");
  transaction.commit();
  records::fault_point("sealing.committed");
  result.series = writer.series();
  result.points = writer.points();
  return result;
}

std::size_t drop_empty_metric_leaves(Database& database, std::chrono::sys_days before) {
  const std::vector<std::string> days = in_transaction(database, "list the metric leaves", [&](pqxx::work& tx) {
    std::vector<std::string> listed;
    const pqxx::result rows = query(tx,
                                    "SELECT (range_start AT TIME ZONE 'UTC')::date FROM "
                                    "infrazen.partitions_of('infrazen.metric_segments') "
                                    "WHERE range_start < $1::date::timestamp AT TIME ZONE 'UTC' ORDER BY 1",
                                    sql_date(before));
    for (const auto& row : rows) listed.push_back(row[0].as<std::string>());
    return listed;
  });
  std::size_t dropped = 0;
  for (const std::string& day : days) {
    try {
      dropped += in_transaction(database, "drop an empty metric leaf", [&](pqxx::work& tx) {
        return query(tx, "SELECT infrazen.drop_empty_metric_leaf($1::date)", day)[0][0].as<bool>() ? 1U : 0U;
      });
    } catch (const records::RunError& error) {
      if (error.error_class() != IZ_ERR_TRANSIENT) throw;
    }
  }
  return dropped;
}

}  // namespace iz::store
