// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/rates/rate_budgets.hpp"

#include <map>

#include "store/session/session.hpp"
#include "store/session/sql_values.hpp"

namespace iz::store {
namespace {

// '-infinity' and the epoch are one: both mean never.
std::string us_or_never(const std::string& column) {
  return "CASE WHEN isfinite(" + column + ") THEN " + us(column) + " ELSE 0 END";
}

const std::string& columns() {
  static const std::string kColumns = us_or_never("next_slot") + ", " + us_or_never("paused_until") + ", " +
                                      us_or_never("slowed_at") + ", slowed_rate, ceiling, " + us("clock_timestamp()");
  return kColumns;
}

RateRow row_of(const pqxx::row& row, int first) {
  const auto instant = [&](int column) {
    return Instant(std::chrono::microseconds(row[first + column].as<std::int64_t>()));
  };
  return {{instant(0), instant(1), instant(2), row[first + 3].as<double>(), row[first + 4].as<double>()}, instant(5)};
}

}  // namespace

RateRow change_rate_budget(Database& database, const RateKey& key,
                           const std::function<void(RateState& state, Instant now)>& change) {
  static const std::string kSelect =
      "SELECT " + columns() + " FROM rate_budget WHERE (provider, account, host) = ($1, $2, $3) FOR UPDATE";
  static const std::string kUpdate =
      "UPDATE rate_budget SET next_slot = " + instant_param("$4") + ", paused_until = " + instant_param("$5") +
      ", slowed_at = " + instant_param("$6") +
      ", slowed_rate = $7, ceiling = $8, updated_at = clock_timestamp() WHERE (provider, "
      "account, host) = ($1, $2, $3)";
  return in_transaction(database, "take from a rate budget", [&](pqxx::work& tx) {
    tx.exec("SET LOCAL synchronous_commit = off");
    auto found = query(tx, kSelect, key.provider, key.account, key.host);
    if (found.empty()) {
      query(tx, "INSERT INTO rate_budget (provider, account, host) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            key.provider, key.account, key.host);
      found = query(tx, kSelect, key.provider, key.account, key.host);
    }
    RateRow row = row_of(found[0], 0);
    const RateState before = row.state;
    change(row.state, row.now);
    if (row.state != before) {
      query(tx, kUpdate, key.provider, key.account, key.host, us_of(row.state.next_slot), us_of(row.state.paused_until),
            us_of(row.state.slowed_at), row.state.slowed_rate, row.state.ceiling);
    }
    return row;
  });
}

std::vector<RateRow> load_rate_budgets(Database& database, const std::vector<RateKey>& keys) {
  static const std::string kSql = "SELECT provider, account, host, " + columns() + " FROM rate_budget";
  return in_transaction(database, "read rate budgets", [&](pqxx::work& tx) {
    std::map<RateKey, RateRow> rows;
    Instant now{};
    for (const auto& row : tx.exec(kSql)) {
      const RateRow read = row_of(row, 3);
      now = read.now;
      rows.emplace(RateKey{row[0].as<std::string>(), row[1].as<std::string>(), row[2].as<std::string>()}, read);
    }
    std::vector<RateRow> list;
    for (const RateKey& key : keys) {
      const auto found = rows.find(key);
      list.push_back(found == rows.end() ? RateRow{{}, now} : found->second);
    }
    return list;
  });
}

std::size_t drop_idle_rate_budgets(Database& database, std::chrono::hours idle) {
  return in_transaction(database, "drop idle rate budgets", [&](pqxx::work& tx) -> std::size_t {
    return query(tx, "DELETE FROM rate_budget WHERE updated_at < now() - $1 * interval '1 hour'",
                 static_cast<std::int64_t>(idle.count()))
        .affected_rows();
  });
}

}  // namespace iz::store
