// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "jobs/retention.hpp"

#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "store/rates/rate_budgets.hpp"
#include "store/schema/retention.hpp"
#include "store/streams/audit.hpp"

namespace iz::jobs {

std::string apply_retention(store::Database& database, const config::Retention& retention, std::chrono::sys_days today,
                            const std::stop_token& stop) {
  const auto go_on = [&] { return !stop.stop_requested(); };
  std::size_t leaves = 0;
  std::size_t rows = 0;
  const auto drop = [&](const std::optional<std::chrono::days>& keep, std::string_view table) {
    if (keep && go_on()) leaves += store::drop_partitions_before(database, table, today - *keep);
  };
  const auto erase = [&](const std::optional<std::chrono::days>& keep, store::Expiring what) {
    if (keep && go_on()) rows += store::delete_rows_before(database, what, today - *keep, go_on);
  };
  drop(retention.metrics, "metric_sealed");
  drop(retention.metrics, "metric_segments");
  erase(retention.metrics, store::Expiring::late_metrics);
  drop(retention.logs, "resource_logs");
  erase(retention.logs, store::Expiring::log_events);
  erase(retention.resource_changes, store::Expiring::resource_changes);
  erase(retention.findings, store::Expiring::findings);
  erase(retention.runs, store::Expiring::runs);
  erase(retention.runs, store::Expiring::back_fills);
  erase(retention.webhooks, store::Expiring::webhook_events);
  // Of accounts and hosts that are called no more; they say nothing to anybody.
  if (go_on()) (void)store::drop_idle_rate_budgets(database, std::chrono::days(7));
  if (leaves + rows == 0) return {};
  const std::string report = fmt::format("{} partitions and {} rows had expired", leaves, rows);
  store::audit(database, {.tenant_id = {}, .actor = "daemon", .action = "retention", .object = report});
  return report;
}

}  // namespace iz::jobs
