// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "store/session/database.hpp"

// Partitions made before they are needed, and what is older than it has to be taken away.
namespace iz::store {

// Leaves for today and tomorrow (metrics, logs), for this month and the next (sealed metrics, charges), by the
// database's clock. A mark makes those that are missing, but a mark that finds them there is faster.
std::size_t ensure_coming_partitions(Database& database);

// Drops the leaves of a partitioned table ("metric_sealed") that end at or before `keep_from`. One that is in use for
// longer than two seconds stays for the next time. Returns how many went.
std::size_t drop_partitions_before(Database& database, std::string_view table, std::chrono::sys_days keep_from);

enum class Expiring : unsigned char {
  late_metrics,
  log_events,
  resource_changes,
  runs,
  findings,
  webhook_events,
  back_fills
};
// Deletes rows older than `keep_from`, a few thousand per transaction, until none is left or `go_on` says no. Returns
// how many.
std::size_t delete_rows_before(Database& database, Expiring what, std::chrono::sys_days keep_from,
                               const std::function<bool()>& go_on);

}  // namespace iz::store
