// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>

#include "store/session/database.hpp"

namespace iz::store {

// Recomputes up to `limit` (part, day) pairs that a large mark left dirty, each in a transaction of its own, and returns how
// many. For the job thread: call until it returns 0. Two daemons may do so at once: each day is taken by one of them.
std::size_t refresh_cost_rollups(Database& database, std::size_t limit = 64);

}  // namespace iz::store
