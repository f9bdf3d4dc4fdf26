// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "store/session/database.hpp"

namespace iz::jobs {

// Seals the days before `before` that have something to seal, oldest first, and drops hot leaves that sealing has
// emptied. Says in one line what it did; empty = nothing. A day that still receives points is left for the next time.
std::string seal_finished_days(store::Database& database, std::chrono::sys_days before, const std::stop_token& stop);

}  // namespace iz::jobs
