// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/session/database.hpp"
#include "store/session/mark_session.hpp"

// When the daemon's own jobs are due and how they went (table jobs). One schedule for all daemons on a database.
namespace iz::store {

using JobInstant = std::chrono::sys_time<std::chrono::microseconds>;

struct JobState {
  std::string job;
  JobInstant next_due;
  std::optional<JobInstant> last_start, last_success, last_failure;
  std::string last_error;
  std::int32_t failures = 0;  // in a row
  std::string last_report;
};
[[nodiscard]] std::vector<JobState> load_jobs(Database& database);

// The right to run one job, kept by a session of its own: it ends when the session does, so a daemon that dies leaves
// nothing locked.
class JobClaim {
 public:
  // nullopt when the job is not due yet (by the database's clock) or another daemon is at it. A job that is not known
  // yet is due.
  [[nodiscard]] static std::optional<JobClaim> take(Database& database, std::string_view job,
                                                    bool even_if_not_due = false);

  void succeeded(std::chrono::seconds next, std::string_view report);
  // The next attempt comes after `next`, doubled for each failure in a row, at most a day.
  void failed(std::chrono::seconds next, std::string_view error);

 private:
  JobClaim(std::unique_ptr<MarkSession> session, std::string job)
      : session_(std::move(session)), job_(std::move(job)) {}
  std::unique_ptr<MarkSession> session_;
  std::string job_;
};

// Until the next job is due, of those named; zero when one is due or not known yet.
[[nodiscard]] std::chrono::milliseconds until_next_job(Database& database, const std::vector<std::string>& jobs);

}  // namespace iz::store
