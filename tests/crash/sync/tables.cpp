// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "crash/sync/tables.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "harness/pg_cluster.hpp"

namespace iz::test {
namespace {

// Natural keys, as functions beside the schema.
constexpr const char* kKeys = R"sql(
CREATE SCHEMA IF NOT EXISTS keys;
CREATE OR REPLACE FUNCTION keys.connection(integer) RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT name FROM infrazen.connections WHERE connection_id = $1 $$;
CREATE OR REPLACE FUNCTION keys.stream(integer) RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT keys.connection(connection_id) || '/' || stream FROM infrazen.streams WHERE stream_id = $1 $$;
CREATE OR REPLACE FUNCTION keys.part(integer) RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT keys.connection(connection_id) || '/' || scope FROM infrazen.cost_parts WHERE part_id = $1 $$;
CREATE OR REPLACE FUNCTION keys.scope(bigint) RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT keys.stream(stream_id) || '/' || kind || '/' || scope FROM infrazen.resource_scopes WHERE id = $1 $$;
CREATE OR REPLACE FUNCTION keys.resource(bigint) RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT concat_ws('/', provider, account_id, raw_type, external_id, incarnation)
     FROM infrazen.resource_items WHERE id = $1 $$;
CREATE OR REPLACE FUNCTION keys.series(bigint) RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT concat_ws('/', keys.stream(stream_id), keys.resource(resource_id), resource_type, external_id, metric_name,
                      metric_unit, provider_metric_id) FROM infrazen.metric_series WHERE series_id = $1 $$;
CREATE OR REPLACE FUNCTION keys.document(bigint) RETURNS text LANGUAGE sql STABLE AS
  $$ SELECT concat_ws('/', provider, account_id, document_type, document_id) FROM infrazen.documents WHERE id = $1 $$;
)sql";

// Tables that tell how the work went. breaches() holds them against each other.
const std::set<std::string> kOfTheWork = {"audit", "connector_crashes", "jobs", "migrations", "rate_budget",
                                          "rollup_dirty", "runs", "schema_migrations", "streams"};
// How points are stored depends on when sealing met them; what they are does not (points below).
const std::set<std::string> kStoredPoints = {"metric_segments", "metric_late", "metric_sealed", "metric_days_to_summarise",
                                             "metric_directory"};
const std::set<std::string> kOnlyWhenSettled = {"metric_sealed", "metric_segments", "metric_late", "resource_usage_summary",
                                                "metric_days_to_summarise"};

// When and by whom a row was written.
const std::set<std::string> kLeftOut = {
    "run_id",     "retired_run", "last_complete_run", "last_run_id",    "created_at",    "updated_at",   "first_seen",
    "found_at",   "changed_at",  "claimed_at",        "marked_at",      "last_delivered", "first_opened_at",
    "added_at",   "last_updated", "granted_at",       "calculated_at",  "generated_at"};
// Whether, not when.
const std::set<std::string> kWhether = {"retired_at", "succeeded_at", "last_complete_at"};

std::string expression(const std::string& table, const std::string& column, const std::string& type, bool sequence) {
  const std::string quoted = "\"" + column + "\"";
  if (sequence || kLeftOut.contains(column)) return {};
  if (kWhether.contains(column)) return quoted + " IS NOT NULL";
  const bool costs = table.starts_with("cost_") && table != "cost_allocations";
  if (column == "connection_id") return "keys.connection(connection_id)";
  if (column == "stream_id") return "keys.stream(stream_id)";
  if (column == "part_id") return "keys.part(part_id)";
  if (column == "scope_id") return "keys.scope(scope_id)";
  if (column == "series_id") return "keys.series(series_id)";
  if (column == "old_charge") return "old_charge - 'part_id'";
  if (type == "bigint" && !costs && (column == "resource_id" || column.ends_with("_resource_id"))) {
    return "keys.resource(" + quoted + ")";
  }
  if (type == "bigint" && column == "document_id") return "keys.document(document_id)";
  return quoted;
}

// One SELECT per table, from the catalogue: a table that is new is compared too.
std::map<std::string, std::string> statements(const std::string& conninfo, Depth depth) {
  std::map<std::string, std::string> fields;
  for (const PgRow& row : pg_query(conninfo, R"sql(
         SELECT c.relname, a.attname, format_type(a.atttypid, NULL),
                a.attidentity <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval%', false)
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
         WHERE c.relnamespace = 'infrazen'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND a.attnum > 0 AND NOT a.attisdropped
         ORDER BY 1, a.attname)sql")) {
    const std::string& table = *row[0];
    if (kOfTheWork.contains(table)) continue;
    if (depth == Depth::step && (kStoredPoints.contains(table) || kOnlyWhenSettled.contains(table))) continue;
    if (table == "metric_directory") continue;
    const std::string field = expression(table, *row[1], *row[2], *row[3] == "t");
    if (field.empty()) continue;
    std::string& list = fields[table];
    list += (list.empty() ? "" : ", ") + ("'" + *row[1] + "', " + field);
  }
  std::map<std::string, std::string> selects;
  for (const auto& [table, list] : fields) {
    selects[table] = "SELECT json_build_object(" + list + ")::text FROM infrazen." + table;
  }
  // The simulator delivers an open month again in every run, so its charges are found fault with in every run.
  selects["findings"] = "SELECT DISTINCT f FROM (" + selects["findings"] +
                        " WHERE keys.connection(connection_id) = 'estate') AS x (f) UNION ALL " + selects["findings"] +
                        " WHERE keys.connection(connection_id) <> 'estate'";
  selects["(points)"] =
      "SELECT keys.series(p.series_id) || ' ' || p.day || ' ' || p.n || ' ' || p.points FROM (SELECT series_id, day, "
      "count(*) AS n, string_agg(\"timestamp\" || '=' || metric_value, ' ' ORDER BY \"timestamp\", metric_value) AS points "
      "FROM infrazen.resource_metrics GROUP BY 1, 2) p";
  selects["(metric directory)"] = R"sql(
    SELECT keys.stream(stream_id) || ' ' || encode(substr(identities, i * 16 + 1, 16), 'hex') || ' '
           || coalesce(keys.series(('x' || encode(substr(series, i * 8 + 1, 8), 'hex'))::bit(64)::bigint), 'no series') || ' '
           || encode(substr(horizons, i * 8 + 1, 8), 'hex')
    FROM infrazen.metric_directory, generate_series(0, length(identities) / 16 - 1) AS i)sql";
  selects["(cost report)"] = "SELECT to_json(r)::text FROM infrazen.cost_report r";
  // An inventory may be taken once more than planned, and a bill's cursor knows inodes.
  selects["(cursors)"] = "SELECT keys.stream(stream_id) || ' ' || convert_from(cursor, 'UTF8') FROM infrazen.streams "
                         "WHERE stream NOT IN ('inventory') AND keys.connection(connection_id) <> 'lake'";
  return selects;
}

std::string shortened(const std::string& row) { return row.size() <= 400 ? row : row.substr(0, 400) + "…"; }

}  // namespace

Tables read_tables(const std::string& conninfo, Depth depth) {
  (void)pg_query(conninfo, kKeys);
  Tables tables;
  for (const auto& [table, select] : statements(conninfo, depth)) {
    std::vector<std::string>& rows = tables[table];
    for (PgRow& row : pg_query(conninfo, select)) rows.push_back(std::move(row[0]).value_or("NULL"));
    std::ranges::sort(rows);
  }
  return tables;
}

std::string differences(const Tables& expected, const Tables& found) {
  std::string text;
  for (const auto& [table, rows] : expected) {
    const auto other = found.find(table);
    static const std::vector<std::string> nothing;
    const auto& there = other == found.end() ? nothing : other->second;
    std::vector<std::string> lost;
    std::vector<std::string> extra;
    std::ranges::set_difference(rows, there, std::back_inserter(lost));
    std::ranges::set_difference(there, rows, std::back_inserter(extra));
    if (lost.empty() && extra.empty()) continue;
    text += fmt::format("{}: {} rows lost, {} too many, of {}\n", table, lost.size(), extra.size(), rows.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(lost.size(), 2); ++i) text += "  - " + shortened(lost[i]) + "\n";
    for (std::size_t i = 0; i < std::min<std::size_t>(extra.size(), 2); ++i) text += "  + " + shortened(extra[i]) + "\n";
  }
  for (const auto& [table, rows] : found) {
    if (!expected.contains(table)) text += table + ": is not in the other database\n";
  }
  return text;
}

std::string breaches(const std::string& conninfo) {
  static const std::map<std::string, std::string> rules = {
      {"a lease is left", "SELECT stream FROM infrazen.streams WHERE lease_owner IS NOT NULL OR lease_expires IS NOT NULL"},
      {"a run is open", "SELECT run_id FROM infrazen.runs WHERE ended_at IS NULL"},
      {"a run neither succeeded nor was lost with its daemon",
       "SELECT run_id || ' ' || outcome || ' ' || message FROM infrazen.runs WHERE outcome NOT IN ('succeeded', 'lost')"},
      {"marks of a stream and of its runs differ",
       "SELECT stream FROM infrazen.streams s WHERE mark_seq <> coalesce((SELECT sum(marks) FROM infrazen.runs r WHERE "
       "r.stream_id = s.stream_id), 0)"},
      {"marks of a stream and its audit differ",
       "SELECT c.name || '/' || s.stream FROM infrazen.streams s JOIN infrazen.connections c USING (connection_id) WHERE "
       "s.mark_seq <> (SELECT count(*) FROM infrazen.audit a WHERE a.action = 'mark' AND a.object = c.name || '/' || "
       "s.stream)"},
      {"records of a run and of its audit differ",
       "SELECT r.run_id FROM infrazen.runs r WHERE r.records <> coalesce((SELECT sum((a.details ->> 'records')::bigint) "
       "FROM infrazen.audit a WHERE a.action = 'mark' AND (a.details ->> 'run_id')::bigint = r.run_id), 0)"},
      {"two runs of one epoch", "SELECT stream_id FROM infrazen.runs GROUP BY stream_id, epoch HAVING count(*) > 1"},
      {"a run of an epoch to come",
       "SELECT run_id FROM infrazen.runs r JOIN infrazen.streams s USING (stream_id) WHERE r.epoch > s.epoch"},
      {"a roll-up is behind though the jobs are done", "SELECT charge_day FROM infrazen.rollup_dirty"},
      {"a roll-up is not the sum of its charges",
       "SELECT to_json(x) FROM ((SELECT part_id, billing_month, charge_day, bill_id, account_id, service_id, charges, "
       "billed_cost, effective_cost, list_cost, contracted_cost FROM infrazen.cost_daily) EXCEPT ALL (SELECT part_id, "
       "billing_month, charge_day, bill_id, account_id, service_id, count(*), sum(billed_cost), sum(effective_cost), "
       "sum(list_cost), sum(contracted_cost) FROM infrazen.cost_charges GROUP BY 1, 2, 3, 4, 5, 6)) x"},
      {"a charge is in no roll-up",
       "SELECT charge_day FROM (SELECT DISTINCT part_id, billing_month, charge_day FROM infrazen.cost_charges) c WHERE NOT "
       "EXISTS (SELECT FROM infrazen.cost_daily d WHERE (d.part_id, d.billing_month, d.charge_day) = (c.part_id, "
       "c.billing_month, c.charge_day))"},
      {"a day's fingerprint does not count its charges",
       "SELECT charge_day FROM infrazen.cost_buckets b FULL JOIN (SELECT part_id, bill_id, charge_day, count(*) AS n FROM "
       "infrazen.cost_charges GROUP BY 1, 2, 3) c USING (part_id, bill_id, charge_day) WHERE b.charges IS DISTINCT FROM c.n"},
      {"a charge has lost a dimension",
       "SELECT n FROM (SELECT (SELECT count(*) FROM infrazen.cost_charges) - (SELECT count(*) FROM infrazen.focus_charges) "
       "AS n) x WHERE n <> 0"},
      {"findings of a run and of its row differ",
       "SELECT run_id FROM infrazen.runs r WHERE findings <> (SELECT count(*) FROM infrazen.findings f WHERE f.run_id = "
       "r.run_id)"},
      {"a finding is of no run",
       "SELECT finding_id FROM infrazen.findings f WHERE NOT EXISTS (SELECT FROM infrazen.runs r WHERE r.run_id = f.run_id)"},
      {"an instant of a series is there twice",
       "SELECT series_id FROM infrazen.resource_metrics GROUP BY series_id, \"timestamp\" HAVING count(*) > 1"}};
  std::string text;
  for (const auto& [rule, select] : rules) {
    const PgRows rows = pg_query(conninfo, select);
    if (!rows.empty()) {
      text += fmt::format("{}: {} times, first {}\n", rule, rows.size(), shortened(rows[0][0].value_or("NULL")));
    }
  }
  return text;
}

}  // namespace iz::test
