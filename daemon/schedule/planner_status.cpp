// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "schedule/planner.hpp"

// What the planner tells people.
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
  } else if (wants_to_run(key, entry, now) || wants_to_back_fill(key, entry, now)) {
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

}  // namespace iz::schedule
