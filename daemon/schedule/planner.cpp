// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "schedule/planner.hpp"

#include <algorithm>
#include <utility>

namespace iz::schedule {

std::string_view name_of(State state) {
  switch (state) {
    case State::idle: return "idle";
    case State::waiting: return "waiting";
    case State::running: return "running";
    case State::backing_off: return "backing_off";
    case State::blocked: return "blocked";
    case State::paused: return "paused";
    case State::quarantined: return "quarantined";
  }
  return "unknown";
}

Instant next_start(const StreamRule& rule, Instant started, Instant now, double uniform) {
  const double factor = 1.0 + rule.jitter * (2.0 * uniform - 1.0);
  const auto interval =
      std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(rule.interval.count()) * factor));
  return std::max(started + interval, now);
}

void Planner::set_limits(Limits limits) {
  limits_ = limits;
}

void Planner::put(const StreamKey& key, const StreamRule& rule, const StreamHistory& history, Instant now) {
  connections_.try_emplace(key.connection);
  const auto [it, added] = entries_.try_emplace(key);
  Entry& entry = it->second;
  if (added) {
    entry.rule = rule;
    entry.next_due = history.next_due.value_or(now);
    entry.last_success = history.last_success;
    entry.last_full = history.last_full;
    return;
  }
  entry.removed = false;
  if (entry.rule == rule) return;
  // A shorter interval takes effect at once, not after the old one has run out.
  entry.next_due = std::min(entry.next_due, now + rule.interval);
  if (!entry.blocked_reason.empty()) entry.next_due = now;
  entry.rule = rule;
  entry.blocked_reason.clear();
}

void Planner::retain(const std::function<bool(const StreamKey&)>& keep) {
  for (auto it = entries_.begin(); it != entries_.end();) {
    if (keep(it->first)) {
      ++it;
    } else if (it->second.started) {
      it->second.removed = true;
      ++it;
    } else {
      it = entries_.erase(it);
    }
  }
}

std::optional<PlannedRun> Planner::next(Instant now) {
  if (running_ >= limits_.total) return std::nullopt;
  auto best = entries_.end();
  bool best_events = false;
  const auto due_of = [](const Entry& entry, bool events) { return events ? *entry.events_due : entry.next_due; };
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    const Entry& entry = it->second;
    if (!fits(it->first, entry)) continue;
    const bool by_schedule =
        wants_to_run(it->first, entry, now) && dependency_in_the_way(it->first, entry, now).empty();
    if (!by_schedule && !wants_to_handle_events(it->first, entry, now)) continue;
    if (best == entries_.end()) {
      best = it;
      best_events = !by_schedule;
      continue;
    }
    const bool asked = by_schedule && entry.requested.has_value();
    const bool best_asked = !best_events && best->second.requested.has_value();
    const bool earlier = due_of(entry, !by_schedule) < due_of(best->second, best_events);
    if (asked != best_asked ? !asked : !earlier) continue;
    best = it;
    best_events = !by_schedule;
  }
  if (best == entries_.end()) return std::nullopt;

  Entry& entry = best->second;
  PlannedRun run{best->first, Mode::incremental, !best_events && entry.requested.has_value(), best_events};
  if (best_events) {
    run.mode = Mode::targeted;
    entry.events_due.reset();
  } else if (entry.requested) {
    run.mode = *entry.requested;
  } else if (entry.rule.full_every.count() > 0 &&
             (!entry.last_full || *entry.last_full + entry.rule.full_every <= now)) {
    run.mode = Mode::full;
  }
  if (!best_events) entry.requested.reset();
  entry.started = now;
  ++running_;
  ++connections_[best->first.connection].running;
  ++running_of_connector_[entry.rule.connector];
  return run;
}

std::optional<Instant> Planner::wake_at(Instant now) const {
  std::optional<Instant> wake;
  for (const auto& [key, entry] : entries_) {
    if (entry.started || entry.removed || !entry.blocked_reason.empty()) continue;
    const Connection& owner = connection(key.connection);
    if (owner.paused || !owner.quarantine.empty()) continue;
    // What is due already waits for an event (a place, a dependency), not for the clock.
    for (const auto& due : {std::optional(entry.next_due), entry.events_due}) {
      if (due && *due > now && (!wake || *due < *wake)) wake = due;
    }
  }
  return wake;
}

void Planner::finished(const StreamKey& key, const RunEnd& end, Instant now) {
  const auto it = entries_.find(key);
  if (it == entries_.end() || !it->second.started) return;
  Entry& entry = it->second;
  entry.backoff_reason.clear();
  entry.blocked_reason.clear();
  switch (end.kind) {
    case RunEnd::Kind::succeeded:
      entry.last_success = now;
      if (end.full) entry.last_full = now;
      entry.next_due = end.next;
      break;
    case RunEnd::Kind::retry_at:
      entry.next_due = end.next;
      entry.backoff_reason = end.reason;
      break;
    case RunEnd::Kind::blocked:
      entry.next_due = now;
      entry.blocked_reason = end.reason;
      break;
  }
  release(it);
}

void Planner::postponed(const PlannedRun& run, Instant when, const std::string& reason) {
  const auto it = entries_.find(run.key);
  if (it == entries_.end() || !it->second.started) return;
  Entry& entry = it->second;
  if (run.events) return events_ended(run.key, when);
  entry.next_due = when;
  entry.not_before = when;
  entry.backoff_reason = reason;
  if (run.manual && !entry.requested) entry.requested = run.mode;
  release(it);
}

void Planner::ran_elsewhere(const StreamKey& key, const StreamHistory& history) {
  const auto it = entries_.find(key);
  if (it == entries_.end()) return;
  Entry& entry = it->second;
  if (history.next_due) entry.next_due = *history.next_due;
  if (history.last_success) entry.last_success = history.last_success;
  if (history.last_full) entry.last_full = history.last_full;
  entry.backoff_reason.clear();
  if (entry.started) release(it);
}

void Planner::events_waiting(const StreamKey& key, Instant due) {
  const auto it = entries_.find(key);
  if (it == entries_.end()) return;
  auto& known = it->second.events_due;
  if (!known || due < *known) known = due;
}

void Planner::events_ended(const StreamKey& key, std::optional<Instant> next) {
  const auto it = entries_.find(key);
  if (it == entries_.end() || !it->second.started) return;
  if (next) events_waiting(key, *next);
  release(it);
}

Planner::RequestAnswer Planner::request(const StreamKey& key, Mode mode) {
  const auto it = entries_.find(key);
  if (it == entries_.end() || it->second.removed) return RequestAnswer::unknown;
  const Connection& owner = connection(key.connection);
  if (!owner.quarantine.empty()) return RequestAnswer::quarantined;
  if (owner.paused) return RequestAnswer::paused;
  Entry& entry = it->second;
  if (entry.requested) {
    // A full run does everything the smaller ones would.
    if (mode == Mode::full) entry.requested = Mode::full;
    return RequestAnswer::already_requested;
  }
  entry.requested = mode;
  entry.not_before = {};
  entry.blocked_reason.clear();
  return RequestAnswer::accepted;
}

void Planner::set_paused(std::string_view name, bool paused) {
  connections_[std::string(name)].paused = paused;
}

void Planner::set_quarantined(std::string_view name, const std::string& reason) {
  connections_[std::string(name)].quarantine = reason.empty() ? "quarantined" : reason;
}

void Planner::clear_quarantine(std::string_view name) {
  connections_[std::string(name)].quarantine.clear();
}

StreamStatus Planner::status(const StreamKey& key, Instant now) const {
  StreamStatus status;
  const auto it = entries_.find(key);
  if (it == entries_.end()) return status;
  const Entry& entry = it->second;
  const Connection& owner = connection(key.connection);
  status.next_due = entry.next_due;
  status.last_success = entry.last_success;
  status.requested = entry.requested.has_value();
  if (entry.started) {
    status.state = State::running;
  } else if (!owner.quarantine.empty()) {
    status.state = State::quarantined;
    status.reason = owner.quarantine;
  } else if (owner.paused) {
    status.state = State::paused;
    status.reason = "paused by an operator";
  } else if (!entry.blocked_reason.empty()) {
    status.state = State::blocked;
    status.reason = entry.blocked_reason;
  } else if (!entry.backoff_reason.empty() && entry.next_due > now && (!entry.requested || entry.not_before > now)) {
    status.state = State::backing_off;
    status.reason = entry.backoff_reason;
  } else if (wants_to_run(key, entry, now)) {
    status.state = State::waiting;
    status.reason = dependency_in_the_way(key, entry, now);
    if (status.reason.empty()) status.reason = "for a free place";
  }
  return status;
}

std::vector<StreamKey> Planner::keys() const {
  std::vector<StreamKey> keys;
  keys.reserve(entries_.size());
  for (const auto& [key, entry] : entries_)
    if (!entry.removed) keys.push_back(key);
  return keys;
}

bool Planner::wants_to_run(const StreamKey& key, const Entry& entry, Instant now) const {
  if (entry.started || entry.removed) return false;
  const Connection& owner = connection(key.connection);
  if (owner.paused || !owner.quarantine.empty()) return false;
  if (entry.requested) return entry.not_before <= now;
  return entry.blocked_reason.empty() && entry.next_due <= now;
}

bool Planner::wants_to_handle_events(const StreamKey& key, const Entry& entry, Instant now) const {
  if (!entry.events_due || *entry.events_due > now || entry.started || entry.removed) return false;
  const Connection& owner = connection(key.connection);
  if (owner.paused || !owner.quarantine.empty() || !entry.blocked_reason.empty()) return false;
  return entry.backoff_reason.empty() || entry.next_due <= now;
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

const Planner::Connection& Planner::connection(std::string_view name) const {
  static const Connection none;
  const auto it = connections_.find(name);
  return it == connections_.end() ? none : it->second;
}

void Planner::release(Entries::iterator it) {
  it->second.started.reset();
  --running_;
  --connections_[it->first.connection].running;
  --running_of_connector_[it->second.rule.connector];
  if (it->second.removed) entries_.erase(it);
}

}  // namespace iz::schedule
