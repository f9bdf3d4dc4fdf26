// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>
#include <span>
#include <utility>

#include "store/listing/record_stage.hpp"
#include "store/listing/scope_book.hpp"
#include "store/resources/resource_resolver.hpp"
#include "store/session/mark_session.hpp"

// Relations between resources: rows of iz_stage_relation become rows of resource_relations.
namespace iz::store {

// Those of the stream that are not retired. The key is the whole row: row hash and key hash are the same.
void load_relations(MarkSession& session, const StreamLease& lease,
                    const std::function<void(const Uuid&, const Uuid&, std::int64_t)>& with);

// The staged rows, all of them new: ref_ix is the "from" end; the "to" end is resolved by its key, which `to_refs` gives by n.
void insert_relations(MarkTransaction& tx, const RecordOrigin& origin, const ResourceResolver& resources,
                      std::span<const ResourceResolver::Reference> to_refs, const ScopeBook& scopes);
void move_relations(MarkTransaction& tx, const RecordOrigin& origin,
                    std::span<const std::pair<Uuid, std::int64_t>> key_to_scope);
void retire_relations(MarkTransaction& tx, const RecordOrigin& origin, std::span<const Uuid> keys);

}  // namespace iz::store
