// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <optional>

#include "store/session/database.hpp"

namespace iz::store {

// Fills resource_usage_summary from the metrics of one UTC day that was sealed since (the oldest such day), one row per
// resource that has well-known metrics. Returns the rows written; nullopt when no day waits.
//
// Which metric becomes which column, in which units, is the table in metrics_usage.cpp. What a resource has no metric
// for stays NULL: an unknown figure is not 0.
std::optional<std::size_t> summarise_next_day(Database& database);

}  // namespace iz::store
