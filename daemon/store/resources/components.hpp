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

// Software on resources: rows of iz_stage_component become rows of resource_components.
namespace iz::store {

// Those of the stream that are not retired.
void load_components(MarkSession& session, const StreamLease& lease,
                     const std::function<void(const Uuid&, const Uuid&, std::int64_t)>& with);
void upsert_components(MarkTransaction& tx, const RecordOrigin& origin, const ResourceResolver& resources,
                       const ScopeBook& scopes);
void move_components(MarkTransaction& tx, const RecordOrigin& origin,
                     std::span<const std::pair<Uuid, std::int64_t>> key_to_scope);
void retire_components(MarkTransaction& tx, const RecordOrigin& origin, std::span<const Uuid> keys);

}  // namespace iz::store
