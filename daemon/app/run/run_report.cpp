// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/run/run_report.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "supervise/backoff.hpp"
#include <infrazen/abi/module.h>

namespace iz::app {

using std::chrono::milliseconds;

std::string_view error_class_name(std::uint32_t error_class) {
  switch (error_class) {
    case IZ_OK: return "ok";
    case IZ_ERR_TRANSIENT: return "transient";
    case IZ_ERR_RATE_LIMITED: return "rate_limited";
    case IZ_ERR_AUTH: return "auth";
    case IZ_ERR_CONFIG: return "config";
    case IZ_ERR_PERMANENT: return "permanent";
    case IZ_ERR_CANCELLED: return "cancelled";
    default: return "internal";
  }
}

std::optional<schedule::Instant> to_planner(const std::optional<store::Instant>& instant) {
  if (!instant) return std::nullopt;
  return std::chrono::floor<milliseconds>(*instant);
}

RunReport postponed(schedule::Instant when, std::string reason) {
  RunReport report;
  report.kind = RunReport::Kind::postponed;
  report.when = when;
  report.reason = std::move(reason);
  return report;
}

RunReport database_lost(std::string reason) {
  RunReport report = postponed({}, std::move(reason));
  report.database_lost = true;
  return report;
}

RunReport ran_elsewhere(std::optional<schedule::Instant> due, const store::StreamState& state) {
  RunReport report;
  report.kind = RunReport::Kind::ran_elsewhere;
  report.history = {due, to_planner(state.last_success), to_planner(state.last_full)};
  return report;
}

RunReport ended(const RunOrder& order, const supervise::RunOutcome& outcome, int failures, const std::string& reason,
                const RunTimes& times) {
  RunReport report;
  report.end.full = order.run.mode == schedule::Mode::full;
  report.end.next = schedule::next_start(order.rule, times.started, times.now, times.uniform);
  if (outcome.ok()) return report;
  if (outcome.error_class == IZ_ERR_CANCELLED) {
    report.end = {schedule::RunEnd::Kind::retry_at, times.now, reason, false};
    return report;
  }
  const config::Limits& limits = order.settings->limits;
  const supervise::BackoffPolicy policy{limits.backoff_min, limits.backoff_max};
  const supervise::Retry retry = supervise::after_failure(policy, outcome.error_class, outcome.retry_after_ms,
                                                          static_cast<unsigned>(std::max(failures, 0)), times.uniform);
  report.end.full = false;
  report.end.reason = reason;
  switch (retry.when) {
    case supervise::NextRun::at_interval: report.end.kind = schedule::RunEnd::Kind::retry_at; break;
    case supervise::NextRun::after_delay:
      report.end.kind = schedule::RunEnd::Kind::retry_at;
      report.end.next = times.now + retry.delay;
      break;
    case supervise::NextRun::on_change: report.end.kind = schedule::RunEnd::Kind::blocked; break;
  }
  return report;
}

RunReport beside(RunReport::Kind kind, std::optional<schedule::Instant> waits_until) {
  RunReport report;
  report.kind = kind;
  report.waits_until = waits_until;
  return report;
}

store::RunEnd run_end(const supervise::RunOutcome& outcome, const RunReport& report, bool full, std::string message) {
  store::RunEnd end;
  end.error_class = outcome.error_class;
  end.message = std::move(message);
  end.crashed = outcome.crashed || outcome.protocol_violation;
  end.signal = outcome.signal;
  end.cpu_ms = std::chrono::duration_cast<milliseconds>(outcome.cpu).count();
  end.max_rss_kb = static_cast<std::int64_t>(outcome.max_rss_bytes >> 10U);
  end.spawn_ms = static_cast<std::int64_t>(outcome.spawn_ms + 0.5);
  end.full = full;
  if (report.end.kind != schedule::RunEnd::Kind::blocked) end.next_due = report.end.next;
  if (report.end.kind == schedule::RunEnd::Kind::retry_at) end.breaker_until = report.end.next;
  return end;
}

}  // namespace iz::app
