// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/runner.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/run_plan.hpp"
#include "app/run_watch.hpp"
#include "ingest/run_ingest.hpp"
#include "records/fault_point.hpp"
#include "supervise/backoff.hpp"
#include <infrazen/abi/module.h>

namespace iz::app {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDatabaseRetry{5'000};
// A due time has been through the database, which may round it; the rest is somebody else's run.
constexpr milliseconds kRounding{100};

schedule::Instant now() {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

double uniform() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
}

std::uint32_t abi_mode(schedule::Mode mode) {
  switch (mode) {
    case schedule::Mode::incremental: return IZ_SYNC_INCREMENTAL;
    case schedule::Mode::full: return IZ_SYNC_FULL;
    case schedule::Mode::targeted: return IZ_SYNC_TARGETED;
  }
  return IZ_SYNC_INCREMENTAL;
}

std::optional<schedule::Instant> to_planner(const std::optional<store::Instant>& instant) {
  if (!instant) return std::nullopt;
  return std::chrono::floor<milliseconds>(*instant);
}

RunReport postponed(schedule::Instant when, std::string reason, bool database_lost) {
  RunReport report;
  report.kind = RunReport::Kind::postponed;
  report.when = when;
  report.reason = std::move(reason);
  report.database_lost = database_lost;
  return report;
}

RunReport ran_elsewhere(std::optional<schedule::Instant> due, const store::StreamState& state) {
  RunReport report;
  report.kind = RunReport::Kind::ran_elsewhere;
  report.history = {due, to_planner(state.last_success), to_planner(state.last_full)};
  return report;
}

std::string text_of(schedule::Instant instant) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(instant));
}

}  // namespace

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

RunReport Runner::run(const RunOrder& order, std::stop_source stop) {
  const schedule::StreamKey& key = order.run.key;
  try {
    const config::Connection* connection = order.settings->find_connection(key.connection);
    if (connection == nullptr) return postponed(now(), "no longer configured", false);

    const auto states = store::load_streams(parts_.database, key.connection);
    const auto state = std::ranges::find(states, key.stream, &store::StreamState::stream);
    if (state == states.end()) return postponed(now() + kDatabaseRetry, "not registered in the database yet", false);
    const auto due = to_planner(state->next_due);
    if (!order.run.manual && due && *due > now() + kRounding) {
      return ran_elsewhere(due, *state);
    }
    store::LeaseHolder holder;
    auto lease = store::acquire_lease(parts_.database, state->stream_id, parts_.owner, parts_.leases.length(), &holder);
    if (!lease) {
      return postponed(std::max(now() + milliseconds(500), std::chrono::ceil<milliseconds>(holder.expires)),
                       "another daemon holds the lease", false);
    }
    records::fault_point("lease.after_take");
    // Another daemon may have run it between our look and our lease.
    if (!order.run.manual && lease->next_due && *lease->next_due > now() + kRounding) {
      store::release_lease(parts_.database, *lease);
      return ran_elsewhere(to_planner(lease->next_due), *state);
    }
    return run_leased(order, *connection, *state, std::move(*lease), std::move(stop));
  } catch (const records::RunError& error) {
    parts_.live.ended(key);
    return postponed(now() + kDatabaseRetry, error.what(), error.error_class() == IZ_ERR_TRANSIENT);
  } catch (const std::exception& error) {
    parts_.log.line(journal::Severity::error, error.what(), {{"connection", key.connection}, {"stream", key.stream}});
    parts_.live.ended(key);
    return postponed(now() + kDatabaseRetry, error.what(), false);
  }
}

RunReport Runner::run_leased(const RunOrder& order, const config::Connection& connection,
                             const store::StreamState& state, store::StreamLease lease, std::stop_source stop) {
  const schedule::StreamKey& key = order.run.key;
  const schedule::Instant started = now();
  const std::uint32_t mode = abi_mode(order.run.mode);
  const std::int64_t run_number =
      store::begin_run(parts_.database, lease,
                       {mode, order.run.manual ? store::RunTrigger::manual : store::RunTrigger::schedule, order.actor});
  records::fault_point("run.after_begin");
  const std::string run_id = std::to_string(run_number);
  parts_.live.started(key, run_id);
  parts_.log.event(journal::messages::run_started, {{"connection", key.connection},
                                                    {"stream", key.stream},
                                                    {"run_id", run_id},
                                                    {"mode", mode == IZ_SYNC_FULL ? "full" : "incremental"}});

  supervise::RunOutcome outcome;
  ingest::RunTotals totals;
  bool database_lost = false;
  bool lease_lost = false;
  const schedule::LeaseKeeper::Hold hold(parts_.leases, lease, stop);
  auto session = take_session();
  try {
    const auto manifest = parts_.connectors.manifest(*order.settings, connection.connector);
    supervise::RunSpec spec = run_spec(*order.settings, connection, *manifest, parts_.secrets, key.stream);
    for (const supervise::Secret& secret : spec.secrets) parts_.log.add_secret(secret.value);
    spec.run_id = run_id;
    spec.mode = mode;
    spec.cursor = lease.cursor;
    spec.checkpoint = lease.checkpoint;
    spec.has_checkpoint = !lease.checkpoint.empty();

    ingest::RunContext context;
    context.tenant_id = lease.tenant_id;
    context.connection_id = lease.connection_id;
    context.stream_id = lease.stream_id;
    context.run_id = run_number;
    context.connection = key.connection;
    context.stream = key.stream;
    context.provider = manifest->provider.empty() ? manifest->id : manifest->provider;
    context.mode = mode;
    context.manifest = manifest.get();
    context.billing_time_zone =
        connection.billing_time_zone.empty() ? manifest->billing_time_zone : connection.billing_time_zone;
    context.spool.directory = order.settings->paths.spool_dir;
    context.spool.memory = order.settings->limits.spool_memory;
    context.records_per_mark = connection.limits.records_per_mark;
    context.bytes_per_mark = connection.limits.bytes_per_mark;
    context.seconds_per_mark = connection.limits.seconds_per_mark.count();
    ingest::RunIngest ingest(*session, lease, context);
    WatchedSink sink(ingest, parts_.live, key);
    RunReporter reporter(parts_.log, parts_.live, key, run_id);
    outcome = parts_.supervisor.execute(spec, sink, reporter, stop.get_token());
    database_lost = sink.database_lost();
    lease_lost = sink.lease_lost() || hold.lost();
    if (!database_lost && !lease_lost) ingest.finish(outcome.ok());
    totals = ingest.totals();
  } catch (const records::RunError& error) {
    database_lost = dynamic_cast<const store::ConnectionLost*>(&error) != nullptr;
    lease_lost = dynamic_cast<const store::LeaseLost*>(&error) != nullptr;
    outcome.error_class = error.error_class();
    outcome.message = error.what();
    outcome.retry_after_ms = error.retry_after_ms();
  }
  if (database_lost) session->disconnect();
  give_back(std::move(session));

  // The other daemon has closed the row of this run, and what it decides about the stream counts.
  if (lease_lost || hold.lost()) {
    parts_.log.event(journal::messages::lease_lost,
                     {{"connection", key.connection}, {"stream", key.stream}, {"run_id", run_id}});
    parts_.live.ended(key);
    return postponed(now() + parts_.leases.length(), "another daemon took the stream over", false);
  }
  RunReport report = judge(order, state, outcome, started, run_id);
  if (totals.rejected != 0) {
    parts_.log.event(journal::messages::rows_rejected, {{"connection", key.connection},
                                                        {"stream", key.stream},
                                                        {"run_id", run_id},
                                                        {"rejected", std::to_string(totals.rejected)},
                                                        {"findings", std::to_string(totals.findings)}});
  }
  store::RunEnd end;
  end.error_class = outcome.error_class;
  end.message = parts_.log.masked(outcome.message);
  end.crashed = outcome.crashed || outcome.protocol_violation;
  end.signal = outcome.signal;
  end.cpu_ms = std::chrono::duration_cast<milliseconds>(outcome.cpu).count();
  end.max_rss_kb = static_cast<std::int64_t>(outcome.max_rss_bytes >> 10U);
  end.spawn_ms = static_cast<std::int64_t>(outcome.spawn_ms + 0.5);
  end.full = mode == IZ_SYNC_FULL;
  if (report.end.kind != schedule::RunEnd::Kind::blocked) end.next_due = report.end.next;
  if (report.end.kind == schedule::RunEnd::Kind::retry_at) end.breaker_until = report.end.next;
  if (database_lost) {
    // The row of the run is closed when the stream is taken the next time.
    return postponed(now(), outcome.message, true);
  }
  records::fault_point("run.before_end");
  store::end_run(parts_.database, lease, run_number, end);
  records::fault_point("run.after_end");
  if (end.crashed) {
    ++parts_.live.connector_crashes;
    const config::Limits& limits = order.settings->limits;
    report.quarantined = store::record_crash(parts_.database, lease.connection_id, run_number, outcome.signal,
                                             end.message, limits.quarantine_crashes, limits.quarantine_window);
    if (report.quarantined) {
      report.reason =
          fmt::format("{} crashes within {} min, the last one: {}", limits.quarantine_crashes,
                      std::chrono::duration_cast<std::chrono::minutes>(limits.quarantine_window).count(), end.message);
    }
  }
  store::release_lease(parts_.database, lease);
  records::fault_point("lease.after_release");
  if (outcome.ok()) {
    parts_.live.succeeded(key);
    parts_.log.event(journal::messages::run_succeeded,
                     {{"connection", key.connection},
                      {"stream", key.stream},
                      {"run_id", run_id},
                      {"records", std::to_string(totals.records)},
                      {"duration", fmt::format("{:.3f} s", outcome.duration_ms / 1000.0)}});
  }
  return report;
}

RunReport Runner::judge(const RunOrder& order, const store::StreamState& state, const supervise::RunOutcome& outcome,
                        schedule::Instant started, const std::string& run_id) {
  const schedule::StreamKey& key = order.run.key;
  RunReport report;
  report.end.full = order.run.mode == schedule::Mode::full;
  report.end.next = schedule::next_start(order.rule, started, now(), uniform());
  if (outcome.ok()) return report;

  const std::string reason = parts_.log.masked(outcome.message);
  const std::string error_class(error_class_name(outcome.error_class));
  if (outcome.error_class == IZ_ERR_CANCELLED) {
    parts_.live.ended(key);
    parts_.log.event(journal::messages::run_cancelled,
                     {{"connection", key.connection}, {"stream", key.stream}, {"run_id", run_id}, {"reason", reason}});
    report.end = {schedule::RunEnd::Kind::retry_at, now(), reason, false};
    return report;
  }
  const config::Limits& limits = order.settings->limits;
  const supervise::BackoffPolicy policy{limits.backoff_min, limits.backoff_max};
  const auto failures = static_cast<unsigned>(std::max(state.failures, 0));
  const supervise::Retry retry =
      supervise::after_failure(policy, outcome.error_class, outcome.retry_after_ms, failures, uniform());
  report.end.full = false;
  report.end.reason = reason;
  switch (retry.when) {
    case supervise::NextRun::at_interval: report.end.kind = schedule::RunEnd::Kind::retry_at; break;
    case supervise::NextRun::after_delay:
      report.end.kind = schedule::RunEnd::Kind::retry_at;
      report.end.next = now() + retry.delay;
      break;
    case supervise::NextRun::on_change: report.end.kind = schedule::RunEnd::Kind::blocked; break;
  }
  parts_.live.failed(key, error_class, reason);
  const std::vector<journal::Field> fields = {{"connection", key.connection},
                                              {"stream", key.stream},
                                              {"run_id", run_id},
                                              {"error_class", error_class},
                                              {"connector", order.rule.connector},
                                              {"reason", reason},
                                              {"next", text_of(report.end.next)}};
  const journal::Message& message =
      outcome.crashed || outcome.protocol_violation ? journal::messages::connector_crashed
      : outcome.killed_for_limit                    ? journal::messages::run_killed
      : outcome.error_class == IZ_ERR_TRANSIENT || outcome.error_class == IZ_ERR_RATE_LIMITED
          ? journal::messages::run_retried
          : journal::messages::run_failed;
  parts_.log.event(message, fields);
  return report;
}

serve::TestReport Runner::test(const config::Settings& settings, const config::Connection& connection,
                               std::stop_token stop) {
  serve::TestReport report;
  const schedule::StreamKey key{connection.id, ""};
  try {
    const auto manifest = parts_.connectors.manifest(settings, connection.connector);
    supervise::RunSpec spec = run_spec(settings, connection, *manifest, parts_.secrets, "");
    for (const supervise::Secret& secret : spec.secrets) parts_.log.add_secret(secret.value);
    spec.action = supervise::Action::check;
    spec.run_id = "test";
    RefusingSink sink;
    RunReporter reporter(parts_.log, parts_.live, key, spec.run_id);
    const supervise::RunOutcome outcome = parts_.supervisor.execute(spec, sink, reporter, stop);
    report.verdicts = std::move(reporter.verdicts());
    report.error = parts_.log.masked(outcome.message);
    report.passed = outcome.ok() && std::ranges::none_of(report.verdicts, [](const serve::CheckVerdict& verdict) {
                      return verdict.verdict == "failed";
                    });
  } catch (const records::RunError& error) {
    report.error = parts_.log.masked(error.what());
  }
  return report;
}

std::unique_ptr<store::MarkSession> Runner::take_session() {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_sessions_.empty()) {
      auto session = std::move(idle_sessions_.back());
      idle_sessions_.pop_back();
      return session;
    }
  }
  return std::make_unique<store::MarkSession>(parts_.database.conninfo());
}

void Runner::forget_sessions() {
  const std::scoped_lock lock(mutex_);
  idle_sessions_.clear();
}

void Runner::give_back(std::unique_ptr<store::MarkSession> session) {
  const std::scoped_lock lock(mutex_);
  idle_sessions_.push_back(std::move(session));
}

}  // namespace iz::app
