// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "schedule/planner.hpp"
#include "store/back_fills/day_window.hpp"

namespace iz::app {

using WallTime = std::chrono::sys_time<std::chrono::microseconds>;

[[nodiscard]] inline WallTime wall_now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

// What the runs under way and the past ones have to tell, gathered for status and /metrics. Safe from any thread.
class LiveStatus {
 public:
  struct Stream {
    std::string run_id;  // of the run under way; empty = none
    std::optional<WallTime> running_since;
    std::uint64_t progress_done = 0;
    std::uint64_t progress_total = 0;
    std::string progress_what;
    std::string last_error_class;
    std::string last_error;
    std::uint32_t failures = 0;
    std::uint64_t runs_succeeded = 0;
    std::uint64_t runs_failed = 0;
    std::uint64_t records = 0;
    std::uint64_t marks = 0;
    std::optional<store::DayWindow> back_fill;  // of the run under way
    std::uint64_t back_fills_waiting = 0;       // the one under way included, when the database was asked last
    std::uint64_t events_waiting = 0;  // in the inbox, when the database was asked last
    std::uint64_t events_dead = 0;
  };

  void started(const schedule::StreamKey& key, const std::string& run_id,
               const std::optional<store::DayWindow>& back_fill = {});
  void progress(const schedule::StreamKey& key, std::uint64_t done, std::uint64_t total, std::string what);
  void marked(const schedule::StreamKey& key, std::uint64_t records);
  void succeeded(const schedule::StreamKey& key);
  void failed(const schedule::StreamKey& key, const std::string& error_class, const std::string& message);
  void ended(const schedule::StreamKey& key);  // a run that neither succeeded nor failed: postponed, cancelled
  // What earlier daemons left, before the first run of this one.
  void remember(const schedule::StreamKey& key, std::uint32_t failures, const std::string& error_class,
                const std::string& message);
  void back_fills_waiting(const schedule::StreamKey& key, std::uint64_t waiting);
  void inbox(const schedule::StreamKey& key, std::uint64_t waiting, std::uint64_t dead);
  [[nodiscard]] Stream of(const schedule::StreamKey& key) const;

  std::atomic<std::uint64_t> connector_crashes{0};
  std::atomic<std::uint64_t> reloads{0};
  std::atomic<std::uint64_t> reloads_refused{0};

  // The longest time that one call into the store has been under way now: a writer that hangs stops the watchdog's
  // food.
  class WriterCall {
   public:
    explicit WriterCall(LiveStatus& status);
    ~WriterCall();
    WriterCall(const WriterCall&) = delete;
    WriterCall& operator=(const WriterCall&) = delete;

   private:
    LiveStatus& status_;
    std::uint64_t id_;
  };
  [[nodiscard]] std::chrono::steady_clock::duration longest_writer_call() const;

 private:
  mutable std::mutex mutex_;
  std::map<schedule::StreamKey, Stream> streams_;
  std::map<std::uint64_t, std::chrono::steady_clock::time_point> calls_;
  std::uint64_t next_call_ = 0;
};

}  // namespace iz::app
