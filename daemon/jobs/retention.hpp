// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "config/settings.hpp"
#include "store/session/database.hpp"

namespace iz::jobs {

// Takes away what is older than the configuration keeps, seen from `today` (UTC). Says in one line what went; empty =
// nothing. Months of sealed metrics go when the whole month is too old. Charges are never taken away.
std::string apply_retention(store::Database& database, const config::Retention& retention, std::chrono::sys_days today,
                            const std::stop_token& stop);

}  // namespace iz::jobs
