// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "config/settings.hpp"
#include "jobs/job.hpp"
#include "store/session/database.hpp"

namespace iz::app {

// What the daemon does by itself, beside the runs. `settings` gives the configuration in force, from any thread.
[[nodiscard]] std::vector<jobs::Job> background_jobs(store::Database& database,
                                                     std::function<std::shared_ptr<const config::Settings>()> settings);

}  // namespace iz::app
