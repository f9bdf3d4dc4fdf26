// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "schedule/planner.hpp"

#include <algorithm>
#include <utility>

namespace iz::schedule {

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
  if (run.work == Work::events) return events_ended(run.key, when);
  if (run.work == Work::back_fill) return back_fill_ended(run.key, when);
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

void Planner::back_fill_waiting(const StreamKey& key, Instant due) {
  const auto it = entries_.find(key);
  if (it == entries_.end()) return;
  auto& known = it->second.back_fill_due;
  if (!known || due < *known) known = due;
}

void Planner::back_fill_ended(const StreamKey& key, std::optional<Instant> next) {
  const auto it = entries_.find(key);
  if (it == entries_.end() || !it->second.started) return;
  if (next) back_fill_waiting(key, *next);
  release(it);
}

Planner::RequestAnswer Planner::may_be_asked(const StreamKey& key) const {
  const auto it = entries_.find(key);
  if (it == entries_.end() || it->second.removed) return RequestAnswer::unknown;
  const Connection& owner = connection(key.connection);
  if (!owner.quarantine.empty()) return RequestAnswer::quarantined;
  return owner.paused ? RequestAnswer::paused : RequestAnswer::accepted;
}

Planner::RequestAnswer Planner::may_back_fill(const StreamKey& key) const {
  const auto it = entries_.find(key);
  if (it != entries_.end() && !it->second.removed && !it->second.rule.back_fills) return RequestAnswer::cannot;
  return may_be_asked(key);
}

Planner::RequestAnswer Planner::request(const StreamKey& key, Mode mode) {
  if (const auto answer = may_be_asked(key); answer != RequestAnswer::accepted) return answer;
  Entry& entry = entries_.find(key)->second;
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
