// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/resources/resource_writer.hpp"

#include <utility>

#include "records/fault_point.hpp"
#include "records/run_sink.hpp"
#include "store/encoding/hash128.hpp"
#include "store/listing/known_rows_load.hpp"
#include "store/resources/resource_sql.hpp"
#include "store/resources/resource_stage.hpp"

namespace iz::store {
namespace {

// Below this many rows the planner's guess about the staging table is good enough.
constexpr std::int64_t kAnalyzeFrom = 1000;

std::string quoted(std::string_view identifier) {
  std::string out = "\"";
  for (const char c : identifier) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  return out + "\"";
}

}  // namespace

ResourceWriter::ResourceWriter(const StreamLease& lease, std::string connection, std::string provider,
                               const records::Manifest* manifest)
    : tenant_id_(lease.tenant_id),
      connection_id_(lease.connection_id),
      stream_id_(lease.stream_id),
      connection_(std::move(connection)),
      provider_(std::move(provider)),
      sensitive_(manifest == nullptr ? std::span<const std::string>{} : std::span(manifest->sensitive_fields)) {
  if (manifest == nullptr || manifest->extension_columns.empty()) return;
  extension_table_ = "infrazen." + quoted(provider_ + "_resources");
  for (const auto& column : manifest->extension_columns) extension_columns_.push_back(quoted(column.name));
}

void ResourceWriter::load(MarkSession& session, const StreamLease& lease, const Sighting& with) {
  load_known(session, lease, {.name = "resource_sightings", .hash_column = "row_hash", .retires = false}, with);
}

void ResourceWriter::ensure_extension_table(MarkSession& session, const records::Manifest& manifest,
                                            const std::string& provider) {
  static constexpr const char* kTypes[] = {"text", "integer", "decimal", "boolean", "instant", "json"};
  BinaryArray names(BinaryArray::text);
  BinaryArray types(BinaryArray::text);
  BinaryArray descriptions(BinaryArray::text);
  for (const auto& column : manifest.extension_columns) {
    names.add().text(column.name);
    types.add().text(kTypes[static_cast<std::size_t>(column.type)]);
    descriptions.add().text(column.description);
  }
  // Refusals come as a row, so that they are told from faults: the function's errors are sentences for the operator.
  const PgResult answer = session.exec(
      "SELECT infrazen.try_extension_table($1, $2, (SELECT coalesce(jsonb_agg(jsonb_build_object('name', n, 'type', t, "
      "'description', d) ORDER BY o), '[]') FROM unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS c (n, t, d, o)))",
      {provider, manifest.id, Param::binary(names.bytes()), Param::binary(types.bytes()), Param::binary(descriptions.bytes())});
  if (!answer.null(0, 0)) throw records::RunError(IZ_ERR_CONFIG, std::string(answer.text(0, 0)));
}

// One advisory lock per connection, shared with ResourceResolver: a resource does not come to be twice, once as itself and
// once as the placeholder of a metric.
void ResourceWriter::lock(MarkTransaction& tx) {
  tx.exec("SELECT pg_advisory_xact_lock(hashtextextended('infrazen.resources', $1))", {connection_id_});
}

void ResourceWriter::write(MarkTransaction& tx, const std::function<void(CopyWriter&)>& fill, const ScopeBook& scopes,
                           bool repeated) {
  lock(tx);
  tx.exec(kCreateResourceStage);
  {
    CopyWriter copy = tx.copy(kResourceStageColumns);
    fill(copy);
    if (copy.finish() >= kAnalyzeFrom) tx.exec("ANALYZE iz_stage_resources");
  }
  for (const char* column : {"attributes", "tags", "extension"}) sensitive_.hide(tx, "iz_stage_resources", column);
  if (repeated) {
    tx.exec("DELETE FROM iz_stage_resources s USING iz_stage_resources t WHERE t.key_hash = s.key_hash AND t.n > s.n");
  }
  BinaryArray ids(BinaryArray::int8);
  scopes.ids(ids);
  const auto scope_ids = Param::binary(ids.bytes());

  records::fault_point("resources.after_stage");
  identify(tx);
  tx.exec(sql::retire_recreated(), {tenant_id_, tx.run_id()});
  tx.exec(sql::insert_changes(), {tenant_id_, tx.run_id()});
  tx.exec(sql::update_items(), {tenant_id_, connection_id_, scope_ids});
  tx.exec(sql::insert_items(), {tenant_id_, connection_id_, scope_ids, provider_});
  records::fault_point("resources.after_items");
  apply_tags(tx);
  apply_extension(tx);
  tx.exec(sql::upsert_sightings(), {tenant_id_, stream_id_, scope_ids});
  if (tx.exec("SELECT EXISTS (SELECT FROM iz_stage_resources WHERE prior_id IS NOT NULL)").boolean(0, 0)) {
    for (const char* statement : sql::kFollowIncarnation) tx.exec(statement, {tenant_id_});
  }
}

void ResourceWriter::identify(MarkTransaction& tx) {
  tx.exec(sql::kBusinessContext);
  tx.exec(sql::kUndoAbsence, {tenant_id_, provider_, tx.run_id()});
  tx.exec(sql::kMatchActive, {tenant_id_, provider_});
  tx.exec(sql::kMatchPlaceholders, {tenant_id_, provider_, connection_id_});
  tx.exec(sql::kFindPrior, {tenant_id_, provider_});
  tx.exec("UPDATE iz_stage_resources SET id = nextval('infrazen.resource_items_id'), is_new = true WHERE id IS NULL");
}

void ResourceWriter::apply_tags(MarkTransaction& tx) {
  tx.exec(sql::kDeleteTags, {tenant_id_});
  tx.exec(sql::kUpsertTags, {tenant_id_, connection_});
}

void ResourceWriter::apply_extension(MarkTransaction& tx) {
  if (extension_table_.empty()) return;
  tx.exec(sql::extension_changes(extension_table_, extension_columns_), {tenant_id_, tx.run_id()});
  tx.exec(sql::upsert_extension(extension_table_, extension_columns_), {tenant_id_});
}

void ResourceWriter::move(MarkTransaction& tx, std::span<const std::pair<Uuid, std::int64_t>> key_to_scope) {
  if (key_to_scope.empty()) return;
  BinaryArray keys(BinaryArray::uuid);
  BinaryArray scopes(BinaryArray::int8);
  for (const auto& [key, scope] : key_to_scope) {
    keys.add().uuid(key);
    scopes.add().i64(scope);
  }
  tx.exec(sql::kMove, {tenant_id_, stream_id_, Param::binary(keys.bytes()), Param::binary(scopes.bytes())});
}

void ResourceWriter::retire_absent(MarkTransaction& tx, std::span<const Uuid> keys) {
  if (keys.empty()) return;
  BinaryArray array(BinaryArray::uuid);
  for (const Uuid& key : keys) array.add().uuid(key);
  tx.exec(sql::kRetireAbsent, {tenant_id_, stream_id_, Param::binary(array.bytes()), tx.run_id()});
}

void ResourceWriter::retire(MarkTransaction& tx, std::span<const ReportedRetirement> retirements,
                            const std::function<void(const Uuid&)>& gone) {
  if (retirements.empty()) return;
  lock(tx);
  BinaryArray references(BinaryArray::uuid);
  BinaryArray instants(BinaryArray::timestamptz);
  for (const ReportedRetirement& retirement : retirements) {
    references.add().uuid(resource_reference(retirement.raw_type, retirement.external_id));
    if (retirement.retired_at_us == 0) {
      instants.add().null();
    } else {
      instants.add().timestamptz(retirement.retired_at_us);
    }
  }
  const PgResult ended =
      tx.exec_binary(sql::kRetireReported, {tenant_id_, connection_id_, provider_, Param::binary(references.bytes()),
                                            Param::binary(instants.bytes()), tx.run_id()});
  for (int row = 0; row < ended.rows(); ++row) {
    if (ended.binary_i32(row, 0) == stream_id_) gone(ended.binary_uuid(row, 1));
  }
}

}  // namespace iz::store
