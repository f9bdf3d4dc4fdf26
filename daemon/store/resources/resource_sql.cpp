// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/resources/resource_sql.hpp"

namespace iz::store::sql {
namespace {

// What a resource says about itself: compared, kept in resource_changes, and written.
constexpr const char* kContent[] = {
    "name",          "resource_type",  "region",     "zone",             "service_name",  "service_category", "status",
    "raw_status",    "pricing_model",  "list_price", "effective_cost",   "currency",      "billing_period",   "project_id",
    "parent_type",   "parent_id",      "cpu_cores",  "memory_bytes",     "storage_bytes", "operating_system", "tags",
    "attributes",    "business_unit",  "feature_tag", "cost_center",     "environment",   "provider_created_at"};

std::string content(const std::string& prefix) {
  std::string out;
  for (const char* column : kContent) {
    if (!out.empty()) out += ", ";
    out += prefix + column;
  }
  return out;
}

std::string list(std::span<const std::string> columns, const std::string& prefix) {
  std::string out;
  for (const std::string& column : columns) {
    if (!out.empty()) out += ", ";
    out += prefix + column;
  }
  return out;
}

// (name, old, new) for resource_changes, both NULL where nothing changed: most columns did not, and comparing them is cheaper
// than making JSON of them.
std::string old_and_new(const std::string& name, const std::string& before, const std::string& after) {
  const std::string when = "CASE WHEN " + before + " IS DISTINCT FROM " + after + " THEN to_jsonb(";
  return "('" + name + "', " + when + before + ") END, " + when + after + ") END)";
}

}  // namespace

// The keys that people use most for the four business columns, however they separate words.
const char* const kBusinessContext = R"(
UPDATE iz_stage_resources s
SET business_unit = t.business_unit, feature_tag = t.feature_tag, cost_center = t.cost_center, environment = t.environment
FROM (SELECT n,
             min(value) FILTER (WHERE word IN ('businessunit', 'bu', 'department', 'division')) AS business_unit,
             min(value) FILTER (WHERE word IN ('feature', 'featuretag', 'application', 'app')) AS feature_tag,
             min(value) FILTER (WHERE word IN ('costcenter', 'costcentre', 'cc')) AS cost_center,
             min(value) FILTER (WHERE word IN ('environment', 'env', 'stage')) AS environment
      FROM (SELECT x.n, lower(translate(e.key, '-_. :', '')) AS word, e.value
            FROM iz_stage_resources x, jsonb_each_text(x.tags) AS e) AS words
      WHERE word IN ('businessunit', 'bu', 'department', 'division', 'feature', 'featuretag', 'application', 'app', 'costcenter',
                     'costcentre', 'cc', 'environment', 'env', 'stage')
      GROUP BY n) t
WHERE t.n = s.n)";

// A scope that closed before the resource turned up in another one had retired it: it had moved, and nothing happened to it.
const char* const kUndoAbsence = R"(
WITH back AS (
    UPDATE infrazen.resource_items i
    SET retired_at = NULL, retired_reason = NULL, retired_run = NULL
    FROM iz_stage_resources s
    WHERE s.absent_before AND i.tenant_id = $1 AND i.provider = $2 AND i.key_hash = s.key_hash
      AND i.retired_reason = 'absent' AND i.retired_run = $3
      AND NOT EXISTS (SELECT FROM infrazen.resource_items a
                      WHERE a.tenant_id = $1 AND a.provider = $2 AND a.key_hash = s.key_hash AND a.retired_at IS NULL)
    RETURNING i.id)
INSERT INTO infrazen.resource_changes (tenant_id, resource_id, run_id, event)
SELECT $1, id, $3, 'returned' FROM back)";

// A resource whose provider made it at another instant is another one under the same key.
const char* const kMatchActive = R"(
UPDATE iz_stage_resources s
SET id = CASE WHEN i.provider_created_at <> s.provider_created_at THEN NULL ELSE i.id END,
    prior_id = CASE WHEN i.provider_created_at <> s.provider_created_at THEN i.id END,
    incarnation = i.incarnation + coalesce((i.provider_created_at <> s.provider_created_at)::integer, 0),
    provider_created_at = coalesce(s.provider_created_at, i.provider_created_at),
    tags_changed = coalesce(i.provider_created_at <> s.provider_created_at, false) OR i.tags IS DISTINCT FROM s.tags
FROM infrazen.resource_items i
WHERE i.tenant_id = $1 AND i.provider = $2 AND i.key_hash = s.key_hash AND i.retired_at IS NULL)";

// Each placeholder to one resource: two accounts may have the same id.
const char* const kMatchPlaceholders = R"(
UPDATE iz_stage_resources s
SET id = p.id, adopted = true
FROM (SELECT DISTINCT ON (i.id) i.id, x.n
      FROM iz_stage_resources x
      JOIN infrazen.resource_items i ON i.tenant_id = $1 AND i.provider = $2 AND i.ref_hash = x.ref_hash
      WHERE x.id IS NULL AND x.prior_id IS NULL AND i.is_placeholder AND i.retired_at IS NULL AND i.connection_id = $3
      ORDER BY i.id, x.n) p
WHERE p.n = s.n)";

const char* const kFindPrior = R"(
UPDATE iz_stage_resources s
SET prior_id = p.id, incarnation = p.incarnation + 1
FROM (SELECT DISTINCT ON (i.key_hash) i.key_hash, i.id, i.incarnation
      FROM iz_stage_resources x
      JOIN infrazen.resource_items i ON i.tenant_id = $1 AND i.provider = $2 AND i.key_hash = x.key_hash
      WHERE (x.id IS NULL OR x.adopted) AND x.prior_id IS NULL
      ORDER BY i.key_hash, i.incarnation DESC) p
WHERE p.key_hash = s.key_hash AND s.prior_id IS NULL AND (s.id IS NULL OR s.adopted))";

const std::string& retire_recreated() {
  static const std::string sql = R"(
WITH ended AS (
    UPDATE infrazen.resource_items i
    SET retired_at = greatest(i.first_seen, least(s.provider_created_at, now())), retired_reason = 'recreated', retired_run = $2
    FROM iz_stage_resources s
    WHERE i.tenant_id = $1 AND i.id = s.prior_id AND i.retired_at IS NULL
    RETURNING i.id)
INSERT INTO infrazen.resource_changes (tenant_id, resource_id, run_id, event)
SELECT $1, id, $2, 'retired' FROM ended)";
  return sql;
}

const std::string& insert_changes() {
  static const std::string sql = [] {
    std::string pairs;
    for (const char* column : kContent) {
      if (!pairs.empty()) pairs += ", ";
      pairs += old_and_new(column, std::string("i.") + column, std::string("s.") + column);
    }
    return R"(
INSERT INTO infrazen.resource_changes (tenant_id, resource_id, run_id, event, column_name, old_value, new_value)
SELECT $1, i.id, $2::bigint, 'updated', c.name, c.old, c.new
FROM iz_stage_resources s
JOIN infrazen.resource_items i ON i.tenant_id = $1 AND i.id = s.id
CROSS JOIN LATERAL (VALUES )" + pairs + R"() AS c (name, old, new)
WHERE NOT s.adopted AND ()" + content("i.") + ") IS DISTINCT FROM (" + content("s.") + R"() AND c.old IS DISTINCT FROM c.new
UNION ALL
SELECT $1, s.id, $2::bigint, 'adopted', NULL, NULL, NULL FROM iz_stage_resources s WHERE s.adopted)";
  }();
  return sql;
}

const std::string& update_items() {
  static const std::string sql = R"(
UPDATE infrazen.resource_items i
SET ()" + content("") + R"(, account_id, key_hash, incarnation, is_placeholder, connection_id, scope_id, updated_at) = ()" +
                                 content("s.") + R"(,
     s.account_id, s.key_hash, CASE WHEN s.adopted THEN s.incarnation ELSE i.incarnation END, false, $2::integer,
     coalesce(($3::bigint[])[s.scope_ix + 1], i.scope_id),
     CASE WHEN s.adopted OR ()" + content("i.") + ") IS DISTINCT FROM (" + content("s.") + R"() THEN now() ELSE i.updated_at END)
FROM iz_stage_resources s
WHERE i.tenant_id = $1 AND i.id = s.id AND NOT s.is_new
  AND (s.adopted OR ()" + content("i.") + ") IS DISTINCT FROM (" + content("s.") + R"()
       OR coalesce(($3::bigint[])[s.scope_ix + 1], i.scope_id) IS DISTINCT FROM i.scope_id))";
  return sql;
}

const std::string& insert_items() {
  static const std::string sql = R"(
INSERT INTO infrazen.resource_items
    (tenant_id, id, provider, account_id, raw_type, external_id, key_hash, ref_hash, incarnation, connection_id, scope_id, )" +
                                 content("") + R"()
SELECT $1, s.id, $4, s.account_id, s.raw_type, s.external_id, s.key_hash, s.ref_hash, s.incarnation, $2::integer,
       ($3::bigint[])[s.scope_ix + 1], )" + content("s.") + R"(
FROM iz_stage_resources s
WHERE s.is_new
ORDER BY s.n)";
  return sql;
}

// In the order of the listing, which the next run will find them in (KnownRows).
const std::string& upsert_sightings() {
  static const std::string sql = R"(
INSERT INTO infrazen.resource_sightings AS o (tenant_id, stream_id, key_hash, row_hash, resource_id, scope_id)
SELECT $1, $2, s.key_hash, s.row_hash, s.id, ($3::bigint[])[s.scope_ix + 1]
FROM iz_stage_resources s
ORDER BY s.n
ON CONFLICT (tenant_id, stream_id, key_hash) DO UPDATE
SET row_hash = excluded.row_hash, resource_id = excluded.resource_id, scope_id = coalesce(excluded.scope_id, o.scope_id))";
  return sql;
}

// What still is there follows to the new incarnation; the old one's software went with it.
const char* const kFollowIncarnation[4] = {
    R"(UPDATE infrazen.resource_sightings o SET resource_id = s.id FROM iz_stage_resources s
       WHERE o.tenant_id = $1 AND o.resource_id = s.prior_id AND s.prior_id <> s.id)",
    R"(UPDATE infrazen.resource_relations r SET from_resource_id = s.id FROM iz_stage_resources s
       WHERE r.tenant_id = $1 AND r.from_resource_id = s.prior_id AND s.prior_id <> s.id AND r.retired_at IS NULL)",
    R"(UPDATE infrazen.resource_relations r SET to_resource_id = s.id FROM iz_stage_resources s
       WHERE r.tenant_id = $1 AND r.to_resource_id = s.prior_id AND s.prior_id <> s.id AND r.retired_at IS NULL)",
    R"(WITH removed AS (
           UPDATE infrazen.resource_components c SET retired_at = now(), component_status = 'removed'
           FROM iz_stage_resources s
           WHERE c.tenant_id = $1 AND c.resource_id = s.prior_id AND s.prior_id <> s.id AND c.retired_at IS NULL
           RETURNING c.stream_id)
       UPDATE infrazen.streams SET listing_version = listing_version + 1 WHERE stream_id IN (SELECT stream_id FROM removed))"};

const char* const kDeleteTags = R"(
DELETE FROM infrazen.resource_tags t
USING iz_stage_resources s
WHERE t.tenant_id = $1 AND t.resource_id = s.id AND s.tags_changed AND NOT s.is_new AND t.source = 'provider'
  AND NOT coalesce(s.tags ? t.tag_key, false))";

const char* const kUpsertTags = R"(
INSERT INTO infrazen.resource_tags AS t (tenant_id, resource_id, tag_key, tag_value, tag_category, created_by)
SELECT $1, s.id, e.key, coalesce(e.value, ''),
       CASE WHEN lower(translate(e.key, '-_. :', '')) IN ('costcenter', 'costcentre', 'cc') THEN 'cost'
            WHEN lower(translate(e.key, '-_. :', '')) IN ('businessunit', 'bu', 'department', 'division', 'feature', 'featuretag',
                                                          'application', 'app', 'project', 'owner', 'team') THEN 'business'
            ELSE 'technical' END,
       $2
FROM iz_stage_resources s, jsonb_each_text(s.tags) AS e
WHERE s.tags_changed AND octet_length(e.key) <= 1024
ON CONFLICT (tenant_id, resource_id, tag_key) DO UPDATE
SET tag_value = excluded.tag_value, created_at = now(), created_by = excluded.created_by
WHERE t.source = 'provider' AND t.tag_value <> excluded.tag_value)";

const char* const kMove = R"(
WITH moved AS (
    UPDATE infrazen.resource_sightings o SET scope_id = m.scope_id
    FROM unnest($3::uuid[], $4::bigint[]) AS m (key_hash, scope_id)
    WHERE o.tenant_id = $1 AND o.stream_id = $2 AND o.key_hash = m.key_hash
    RETURNING o.resource_id, o.scope_id)
UPDATE infrazen.resource_items i SET scope_id = moved.scope_id
FROM moved WHERE i.tenant_id = $1 AND i.id = moved.resource_id)";

// A resource that another stream still sees stays.
const char* const kRetireAbsent = R"(
WITH unseen AS (
    DELETE FROM infrazen.resource_sightings
    WHERE tenant_id = $1 AND stream_id = $2 AND key_hash = ANY ($3::uuid[])
    RETURNING resource_id),
retired AS (
    UPDATE infrazen.resource_items i
    SET retired_at = now(), retired_reason = 'absent', retired_run = $4
    FROM unseen
    WHERE i.tenant_id = $1 AND i.id = unseen.resource_id AND i.retired_at IS NULL
      AND NOT EXISTS (SELECT FROM infrazen.resource_sightings o
                      WHERE o.tenant_id = $1 AND o.resource_id = i.id AND o.stream_id <> $2)
    RETURNING i.id)
INSERT INTO infrazen.resource_changes (tenant_id, resource_id, run_id, event)
SELECT $1, id, $4, 'retired' FROM retired)";

const char* const kRetireReported = R"(
WITH retired AS (
    UPDATE infrazen.resource_items i
    SET retired_at = greatest(i.first_seen, least(coalesce(r.retired_at, now()), now())), retired_reason = 'reported',
        retired_run = $6
    FROM unnest($4::uuid[], $5::timestamptz[]) AS r (ref_hash, retired_at)
    WHERE i.tenant_id = $1 AND i.provider = $3 AND i.ref_hash = r.ref_hash AND i.retired_at IS NULL
      AND (i.connection_id = $2
           OR EXISTS (SELECT FROM infrazen.resource_sightings s JOIN infrazen.streams t USING (stream_id)
                      WHERE s.tenant_id = $1 AND s.resource_id = i.id AND t.connection_id = $2))
    RETURNING i.id),
noted AS (
    INSERT INTO infrazen.resource_changes (tenant_id, resource_id, run_id, event)
    SELECT $1, id, $6, 'retired' FROM retired),
unseen AS (
    DELETE FROM infrazen.resource_sightings s
    USING retired WHERE s.tenant_id = $1 AND s.resource_id = retired.id
    RETURNING s.stream_id, s.key_hash),
told AS (
    UPDATE infrazen.streams SET listing_version = listing_version + 1 WHERE stream_id IN (SELECT stream_id FROM unseen))
SELECT stream_id, key_hash FROM unseen)";

// Both sides typed by the table, so that "1.50" and 1.5 are the same number.
std::string extension_changes(const std::string& table, std::span<const std::string> columns) {
  std::string pairs;
  for (const std::string& column : columns) {
    if (!pairs.empty()) pairs += ", ";
    pairs += old_and_new(column.substr(1, column.size() - 2), "e." + column, "n." + column);
  }
  return R"(
WITH changed AS (
    INSERT INTO infrazen.resource_changes (tenant_id, resource_id, run_id, event, column_name, old_value, new_value)
    SELECT $1, s.id, $2, 'updated', c.name, c.old, c.new
    FROM iz_stage_resources s
    JOIN )" + table + R"( e ON e.tenant_id = $1 AND e.resource_id = s.id
    CROSS JOIN LATERAL jsonb_populate_record(NULL::)" + table + R"(, coalesce(s.extension, '{}')) AS n
    CROSS JOIN LATERAL (VALUES )" + pairs + R"() AS c (name, old, new)
    WHERE NOT s.is_new AND c.old IS DISTINCT FROM c.new
    RETURNING resource_id)
UPDATE infrazen.resource_items i SET updated_at = now()
FROM (SELECT DISTINCT resource_id FROM changed) AS c WHERE i.tenant_id = $1 AND i.id = c.resource_id)";
}

std::string upsert_extension(const std::string& table, std::span<const std::string> columns) {
  return "INSERT INTO " + table + " AS e (tenant_id, resource_id, " + list(columns, "") + ")\nSELECT $1, s.id, " +
         list(columns, "n.") + "\nFROM iz_stage_resources s CROSS JOIN LATERAL jsonb_populate_record(NULL::" + table +
         ", coalesce(s.extension, '{}')) AS n\nON CONFLICT (tenant_id, resource_id) DO UPDATE SET (" + list(columns, "") +
         ") = ROW (" + list(columns, "excluded.") + ")\nWHERE (" + list(columns, "e.") + ") IS DISTINCT FROM (" +
         list(columns, "excluded.") + ")";
}

}  // namespace iz::store::sql
