// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/streams/findings.hpp"

#include <infrazen/abi/sink.h>

#include "store/session/session.hpp"

namespace iz::store {

namespace {

std::string_view name_of_severity(std::uint32_t severity) {
  switch (severity) {
    case IZ_SEVERITY_NOTICE: return "notice";
    case IZ_SEVERITY_WARNING: return "warning";
    default: return "rejected";
  }
}

constexpr const char* kInsert =
    "INSERT INTO infrazen.findings (tenant_id, connection_id, stream_id, run_id, severity, kind, rule, scope, origin, position, "
    "column_name, value, message, occurrences) SELECT $1, $2, $3, $4, u.* FROM unnest($5::text[], $6::text[], $7::text[], "
    "$8::text[], $9::text[], $10::bigint[], $11::text[], $12::text[], $13::text[], $14::bigint[]) AS u";

// The columns of kInsert's arrays.
struct Columns {
  BinaryArray severity{BinaryArray::text}, kind{BinaryArray::text}, rule{BinaryArray::text}, scope{BinaryArray::text},
      origin{BinaryArray::text}, position{BinaryArray::int8}, column{BinaryArray::text}, value{BinaryArray::text},
      message{BinaryArray::text}, count{BinaryArray::int8};

  explicit Columns(std::span<const Finding> findings) {
    for (const auto& finding : findings) {
      severity.add().text(name_of_severity(finding.severity));
      kind.add().text(finding.kind);
      rule.add().text(finding.rule);
      scope.add().text(finding.scope);
      origin.add().text(finding.origin);
      position.add().i64(static_cast<std::int64_t>(finding.position));
      column.add().text(finding.column);
      value.add().text(finding.value);
      message.add().text(finding.message);
      count.add().i64(static_cast<std::int64_t>(finding.count));
    }
  }
};

template <typename Exec>
void insert(Exec&& exec, const StreamLease& lease, std::int64_t run_id, std::span<const Finding> findings) {
  constexpr std::size_t kChunk = 2000;
  while (!findings.empty()) {
    const auto chunk = findings.first(std::min(kChunk, findings.size()));
    Columns c(chunk);
    exec(kInsert, {lease.tenant_id, lease.connection_id, lease.stream_id, run_id, Param::binary(c.severity.bytes()),
                   Param::binary(c.kind.bytes()), Param::binary(c.rule.bytes()), Param::binary(c.scope.bytes()),
                   Param::binary(c.origin.bytes()), Param::binary(c.position.bytes()), Param::binary(c.column.bytes()),
                   Param::binary(c.value.bytes()), Param::binary(c.message.bytes()), Param::binary(c.count.bytes())});
    findings = findings.subspan(chunk.size());
  }
}

}  // namespace

void write_findings(MarkTransaction& tx, std::span<const Finding> findings) {
  insert([&](const char* sql, std::initializer_list<Param> params) { tx.exec(sql, params); }, tx.lease(), tx.run_id(), findings);
}

void write_findings(Database& database, const StreamLease& lease, std::int64_t run_id, std::span<const Finding> findings) {
  MarkSession session(database.conninfo());
  write_findings(session, lease, run_id, findings);
}

void write_findings(MarkSession& session, const StreamLease& lease, std::int64_t run_id, std::span<const Finding> findings) {
  insert([&](const char* sql, std::initializer_list<Param> params) { session.exec(sql, params); }, lease, run_id, findings);
}

std::vector<FindingRow> load_findings(Database& database, std::string_view connection, std::size_t limit) {
  return in_transaction(database, "read the findings", [&](pqxx::work& tx) {
    std::vector<FindingRow> list;
    for (const auto& row : query(tx, R"(
           SELECT CASE f.severity WHEN 'notice' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, f.kind, f.rule, f.scope, f.origin,
                  f.position, f.column_name, f.value, f.message, f.occurrences, f.run_id, c.name, s.stream,
                  to_char(f.found_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
           FROM infrazen.findings f JOIN infrazen.connections c USING (connection_id) JOIN infrazen.streams s USING (stream_id)
           WHERE $1 = '' OR c.name = $1 ORDER BY f.finding_id DESC LIMIT $2)",
                                 std::string(connection), static_cast<std::int64_t>(limit))) {
      FindingRow finding;
      finding.severity = row[0].as<std::uint32_t>();
      finding.kind = row[1].as<std::string>();
      finding.rule = row[2].as<std::string>();
      finding.scope = row[3].as<std::string>();
      finding.origin = row[4].as<std::string>();
      finding.position = row[5].as<std::uint64_t>();
      finding.column = row[6].as<std::string>();
      finding.value = row[7].as<std::string>();
      finding.message = row[8].as<std::string>();
      finding.count = row[9].as<std::uint64_t>();
      finding.run_id = row[10].as<std::int64_t>();
      finding.connection = row[11].as<std::string>();
      finding.stream = row[12].as<std::string>();
      finding.at = row[13].as<std::string>();
      list.push_back(std::move(finding));
    }
    return list;
  });
}

}  // namespace iz::store
