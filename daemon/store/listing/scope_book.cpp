// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/listing/scope_book.hpp"

namespace iz::store {

ScopeBook::ScopeBook(const StreamLease& lease, std::uint32_t kind)
    : tenant_id_(lease.tenant_id),
      connection_id_(lease.connection_id),
      stream_id_(lease.stream_id),
      kind_(static_cast<std::int32_t>(kind)) {}

void ScopeBook::load(MarkSession& session) {
  const PgResult rows = session.exec(
      "SELECT id, scope FROM infrazen.resource_scopes WHERE tenant_id = $1 AND stream_id = $2 AND kind = $3",
      {tenant_id_, stream_id_, kind_});
  for (int row = 0; row < rows.rows(); ++row) {
    const std::int32_t scope = find_or_add(rows.text(row, 1));
    at(scope).id = rows.i64(row, 0);
    by_id_.emplace(at(scope).id, scope);
  }
}

std::int32_t ScopeBook::find(std::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  return found == by_name_.end() ? -1 : found->second;
}

std::int32_t ScopeBook::find_or_add(std::string_view name) {
  const auto [found, added] = by_name_.try_emplace(std::string(name), static_cast<std::int32_t>(scopes_.size()));
  if (added) scopes_.emplace_back().name = name;
  return found->second;
}

std::int32_t ScopeBook::by_id(std::int64_t id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? -1 : found->second;
}

void ScopeBook::store_new(MarkTransaction& tx) {
  BinaryArray names(BinaryArray::text);
  for (const Scope& scope : scopes_) {
    if (scope.id == 0) names.add().text(scope.name);
  }
  if (names.size() == 0) return;
  const PgResult rows = tx.exec(
      "INSERT INTO infrazen.resource_scopes (tenant_id, connection_id, stream_id, kind, scope) "
      "SELECT $1, $2, $3, $4, n FROM unnest($5::text[]) AS n "
      "ON CONFLICT (tenant_id, stream_id, kind, scope) DO UPDATE SET connection_id = excluded.connection_id "
      "RETURNING id, scope",
      {tenant_id_, connection_id_, stream_id_, kind_, Param::binary(names.bytes())});
  for (int row = 0; row < rows.rows(); ++row) {
    const std::int32_t scope = find(rows.text(row, 1));
    at(scope).id = rows.i64(row, 0);
    by_id_.emplace(at(scope).id, scope);
  }
}

void ScopeBook::ids(BinaryArray& array) const {
  for (const Scope& scope : scopes_) array.add().i64(scope.id);
}

void ScopeBook::next_run() {
  for (Scope& scope : scopes_) {
    scope.opened = 0;
    scope.open = false;
    scope.tainted = false;
    scope.closed_in_mark = false;
    scope.seen = 0;
  }
}

std::size_t ScopeBook::memory_bytes() const {
  constexpr std::size_t kMapNode = 64;
  std::size_t bytes = 0;
  for (const Scope& scope : scopes_) bytes += sizeof scope + 2 * (scope.name.capacity() + kMapNode);
  return bytes;
}

void ScopeBook::store_complete(MarkTransaction& tx) {
  BinaryArray ids(BinaryArray::int8);
  BinaryArray members(BinaryArray::int8);
  for (const Scope& scope : scopes_) {
    if (!scope.closed_in_mark || scope.tainted) continue;
    ids.add().i64(scope.id);
    members.add().i64(scope.members);
  }
  if (ids.size() == 0) return;
  tx.exec(
      "UPDATE infrazen.resource_scopes s SET last_complete_at = now(), last_complete_run = $2, members = c.members "
      "FROM unnest($3::bigint[], $4::bigint[]) AS c (id, members) WHERE s.tenant_id = $1 AND s.id = c.id",
      {tenant_id_, tx.run_id(), Param::binary(ids.bytes()), Param::binary(members.bytes())});
}

}  // namespace iz::store
