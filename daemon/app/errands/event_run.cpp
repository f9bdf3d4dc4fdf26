// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "app/errands/errand_failure.hpp"
#include "app/errands/event_batch.hpp"
#include "app/run/outside.hpp"
#include "app/run/runner.hpp"
#include "records/fault_point.hpp"
#include <infrazen/abi/module.h>

// A run that handles events of the inbox, from lease to end. It leaves the stream's schedule as it was.
namespace iz::app {
namespace {

constexpr std::size_t kMostAtOnce = 200;
constexpr std::size_t kMostBytesAtOnce = 4U << 20;

RunReport handled(std::optional<schedule::Instant> next) {
  return beside(RunReport::Kind::events_handled, next);
}

// What the connector says of an event it was given; a targeted sync may fail for what else it looks at.
bool hopeless(const supervise::RunOutcome& outcome, const EventBatch& events) {
  return events.form() == store::EventForm::connector && !outcome.crashed &&
         (outcome.error_class == IZ_ERR_PERMANENT || outcome.error_class == IZ_ERR_CONFIG);
}

}  // namespace

RunReport Runner::run_events(const RunOrder& order, const config::Connection& connection, store::StreamLease lease,
                             std::stop_source stop) {
  const schedule::StreamKey& key = order.run.key;
  auto waiting = store::due_events(parts_.database, lease, key.stream, kMostAtOnce, kMostBytesAtOnce);
  if (waiting.empty()) {
    const auto next = to_planner(store::next_event_due(parts_.database, lease, key.stream));
    store::release_lease(parts_.database, lease);
    return handled(next);
  }
  const std::int64_t number =
      store::begin_run(parts_.database, lease, {IZ_SYNC_TARGETED, store::RunTrigger::webhook, order.actor, {}});
  records::fault_point("events.after_begin");
  const Begun run{order, connection, lease, number, std::to_string(number), now(), IZ_SYNC_TARGETED};
  EventBatch events(std::move(waiting), number);
  parts_.live.started(key, run.id);
  parts_.log.event(journal::messages::webhook_run_started, {{"connection", key.connection},
                                                            {"stream", key.stream},
                                                            {"run_id", run.id},
                                                            {"events", std::to_string(events.events().size())}});
  const Went went = carry_out(run, std::move(stop), &events);
  if (went.lease_lost || went.database_lost) return interrupted(run, went);
  return events_ended(run, went, events);
}

RunReport Runner::events_ended(const Begun& run, const Went& went, const EventBatch& events) {
  const schedule::StreamKey& key = run.order.run.key;
  const std::string message = parts_.log.masked(went.outcome.message);
  if (!went.outcome.ok() && !events.failed().empty()) {
    const unsigned most = run.connection.webhook ? run.connection.webhook->attempts : config::Webhook{}.attempts;
    const ErrandTries tries{events.failed().front()->attempts, most, hopeless(went.outcome, events)};
    const auto failure = errand_failure(went.outcome, tries, run.order.settings->limits, message, uniform());
    // A provider that says "later" says it of all of them: tried one by one they would only cost a process each.
    const bool later = went.outcome.error_class == IZ_ERR_RATE_LIMITED;
    std::vector<std::int64_t> numbers;
    for (const store::InboxEvent* event : later ? events.rest() : events.failed()) numbers.push_back(event->event_no);
    store::events_failed(parts_.database, run.lease, numbers, run.number, failure);
    const auto next = failure.again
                          ? fmt::format("in {} s", std::chrono::ceil<std::chrono::seconds>(*failure.again).count())
                          : std::string("never");
    for (const store::InboxEvent* event : events.failed()) {
      parts_.log.event(failure.again ? journal::messages::webhook_event_failed : journal::messages::webhook_event_dead,
                       {{"connection", key.connection},
                        {"stream", key.stream},
                        {"run_id", run.id},
                        {"event", parts_.log.masked(event->event_id)},
                        {"number", std::to_string(event->event_no)},
                        {"error_class", std::string(error_class_name(went.outcome.error_class))},
                        {"reason", message},
                        {"next", next}});
    }
  } else if (!went.outcome.ok()) {
    parts_.log.event(journal::messages::run_failed,
                     {{"connection", key.connection},
                      {"stream", key.stream},
                      {"run_id", run.id},
                      {"error_class", std::string(error_class_name(went.outcome.error_class))},
                      {"reason", message + ", after all its events had been handled"}});
  }
  RunReport report = errand_ended(run, went, message);
  report.kind = RunReport::Kind::events_handled;
  report.waits_until = to_planner(store::next_event_due(parts_.database, run.lease, key.stream));
  store::release_lease(parts_.database, run.lease);
  return report;
}

}  // namespace iz::app
