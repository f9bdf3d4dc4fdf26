// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/costs/cost_rollups.hpp"

#include <cstdint>
#include <string>

#include "records/fault_point.hpp"
#include "store/session/session.hpp"

namespace iz::store {

std::size_t refresh_cost_rollups(Database& database, std::size_t limit) {
  const auto behind = in_transaction(database, "read which costs are to be rolled up", [&](pqxx::work& tx) {
    return query(tx, "SELECT part_id, billing_month, charge_day FROM infrazen.rollup_dirty ORDER BY marked_at LIMIT $1",
                 static_cast<std::int64_t>(limit));
  });
  if (!behind.empty()) records::fault_point("rollup.after_list");
  std::size_t done = 0;
  for (const auto& day : behind) {
    const auto part = day[0].as<std::int32_t>();
    const auto month = day[1].as<std::string>();
    const auto date = day[2].as<std::string>();
    done += in_transaction(database, "roll up costs", [&](pqxx::work& tx) -> std::size_t {
      const auto free = query(tx, "SELECT pg_try_advisory_xact_lock(infrazen.cost_day_lock($1, $2::date))", part, date);
      if (!free[0][0].as<bool>()) return 0;  // another daemon is at it
      query(tx, "SELECT infrazen.refresh_cost_day($1, $2::date, $3::date)", part, month, date);
      records::fault_point("rollup.before_commit");
      return 1;
    });
    records::fault_point("rollup.after_commit");
  }
  return done;
}

}  // namespace iz::store
