// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/resources/resource_resolver.hpp"

#include <utility>

#include "store/encoding/hash128.hpp"
#include "store/session/mark_session.hpp"

namespace iz::store {
namespace {

// The present incarnation first, inventoried before placeholder; else the last retired one. Only what this connection
// delivered or lists: another connection's account may use the same ids.
constexpr const char* kFind = R"(
SELECT k.n - 1, r.id
FROM unnest($4::uuid[]) WITH ORDINALITY AS k (ref_hash, n)
CROSS JOIN LATERAL (
    SELECT i.id
    FROM infrazen.resource_items i
    WHERE i.tenant_id = $1 AND i.provider = $3 AND i.ref_hash = k.ref_hash
      AND (i.connection_id = $2
           OR EXISTS (SELECT FROM infrazen.resource_sightings s JOIN infrazen.streams t USING (stream_id)
                      WHERE s.tenant_id = i.tenant_id AND s.resource_id = i.id AND t.connection_id = $2))
    ORDER BY (i.retired_at IS NULL) DESC, i.is_placeholder, CASE WHEN i.retired_at IS NULL THEN i.id ELSE -i.id END
    LIMIT 1) r)";

// Serialises with the inventory of the same connection, so that a resource does not come to be twice.
constexpr const char* kLock = "SELECT pg_advisory_xact_lock(hashtextextended('infrazen.resources', $1))";

// The key hash of a placeholder has the connection's id as seed: two connections may each refer to an "a" of their own.
constexpr const char* kCreate = R"(
INSERT INTO infrazen.resource_items
    (tenant_id, provider, account_id, raw_type, external_id, key_hash, ref_hash, incarnation, connection_id, is_placeholder,
     resource_type)
SELECT $1, $3, '', k.raw_type, k.external_id, k.key_hash, k.ref_hash,
       1 + (SELECT count(*) FROM infrazen.resource_items i
            WHERE i.tenant_id = $1 AND i.provider = $3 AND i.key_hash = k.key_hash),
       $2, true, k.raw_type
FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[]) AS k (key_hash, ref_hash, raw_type, external_id)
ON CONFLICT (tenant_id, provider, key_hash) WHERE retired_at IS NULL DO NOTHING)";

std::pair<std::string_view, std::string_view> split(const std::string& key) {
  const auto end = key.find('\0');
  return {std::string_view(key).substr(0, end), std::string_view(key).substr(end + 1)};
}

}  // namespace

ResourceResolver::ResourceResolver(std::int32_t tenant_id, std::int32_t connection_id, std::string provider)
    : tenant_id_(tenant_id), connection_id_(connection_id), provider_(std::move(provider)) {}

ResourceResolver::Reference ResourceResolver::reference(std::string_view resource_type, std::string_view external_id) {
  probe_.assign(resource_type).push_back('\0');
  probe_.append(external_id);
  const auto [found, added] = references_.try_emplace(probe_, static_cast<Reference>(ids_.size()));
  if (added) {
    keys_.push_back(&found->first);
    ids_.push_back(0);
    unresolved_.push_back(found->second);
  }
  return found->second;
}

std::int64_t ResourceResolver::find(std::string_view resource_type, std::string_view external_id) const {
  std::string key(resource_type);
  key.push_back('\0');
  key.append(external_id);
  const auto found = references_.find(key);
  return found == references_.end() ? 0 : ids_[found->second];
}

void ResourceResolver::forget_ids() {
  unresolved_.clear();
  for (Reference reference = 0; reference < ids_.size(); ++reference) {
    ids_[reference] = 0;
    unresolved_.push_back(reference);
  }
}

void ResourceResolver::look_up(MarkTransaction& transaction) {
  if (unresolved_.empty()) return;
  BinaryArray hashes(BinaryArray::uuid);
  for (const Reference reference : unresolved_) {
    const auto [type, id] = split(*keys_[reference]);
    hashes.add().uuid(resource_reference(type, id));
  }
  const PgResult found =
      transaction.exec_binary(kFind, {tenant_id_, connection_id_, provider_, Param::binary(hashes.bytes())});
  for (int row = 0; row < found.rows(); ++row) {
    ids_[unresolved_[static_cast<std::size_t>(found.binary_i64(row, 0))]] = found.binary_i64(row, 1);
  }
  std::erase_if(unresolved_, [this](Reference reference) { return ids_[reference] != 0; });
}

void ResourceResolver::resolve(MarkTransaction& transaction) {
  look_up(transaction);
  if (unresolved_.empty()) return;
  transaction.exec(kLock, {connection_id_});
  look_up(transaction);  // what the inventory committed while we waited
  if (unresolved_.empty()) return;

  BinaryArray keys(BinaryArray::uuid);
  BinaryArray references(BinaryArray::uuid);
  BinaryArray types(BinaryArray::text);
  BinaryArray ids(BinaryArray::text);
  for (const Reference reference : unresolved_) {
    const auto [type, id] = split(*keys_[reference]);
    keys.add().uuid(hash128({"", type, id}, static_cast<std::uint64_t>(connection_id_)));
    references.add().uuid(resource_reference(type, id));
    types.add().text(type);
    ids.add().text(id);
  }
  transaction.exec(kCreate, {tenant_id_, connection_id_, provider_, Param::binary(keys.bytes()),
                             Param::binary(references.bytes()), Param::binary(types.bytes()), Param::binary(ids.bytes())});
  look_up(transaction);
}

}  // namespace iz::store
