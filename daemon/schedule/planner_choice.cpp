// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "schedule/planner.hpp"

// Which run is next.
namespace iz::schedule {

std::optional<PlannedRun> Planner::next(Instant now) {
  if (running_ >= limits_.total) return std::nullopt;
  std::optional<Candidate> best;
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    if (!fits(it->first, it->second)) continue;
    const auto other = candidate(it, now);
    if (!other) continue;
    if (best && (other->asked != best->asked ? best->asked : other->due >= best->due)) continue;
    best = other;
  }
  if (!best) return std::nullopt;

  const auto& key = best->stream->first;
  Entry& entry = best->stream->second;
  PlannedRun run{key, Mode::incremental, best->work == Work::sync && entry.requested.has_value(), best->work};
  switch (best->work) {
    case Work::events:
      run.mode = Mode::targeted;
      entry.events_due.reset();
      break;
    case Work::back_fill: entry.back_fill_due.reset(); break;
    case Work::sync:
      if (entry.requested) {
        run.mode = *entry.requested;
      } else if (entry.rule.full_every.count() > 0 &&
                 (!entry.last_full || *entry.last_full + entry.rule.full_every <= now)) {
        run.mode = Mode::full;
      }
      entry.requested.reset();
      break;
  }
  entry.started = now;
  ++running_;
  ++connections_[key.connection].running;
  ++running_of_connector_[entry.rule.connector];
  return run;
}

std::optional<Planner::Candidate> Planner::candidate(Entries::iterator stream, Instant now) const {
  const auto& [key, entry] = *stream;
  const bool first_in_order = dependency_in_the_way(key, entry, now).empty();
  std::optional<Candidate> run;
  if (wants_to_run(key, entry, now) && first_in_order) {
    run = {stream, Work::sync, entry.next_due, entry.requested.has_value()};
  } else if (wants_to_handle_events(key, entry, now)) {
    run = {stream, Work::events, *entry.events_due, false};
  }
  if (wants_to_back_fill(key, entry, now) && first_in_order &&
      (!run || (!run->asked && *entry.back_fill_due < run->due)))
    run = {stream, Work::back_fill, *entry.back_fill_due, false};
  return run;
}

std::optional<Instant> Planner::wake_at(Instant now) const {
  std::optional<Instant> wake;
  for (const auto& [key, entry] : entries_) {
    if (held(key, entry)) continue;
    const auto look_at = [&](const std::optional<Instant>& due) {
      // What is due already waits for an event (a place, a dependency), not for the clock.
      if (due && *due > now && (!wake || *due < *wake)) wake = due;
    };
    look_at(entry.back_fill_due);
    if (!entry.blocked_reason.empty()) continue;
    look_at(entry.next_due);
    look_at(entry.events_due);
  }
  return wake;
}

bool Planner::held(const StreamKey& key, const Entry& entry) const {
  const Connection& owner = connection(key.connection);
  return entry.started || entry.removed || owner.paused || !owner.quarantine.empty();
}

bool Planner::wants_to_run(const StreamKey& key, const Entry& entry, Instant now) const {
  if (held(key, entry)) return false;
  if (entry.requested) return entry.not_before <= now;
  return entry.blocked_reason.empty() && entry.next_due <= now;
}

bool Planner::wants_to_handle_events(const StreamKey& key, const Entry& entry, Instant now) const {
  if (!entry.events_due || *entry.events_due > now || held(key, entry) || !entry.blocked_reason.empty()) return false;
  return entry.backoff_reason.empty() || entry.next_due <= now;
}

bool Planner::wants_to_back_fill(const StreamKey& key, const Entry& entry, Instant now) const {
  return entry.back_fill_due && *entry.back_fill_due <= now && !held(key, entry);
}

std::string Planner::dependency_in_the_way(const StreamKey& key, const Entry& entry, Instant now) const {
  for (const std::string& name : entry.rule.after) {
    const auto it = entries_.find(StreamKey{key.connection, name});
    if (it == entries_.end()) continue;  // not configured here: nothing to wait for
    const Entry& before = it->second;
    if (before.started) return "for " + name + " to finish";
    if (wants_to_run(it->first, before, now)) return "for " + name + " to run first";
  }
  return {};
}

bool Planner::fits(const StreamKey& key, const Entry& entry) const {
  if (limits_.per_connection != 0 && connection(key.connection).running >= limits_.per_connection) return false;
  if (limits_.per_connector == 0) return true;
  const auto it = running_of_connector_.find(entry.rule.connector);
  return it == running_of_connector_.end() || it->second < limits_.per_connector;
}

}  // namespace iz::schedule
