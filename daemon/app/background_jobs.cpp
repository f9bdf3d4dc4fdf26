// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/background_jobs.hpp"

#include <cstddef>
#include <utility>

#include "jobs/daemon_jobs.hpp"

namespace iz::app {
namespace {

jobs::JobSettings job_settings(const config::Settings& settings) {
  jobs::JobSettings result;
  result.retention = settings.retention;
  return result;
}

}  // namespace

std::vector<jobs::Job> background_jobs(store::Database& database,
                                       std::function<std::shared_ptr<const config::Settings>()> settings) {
  std::vector<jobs::Job> list = jobs::daemon_jobs(database, job_settings(*settings()));
  // Each run takes the configuration of its own moment, so that a reload reaches the jobs too.
  for (std::size_t i = 0; i < list.size(); ++i) {
    list[i].run = [&database, settings, i](const std::stop_token& stop) {
      return jobs::daemon_jobs(database, job_settings(*settings()))[i].run(stop);
    };
  }
  return list;
}

}  // namespace iz::app
