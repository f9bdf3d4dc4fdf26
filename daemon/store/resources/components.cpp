// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/resources/components.hpp"

#include "store/listing/known_rows_load.hpp"

namespace iz::store {

void load_components(MarkSession& session, const StreamLease& lease,
                     const std::function<void(const Uuid&, const Uuid&, std::int64_t)>& with) {
  load_known(session, lease, {.name = "resource_components", .hash_column = "row_hash", .retires = true}, with);
}

void upsert_components(MarkTransaction& tx, const RecordOrigin& origin, const ResourceResolver& resources,
                       const ScopeBook& scopes) {
  BinaryArray ids(BinaryArray::int8);
  append_ids(ids, resources);
  BinaryArray scope_ids(BinaryArray::int8);
  scopes.ids(scope_ids);
  // A component belongs to the stream that delivered it last; the one it is taken from must not believe that it knows it.
  tx.exec(R"(
UPDATE infrazen.streams SET listing_version = listing_version + 1
WHERE stream_id IN (SELECT c.stream_id
                    FROM iz_stage_component s
                    JOIN infrazen.resource_components c
                      ON c.tenant_id = $1 AND c.resource_id = ($3::bigint[])[s.ref_ix + 1]
                         AND c.component_type = s.component_type AND c.component_name = s.name
                    WHERE c.stream_id <> $2))",
          {origin.tenant_id, origin.stream_id, Param::binary(ids.bytes())});
  tx.exec(R"(
INSERT INTO infrazen.resource_components AS c
    (tenant_id, resource_id, component_type, component_name, component_version, component_status, installation_path,
     configuration, dependencies, stream_id, key_hash, row_hash, scope_id)
SELECT DISTINCT ON (s.key_hash) $1::integer, ($3::bigint[])[s.ref_ix + 1], s.component_type, s.name, s.version, s.status,
       s.installation_path, s.configuration, s.dependencies, $2::integer, s.key_hash, s.row_hash,
       ($4::bigint[])[s.scope_ix + 1]
FROM iz_stage_component s
ORDER BY s.key_hash, s.n DESC
ON CONFLICT (tenant_id, resource_id, component_type, component_name) DO UPDATE
SET component_version = excluded.component_version, component_status = excluded.component_status,
    installation_path = excluded.installation_path, configuration = excluded.configuration,
    dependencies = excluded.dependencies, stream_id = excluded.stream_id, key_hash = excluded.key_hash,
    row_hash = excluded.row_hash, scope_id = coalesce(excluded.scope_id, c.scope_id), last_updated = now(), retired_at = NULL)",
          {origin.tenant_id, origin.stream_id, Param::binary(ids.bytes()), Param::binary(scope_ids.bytes())});
}

void move_components(MarkTransaction& tx, const RecordOrigin& origin,
                     std::span<const std::pair<Uuid, std::int64_t>> key_to_scope) {
  move_known(tx, origin.tenant_id, origin.stream_id, "resource_components", key_to_scope);
}

void retire_components(MarkTransaction& tx, const RecordOrigin& origin, std::span<const Uuid> keys) {
  if (keys.empty()) return;
  BinaryArray array(BinaryArray::uuid);
  for (const Uuid& key : keys) array.add().uuid(key);
  tx.exec(
      "UPDATE infrazen.resource_components SET retired_at = now(), component_status = 'removed', last_updated = now() "
      "WHERE tenant_id = $1 AND stream_id = $2 AND key_hash = ANY ($3::uuid[]) AND retired_at IS NULL",
      {origin.tenant_id, origin.stream_id, Param::binary(array.bytes())});
}

}  // namespace iz::store
