// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "jobs/daemon_jobs.hpp"

#include "jobs/retention.hpp"
#include "jobs/sealing.hpp"
#include "store/costs/cost_rollups.hpp"
#include "store/metrics/metrics_usage.hpp"
#include "store/schema/retention.hpp"

namespace iz::jobs {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string refresh_rollups(store::Database& database, const std::stop_token& stop) {
  std::size_t refreshed = 0;
  while (!stop.stop_requested()) {
    const std::size_t now = store::refresh_cost_rollups(database);
    refreshed += now;
    if (now == 0) break;
  }
  return refreshed == 0 ? std::string() : std::to_string(refreshed) + " days of costs added up again";
}

std::string summarise_usage(store::Database& database, const std::stop_token& stop) {
  std::size_t days = 0;
  std::size_t rows = 0;
  while (!stop.stop_requested()) {
    const std::optional<std::size_t> written = store::summarise_next_day(database);
    if (!written) break;
    ++days;
    rows += *written;
  }
  return days == 0 ? std::string() : std::to_string(rows) + " resources over " + std::to_string(days) + " days";
}

}  // namespace

std::vector<Job> daemon_jobs(store::Database& database, const JobSettings& settings) {
  const std::function<std::chrono::sys_seconds()> now =
      settings.now ? settings.now : [] { return std::chrono::floor<seconds>(std::chrono::system_clock::now()); };
  std::vector<Job> jobs;
  jobs.push_back({.name = "partitions", .every = hours(1), .run = [&database](std::stop_token) {
                    store::ensure_coming_partitions(database);
                    return std::string();
                  }});
  jobs.push_back({.name = "costs.rollup", .every = seconds(15), .run = [&database](std::stop_token stop) {
                    return refresh_rollups(database, stop);
                  }});
  jobs.push_back({.name = "metrics.seal",
                  .every = minutes(10),
                  .run = [&database, now, after = settings.seal_after](std::stop_token stop) {
                    return seal_finished_days(database, std::chrono::floor<std::chrono::days>(now() - after), stop);
                  }});
  jobs.push_back({.name = "metrics.summary", .every = minutes(10), .run = [&database](std::stop_token stop) {
                    return summarise_usage(database, stop);
                  }});
  jobs.push_back({.name = "retention",
                  .every = hours(6),
                  .run = [&database, now, retention = settings.retention](std::stop_token stop) {
                    return apply_retention(database, retention, std::chrono::floor<std::chrono::days>(now()), stop);
                  }});
  return jobs;
}

}  // namespace iz::jobs
