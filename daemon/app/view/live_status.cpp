// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/view/live_status.hpp"

#include <utility>

namespace iz::app {

void LiveStatus::started(const schedule::StreamKey& key, const std::string& run_id,
                         const std::optional<store::DayWindow>& back_fill) {
  const std::scoped_lock lock(mutex_);
  Stream& stream = streams_[key];
  stream.run_id = run_id;
  stream.back_fill = back_fill;
  stream.running_since = wall_now();
  stream.progress_done = stream.progress_total = 0;
  stream.progress_what.clear();
}

void LiveStatus::progress(const schedule::StreamKey& key, std::uint64_t done, std::uint64_t total, std::string what) {
  const std::scoped_lock lock(mutex_);
  Stream& stream = streams_[key];
  stream.progress_done = done;
  stream.progress_total = total;
  stream.progress_what = std::move(what);
}

void LiveStatus::marked(const schedule::StreamKey& key, std::uint64_t records) {
  const std::scoped_lock lock(mutex_);
  Stream& stream = streams_[key];
  ++stream.marks;
  stream.records += records;
}

void LiveStatus::succeeded(const schedule::StreamKey& key) {
  const std::scoped_lock lock(mutex_);
  Stream& stream = streams_[key];
  stream.run_id.clear();
  stream.back_fill.reset();
  stream.running_since.reset();
  stream.last_error.clear();
  stream.last_error_class.clear();
  stream.failures = 0;
  ++stream.runs_succeeded;
}

void LiveStatus::failed(const schedule::StreamKey& key, const std::string& error_class, const std::string& message) {
  const std::scoped_lock lock(mutex_);
  Stream& stream = streams_[key];
  stream.run_id.clear();
  stream.back_fill.reset();
  stream.running_since.reset();
  stream.last_error = message;
  stream.last_error_class = error_class;
  ++stream.failures;
  ++stream.runs_failed;
}

void LiveStatus::ended(const schedule::StreamKey& key) {
  const std::scoped_lock lock(mutex_);
  Stream& stream = streams_[key];
  stream.run_id.clear();
  stream.back_fill.reset();
  stream.running_since.reset();
}

void LiveStatus::remember(const schedule::StreamKey& key, std::uint32_t failures, const std::string& error_class,
                          const std::string& message) {
  const std::scoped_lock lock(mutex_);
  Stream& stream = streams_[key];
  if (stream.runs_succeeded + stream.runs_failed != 0) return;
  stream.failures = failures;
  stream.last_error_class = error_class;
  stream.last_error = message;
}

void LiveStatus::back_fills_waiting(const schedule::StreamKey& key, std::uint64_t waiting) {
  const std::scoped_lock lock(mutex_);
  streams_[key].back_fills_waiting = waiting;
}

void LiveStatus::inbox(const schedule::StreamKey& key, std::uint64_t waiting, std::uint64_t dead) {
  const std::scoped_lock lock(mutex_);
  Stream& stream = streams_[key];
  stream.events_waiting = waiting;
  stream.events_dead = dead;
}

LiveStatus::Stream LiveStatus::of(const schedule::StreamKey& key) const {
  const std::scoped_lock lock(mutex_);
  const auto it = streams_.find(key);
  return it == streams_.end() ? Stream{} : it->second;
}

LiveStatus::WriterCall::WriterCall(LiveStatus& status) : status_(status) {
  const std::scoped_lock lock(status.mutex_);
  id_ = status.next_call_++;
  status.calls_.emplace(id_, std::chrono::steady_clock::now());
}

LiveStatus::WriterCall::~WriterCall() {
  const std::scoped_lock lock(status_.mutex_);
  status_.calls_.erase(id_);
}

std::chrono::steady_clock::duration LiveStatus::longest_writer_call() const {
  const std::scoped_lock lock(mutex_);
  // Ids rise with time, so the first is the oldest.
  if (calls_.empty()) return {};
  return std::chrono::steady_clock::now() - calls_.begin()->second;
}

}  // namespace iz::app
