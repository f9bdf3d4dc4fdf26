// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "jobs/job_loop.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "records/run_sink.hpp"
#include "store/streams/job_book.hpp"
#include <infrazen/abi/base.h>

namespace iz::jobs {

namespace {

constexpr std::chrono::seconds kLongestSleep{60};  // then the schedule is read again: another daemon may have moved it
constexpr std::chrono::seconds kDatabasePause{5};

}  // namespace

JobLoop::JobLoop(store::Database& database, journal::Log& log, std::vector<Job> jobs)
    : database_(database), log_(log), jobs_(std::move(jobs)) {}

void JobLoop::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    run_due(stop);
    sleep_until_due(stop);
  }
}

std::size_t JobLoop::run_due(std::stop_token stop) {
  std::size_t ran = 0;
  for (const Job& job : jobs_) {
    alive_ = std::chrono::steady_clock::now().time_since_epoch().count();
    if (stop.stop_requested()) break;
    if (run_one(job, false, false, stop)) ++ran;
  }
  return ran;
}

bool JobLoop::run_now(std::string_view name, std::stop_token stop) {
  const auto job = std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& one) { return one.name == name; });
  if (job == jobs_.end()) throw std::invalid_argument("there is no job " + std::string(name));
  return run_one(*job, true, true, std::move(stop));
}

bool JobLoop::run_one(const Job& job, bool even_if_not_due, bool rethrow, std::stop_token stop) {
  try {
    std::optional<store::JobClaim> claim = store::JobClaim::take(database_, job.name, even_if_not_due);
    unclaimed_.erase(job.name);
    if (!claim) return false;
    set_current(job.name);
    const auto started = std::chrono::steady_clock::now();
    try {
      const std::string report = job.run(std::move(stop));
      claim->succeeded(job.every, report);
      const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - started);
      if (!report.empty()) {
        log_.event(journal::messages::job_done,
                   {{"job", job.name}, {"result", report}, {"duration", fmt::format("{:.1f} s", took.count())}});
      }
    } catch (const std::exception& error) {
      ++failed_;
      log_.event(journal::messages::job_failed, {{"job", job.name}, {"reason", error.what()}});
      claim->failed(job.every, error.what());
      if (rethrow) throw;
    }
    set_current({});
    return true;
  } catch (const std::exception& error) {
    set_current({});
    if (rethrow) throw;
    const auto* fault = dynamic_cast<const records::RunError*>(&error);
    if (fault != nullptr && fault->error_class() == IZ_ERR_TRANSIENT) {
      // The database is away: its own messages say so, and the next round tries again.
      log_.line(journal::Severity::debug, error.what(), {{"job", job.name}});
      return false;
    }
    // The job never began, or how it ended could not be written: nobody else will tell. Once: it is tried again in seconds.
    ++failed_;
    if (unclaimed_.insert(job.name).second) log_.event(journal::messages::job_failed, {{"job", job.name}, {"reason", error.what()}});
    return false;
  }
}

void JobLoop::sleep_until_due(std::stop_token stop) {
  std::chrono::milliseconds pause = kDatabasePause;
  try {
    std::vector<std::string> names;
    for (const Job& job : jobs_) names.push_back(job.name);
    pause = store::until_next_job(database_, names);
    // A job that is due but was not run is at work in another daemon.
    pause = std::clamp<std::chrono::milliseconds>(pause, std::chrono::seconds(1), kLongestSleep);
  } catch (const std::exception&) {
    // as in run_one
  }
  std::unique_lock lock(mutex_);
  wake_up_.wait_for(lock, stop, pause, [&] { return woken_; });
  woken_ = false;
  alive_ = std::chrono::steady_clock::now().time_since_epoch().count();
}

void JobLoop::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  wake_up_.notify_all();
}

std::chrono::steady_clock::time_point JobLoop::last_alive() const noexcept {
  return std::chrono::steady_clock::time_point(std::chrono::steady_clock::duration(alive_.load()));
}

std::string JobLoop::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void JobLoop::set_current(std::string name) {
  const std::lock_guard lock(mutex_);
  current_ = std::move(name);
}

}  // namespace iz::jobs
