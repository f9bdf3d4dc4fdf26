// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/run/runner.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/errands/errand.hpp"
#include "app/run/account_rates.hpp"
#include "app/run/outside.hpp"
#include "app/run/run_plan.hpp"
#include "app/run/run_watch.hpp"
#include "records/fault_point.hpp"
#include <infrazen/abi/module.h>

namespace iz::app {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookAgain{5'000};
// A due time has been through the database, which may round it; the rest is somebody else's run.
constexpr milliseconds kRounding{100};

std::uint32_t abi_mode(schedule::Mode mode) {
  switch (mode) {
    case schedule::Mode::incremental: return IZ_SYNC_INCREMENTAL;
    case schedule::Mode::full: return IZ_SYNC_FULL;
    case schedule::Mode::targeted: return IZ_SYNC_TARGETED;
  }
  return IZ_SYNC_INCREMENTAL;
}

std::string text_of(schedule::Instant instant) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(instant));
}

}  // namespace

RunReport Runner::run(const RunOrder& order, std::stop_source stop) {
  const schedule::StreamKey& key = order.run.key;
  try {
    const config::Connection* connection = order.settings->find_connection(key.connection);
    if (connection == nullptr) return postponed(now(), "no longer configured");

    const auto states = store::load_streams(parts_.database, key.connection);
    const auto state = std::ranges::find(states, key.stream, &store::StreamState::stream);
    if (state == states.end()) return postponed(now() + kLookAgain, "not registered in the database yet");
    const auto due = to_planner(state->next_due);
    const bool by_schedule = !order.run.manual && order.run.work == schedule::Work::sync;
    if (by_schedule && due && *due > now() + kRounding) return ran_elsewhere(due, *state);

    store::LeaseHolder holder;
    auto lease = store::acquire_lease(parts_.database, state->stream_id, parts_.owner, parts_.leases.length(), &holder);
    if (!lease) {
      return postponed(std::max(now() + milliseconds(500), std::chrono::ceil<milliseconds>(holder.expires)),
                       "another daemon holds the lease");
    }
    records::fault_point("lease.after_take");
    // Another daemon may have run it between our look and our lease.
    if (by_schedule && lease->next_due && *lease->next_due > now() + kRounding) {
      store::release_lease(parts_.database, *lease);
      return ran_elsewhere(to_planner(lease->next_due), *state);
    }
    switch (order.run.work) {
      case schedule::Work::events: return run_events(order, *connection, std::move(*lease), std::move(stop));
      case schedule::Work::back_fill: return run_back_fill(order, *connection, std::move(*lease), std::move(stop));
      case schedule::Work::sync: break;
    }
    return run_leased(order, *connection, *state, std::move(*lease), std::move(stop));
  } catch (const records::RunError& error) {
    parts_.live.ended(key);
    if (error.error_class() == IZ_ERR_TRANSIENT) return database_lost(error.what());
    return postponed(now() + kLookAgain, error.what());
  } catch (const std::exception& error) {
    parts_.log.line(journal::Severity::error, error.what(), {{"connection", key.connection}, {"stream", key.stream}});
    parts_.live.ended(key);
    return postponed(now() + kLookAgain, error.what());
  }
}

RunReport Runner::run_leased(const RunOrder& order, const config::Connection& connection,
                             const store::StreamState& state, store::StreamLease lease, std::stop_source stop) {
  const schedule::StreamKey& key = order.run.key;
  const schedule::Instant started = now();
  const std::uint32_t mode = abi_mode(order.run.mode);
  const std::int64_t number = store::begin_run(
      parts_.database, lease,
      {mode, order.run.manual ? store::RunTrigger::manual : store::RunTrigger::schedule, order.actor, {}});
  records::fault_point("run.after_begin");
  const Begun run{order, connection, lease, number, std::to_string(number), started, mode};
  parts_.live.started(key, run.id);
  parts_.log.event(journal::messages::run_started, {{"connection", key.connection},
                                                    {"stream", key.stream},
                                                    {"run_id", run.id},
                                                    {"mode", mode == IZ_SYNC_FULL ? "full" : "incremental"}});
  const Went went = carry_out(run, std::move(stop));
  if (went.lease_lost || went.database_lost) return interrupted(run, went);
  RunReport report =
      ended(order, went.outcome, state.failures, parts_.log.masked(went.outcome.message), {started, now(), uniform()});
  if (!went.outcome.ok()) tell(run, went, report);
  record(run, went, report);
  if (went.outcome.ok()) tell(run, went, report);
  return report;
}

Runner::Went Runner::carry_out(const Begun& run, std::stop_source stop, Errand* errand) {
  const schedule::StreamKey& key = run.order.run.key;
  const config::Settings& settings = *run.order.settings;
  Went went;
  const schedule::LeaseKeeper::Hold hold(parts_.leases, run.lease, stop);
  auto session = sessions_.take();
  try {
    const auto manifest = parts_.connectors.manifest(settings, run.connection.connector);
    supervise::RunSpec spec = run_spec(settings, run.connection, *manifest, parts_.secrets, key.stream);
    for (const supervise::Secret& secret : spec.secrets) parts_.log.add_secret(secret.value);
    spec.run_id = run.id;
    spec.mode = run.mode;
    spec.cursor = run.lease.cursor;
    spec.checkpoint = run.lease.checkpoint;
    spec.has_checkpoint = !run.lease.checkpoint.empty();
    ingest::RunContext context = run_context(settings, run.connection, *manifest, run.lease);
    context.run_id = run.number;
    context.stream = key.stream;
    context.mode = run.mode;
    context.kept = &kept_;
    if (errand != nullptr) errand->ask(spec, context);
    ingest::RunIngest ingest(*session, run.lease, context);
    WatchedSink sink(ingest, parts_.live, key, errand);
    RunReporter reporter(parts_.log, parts_.live, key, run.id);
    AccountRates rates(parts_.rates, context.provider, rate_account(run.connection), spec.http.rate_limits);
    spec.http.shared_rates = true;
    went.outcome = parts_.supervisor.execute(spec, sink, reporter, stop.get_token(), &rates);
    went.database_lost = sink.database_lost();
    went.lease_lost = sink.lease_lost() || hold.lost();
    if (went.outcome.error_class == IZ_ERR_CANCELLED && !stop.stop_requested()) {
      // What was cancelled comes again at once and does not count; believed, this would go on for ever.
      went.outcome.error_class = IZ_ERR_INTERNAL;
      went.outcome.message = "the connector says that the run was cancelled, and nobody did: " + went.outcome.message;
    }
    if (!went.database_lost && !went.lease_lost) {
      if (errand != nullptr && went.outcome.ok()) errand->before_end(ingest);
      ingest.finish(went.outcome.ok());
      if (errand != nullptr && went.outcome.ok()) {
        if (std::string fault = errand->ended(); !fault.empty()) {
          went.outcome.error_class = IZ_ERR_INTERNAL;
          went.outcome.message = std::move(fault);
        }
      }
    }
    went.totals = ingest.totals();
  } catch (const records::RunError& error) {
    went.database_lost = dynamic_cast<const store::ConnectionLost*>(&error) != nullptr;
    went.lease_lost = dynamic_cast<const store::LeaseLost*>(&error) != nullptr;
    went.outcome.error_class = error.error_class();
    went.outcome.message = error.what();
    went.outcome.retry_after_ms = error.retry_after_ms();
  }
  if (went.database_lost) {
    kept_.clear();
    // Whoever takes a stream over ends the session in which its last holder may have left a transaction.
    went.lease_lost = went.lease_lost || store::taken_over(*session, run.lease);
  }
  sessions_.give_back(std::move(session));
  went.lease_lost = went.lease_lost || hold.lost();
  return went;
}

// The row of the run is closed by the daemon that took the stream over, or when the stream is taken the next time.
RunReport Runner::interrupted(const Begun& run, const Went& went) {
  const schedule::StreamKey& key = run.order.run.key;
  parts_.live.ended(key);
  if (went.lease_lost) {
    parts_.log.event(journal::messages::lease_lost,
                     {{"connection", key.connection}, {"stream", key.stream}, {"run_id", run.id}});
    return postponed(now() + parts_.leases.length(), "another daemon took the stream over");
  }
  parts_.log.event(journal::messages::run_retried, {{"connection", key.connection},
                                                    {"stream", key.stream},
                                                    {"run_id", run.id},
                                                    {"error_class", std::string(error_class_name(IZ_ERR_TRANSIENT))},
                                                    {"connector", run.order.rule.connector},
                                                    {"reason", parts_.log.masked(went.outcome.message)},
                                                    {"next", "when the database is back"}});
  return database_lost(went.outcome.message);
}

void Runner::tell(const Begun& run, const Went& went, const RunReport& report) {
  const supervise::RunOutcome& outcome = went.outcome;
  const schedule::StreamKey& key = run.order.run.key;
  std::vector<journal::Field> fields = {{"connection", key.connection}, {"stream", key.stream}, {"run_id", run.id}};
  const auto with = [&](std::vector<journal::Field> more) {
    more.insert(more.begin(), fields.begin(), fields.end());
    return more;
  };
  if (outcome.ok()) {
    parts_.live.succeeded(key);
    return say_succeeded(run, went);
  }
  if (outcome.error_class == IZ_ERR_CANCELLED) {
    parts_.live.ended(key);
    parts_.log.event(journal::messages::run_cancelled, with({{"reason", report.end.reason}}));
    return;
  }
  const std::string error_class(error_class_name(outcome.error_class));
  parts_.live.failed(key, error_class, report.end.reason);
  const journal::Message& message =
      outcome.crashed || outcome.protocol_violation ? journal::messages::connector_crashed
      : outcome.killed_for_limit                    ? journal::messages::run_killed
      : outcome.error_class == IZ_ERR_TRANSIENT || outcome.error_class == IZ_ERR_RATE_LIMITED
          ? journal::messages::run_retried
          : journal::messages::run_failed;
  parts_.log.event(message, with({{"error_class", error_class},
                                  {"connector", run.order.rule.connector},
                                  {"reason", report.end.reason},
                                  {"next", text_of(report.end.next)}}));
}

void Runner::say_succeeded(const Begun& run, const Went& went) {
  const schedule::StreamKey& key = run.order.run.key;
  parts_.log.event(journal::messages::run_succeeded,
                   {{"connection", key.connection},
                    {"stream", key.stream},
                    {"run_id", run.id},
                    {"records", std::to_string(went.totals.records)},
                    {"duration", fmt::format("{:.3f} s", went.outcome.duration_ms / 1000.0)}});
}

RunReport Runner::errand_ended(const Begun& run, const Went& went, const std::string& message) {
  parts_.live.ended(run.order.run.key);
  if (went.outcome.ok()) say_succeeded(run, went);
  RunReport report;
  store::RunEnd end = run_end(went.outcome, report, false, message);
  end.beside = true;
  end.next_due.reset();
  store::end_run(parts_.database, run.lease, run.number, end);
  records::fault_point("errand.after_end");
  count_crash(run, end, report);
  return report;
}

void Runner::record(const Begun& run, const Went& went, RunReport& report) {
  const schedule::StreamKey& key = run.order.run.key;
  if (went.totals.rejected != 0) {
    parts_.log.event(journal::messages::rows_rejected, {{"connection", key.connection},
                                                        {"stream", key.stream},
                                                        {"run_id", run.id},
                                                        {"rejected", std::to_string(went.totals.rejected)},
                                                        {"findings", std::to_string(went.totals.findings)}});
  }
  const store::RunEnd end =
      run_end(went.outcome, report, run.mode == IZ_SYNC_FULL, parts_.log.masked(went.outcome.message));
  records::fault_point("run.before_end");
  store::end_run(parts_.database, run.lease, run.number, end);
  records::fault_point("run.after_end");
  count_crash(run, end, report);
  store::release_lease(parts_.database, run.lease);
  records::fault_point("lease.after_release");
}

void Runner::count_crash(const Begun& run, const store::RunEnd& end, RunReport& report) {
  if (!end.crashed) return;
  ++parts_.live.connector_crashes;
  const config::Limits& limits = run.order.settings->limits;
  report.quarantined = store::record_crash(parts_.database, run.lease.connection_id, run.number, end.signal,
                                           end.message, limits.quarantine_crashes, limits.quarantine_window);
  if (report.quarantined) {
    report.reason =
        fmt::format("{} crashes within {} min, the last one: {}", limits.quarantine_crashes,
                    std::chrono::duration_cast<std::chrono::minutes>(limits.quarantine_window).count(), end.message);
  }
}

}  // namespace iz::app
