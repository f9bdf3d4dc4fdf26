// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/job.hpp"
#include "journal/log.hpp"
#include "store/session/database.hpp"

namespace iz::jobs {

// Runs jobs when they are due, one after the other, on the thread that calls run(). Several daemons on one database
// share the schedule: each job is run by one of them at a time.
class JobLoop {
 public:
  JobLoop(store::Database& database, journal::Log& log, std::vector<Job> jobs);

  // The body of the job thread: returns soon after the stop is requested. Never throws: a job's failure is logged,
  // remembered and tried again; an unreachable database is waited for.
  void run(std::stop_token stop);

  // Runs what is due, once. Returns how many jobs ran.
  std::size_t run_due(std::stop_token stop);
  // Runs one job now, due or not. False when another daemon is at it. Throws what the job throws, after remembering it.
  bool run_now(std::string_view name, std::stop_token stop = {});

  // The loop looks again at once: work was noted (a large mark left rollups dirty). Any thread.
  void wake();

  // When the loop last came round, for the watchdog: a job that does not return stops it. Any thread.
  [[nodiscard]] std::chrono::steady_clock::time_point last_alive() const noexcept;
  // Failures of this process's jobs since it started: each is one job_failed in the journal. Any thread.
  [[nodiscard]] std::uint64_t failed() const noexcept { return failed_; }
  // Name of the job under way; empty between jobs. Any thread.
  [[nodiscard]] std::string current() const;

 private:
  bool run_one(const Job& job, bool even_if_not_due, bool rethrow, std::stop_token stop);
  void sleep_until_due(std::stop_token stop);
  void set_current(std::string name);

  store::Database& database_;
  journal::Log& log_;
  std::vector<Job> jobs_;
  std::set<std::string, std::less<>> unclaimed_;  // jobs whose claim failed, which was told
  mutable std::mutex mutex_;
  std::condition_variable_any wake_up_;
  bool woken_ = false;
  std::string current_;
  std::atomic<std::chrono::steady_clock::rep> alive_{0};
  std::atomic<std::uint64_t> failed_{0};
};

}  // namespace iz::jobs
