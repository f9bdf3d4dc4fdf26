// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>

#include "store/listing/record_stage.hpp"
#include "store/resources/resource_resolver.hpp"
#include "store/session/mark_session.hpp"

// Rows of iz_stage_log become rows of resource_logs.
namespace iz::store {

// Makes the daily partition, in a transaction of its own.
void ensure_log_day(MarkSession& session, std::chrono::sys_days day);

// Events whose id (key_hash) the connection has delivered before stay out; so do repetitions within the stage. Returns how many
// went in.
std::int64_t insert_logs(MarkTransaction& tx, const RecordOrigin& origin, const ResourceResolver& resources);

}  // namespace iz::store
