// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/resources/relations.hpp"

#include "store/listing/known_rows_load.hpp"

namespace iz::store {

void load_relations(MarkSession& session, const StreamLease& lease,
                    const std::function<void(const Uuid&, const Uuid&, std::int64_t)>& with) {
  load_known(session, lease, {.name = "resource_relations", .hash_column = nullptr, .retires = true}, with);
}

void insert_relations(MarkTransaction& tx, const RecordOrigin& origin, const ResourceResolver& resources,
                      std::span<const ResourceResolver::Reference> to_refs, const ScopeBook& scopes) {
  BinaryArray from(BinaryArray::int8);
  append_ids(from, resources);
  BinaryArray to(BinaryArray::int8);
  for (const auto reference : to_refs) to.add().i64(resources.id(reference));
  BinaryArray scope_ids(BinaryArray::int8);
  scopes.ids(scope_ids);
  tx.exec(R"(
INSERT INTO infrazen.resource_relations
    (tenant_id, stream_id, key_hash, from_resource_id, to_resource_id, relation, scope_id)
SELECT $1::integer, $2::integer, s.key_hash, ($3::bigint[])[s.ref_ix + 1], ($4::bigint[])[s.n], s.relation,
       ($5::bigint[])[s.scope_ix + 1]
FROM (SELECT DISTINCT ON (key_hash) * FROM iz_stage_relation ORDER BY key_hash, n DESC) s
ORDER BY s.n
ON CONFLICT (tenant_id, stream_id, key_hash) WHERE retired_at IS NULL DO NOTHING)",
          {origin.tenant_id, origin.stream_id, Param::binary(from.bytes()), Param::binary(to.bytes()),
           Param::binary(scope_ids.bytes())});
}

void move_relations(MarkTransaction& tx, const RecordOrigin& origin,
                    std::span<const std::pair<Uuid, std::int64_t>> key_to_scope) {
  move_known(tx, origin.tenant_id, origin.stream_id, "resource_relations", key_to_scope);
}

void retire_relations(MarkTransaction& tx, const RecordOrigin& origin, std::span<const Uuid> keys) {
  if (keys.empty()) return;
  BinaryArray array(BinaryArray::uuid);
  for (const Uuid& key : keys) array.add().uuid(key);
  tx.exec(
      "UPDATE infrazen.resource_relations SET retired_at = now() "
      "WHERE tenant_id = $1 AND stream_id = $2 AND key_hash = ANY ($3::uuid[]) AND retired_at IS NULL",
      {origin.tenant_id, origin.stream_id, Param::binary(array.bytes())});
}

}  // namespace iz::store
