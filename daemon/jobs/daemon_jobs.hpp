// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "config/settings.hpp"
#include "jobs/job.hpp"
#include "store/session/database.hpp"

namespace iz::jobs {

struct JobSettings {
  config::Retention retention;
  // A day of metrics is sealed so long after it ended: most of what comes late has come by then.
  std::chrono::hours seal_after{3};
  // For tests; else the system's.
  std::function<std::chrono::sys_seconds()> now;
};

// What the daemon does by itself, in the order of its importance: partitions that are needed soon, rollups that are
// behind, sealing, usage summaries, retention. The database outlives the jobs.
[[nodiscard]] std::vector<Job> daemon_jobs(store::Database& database, const JobSettings& settings);

}  // namespace iz::jobs
