// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "jobs/sealing.hpp"

#include <fmt/format.h>

#include "insight/quantile_sketch.hpp"
#include "store/metrics/metrics_sealing.hpp"
#include "store/session/mark_session.hpp"
#include "store/streams/audit.hpp"

namespace iz::jobs {

std::string seal_finished_days(store::Database& database, std::chrono::sys_days before, const std::stop_token& stop) {
  store::MarkSession session(database.conninfo());
  std::size_t days = 0;
  std::size_t put_off = 0;
  std::uint64_t points = 0;
  // Leaves that were empty before this round: one that is emptied below stays until the next, in case a mark has just
  // found it.
  const std::size_t dropped = store::drop_empty_metric_leaves(database, before);
  for (const store::SealableDay& sealable : store::sealable_days(database, before)) {
    if (stop.stop_requested()) break;
    const store::SealedDay sealed = store::seal_day(session, sealable.day, insight::packed_sketch);
    if (sealed.outcome == store::SealedDay::Outcome::busy) break;
    if (sealed.outcome == store::SealedDay::Outcome::still_arriving) {
      ++put_off;
      continue;
    }
    ++days;
    points += sealed.points;
  }
  if (days + put_off + dropped == 0) return {};
  const std::string report =
      fmt::format("{} days sealed with {} points, {} put off, {} empty leaves dropped", days, points, put_off, dropped);
  store::audit(database, {.tenant_id = {}, .actor = "daemon", .action = "metrics.seal", .object = report});
  return report;
}

}  // namespace iz::jobs
