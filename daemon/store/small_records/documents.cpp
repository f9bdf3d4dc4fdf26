// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <utility>

#include <infrazen/abi/sink.h>

#include "store/small_records/small_records.hpp"

namespace iz::store {
namespace {

constexpr const char* kKeepLast = R"(
DELETE FROM iz_stage_document s USING iz_stage_document t
WHERE t.account_id = s.account_id AND t.document_type = s.document_type AND t.document_id = s.document_id AND t.n > s.n)";

constexpr const char* kChanges = R"(
INSERT INTO infrazen.document_changes (tenant_id, document_id, run_id, column_name, old_value, new_value)
SELECT $1, d.id, $3, c.name, c.old, c.new
FROM iz_stage_document s
JOIN infrazen.documents d ON d.tenant_id = $1 AND d.provider = $2 AND d.account_id = s.account_id
                         AND d.document_type = s.document_type AND d.document_id = s.document_id
CROSS JOIN LATERAL (VALUES
    ('number', to_jsonb(d.number), to_jsonb(s.number)), ('issued_at', to_jsonb(d.issued_at), to_jsonb(s.issued_at)),
    ('period_start', to_jsonb(d.period_start), to_jsonb(s.period_start)),
    ('period_end', to_jsonb(d.period_end), to_jsonb(s.period_end)), ('amount', to_jsonb(d.amount), to_jsonb(s.amount)),
    ('tax_amount', to_jsonb(d.tax_amount), to_jsonb(s.tax_amount)), ('currency', to_jsonb(d.currency), to_jsonb(s.currency)),
    ('status', to_jsonb(d.status), to_jsonb(s.status)), ('attributes', d.attributes, s.attributes)) AS c (name, old, new)
WHERE c.old IS DISTINCT FROM c.new
RETURNING column_name, (SELECT x.document_id FROM infrazen.documents x WHERE x.tenant_id = $1 AND x.id = document_changes.document_id),
          old_value, new_value)";

constexpr const char* kUpsert = R"(
INSERT INTO infrazen.documents AS d
    (tenant_id, provider, account_id, document_id, document_type, number, issued_at, period_start, period_end, amount,
     tax_amount, currency, status, attributes, connection_id, run_id)
SELECT $1, $2, account_id, document_id, document_type, number, issued_at, period_start, period_end, amount, tax_amount,
       currency, status, attributes, $3, $4
FROM iz_stage_document
ON CONFLICT (tenant_id, provider, account_id, document_type, document_id) DO UPDATE
SET number = excluded.number, issued_at = excluded.issued_at, period_start = excluded.period_start,
    period_end = excluded.period_end, amount = excluded.amount, tax_amount = excluded.tax_amount,
    currency = excluded.currency, status = excluded.status, attributes = excluded.attributes,
    connection_id = excluded.connection_id, run_id = excluded.run_id, updated_at = now()
WHERE (d.number, d.issued_at, d.period_start, d.period_end, d.amount, d.tax_amount, d.currency, d.status, d.attributes)
      IS DISTINCT FROM (excluded.number, excluded.issued_at, excluded.period_start, excluded.period_end, excluded.amount,
                        excluded.tax_amount, excluded.currency, excluded.status, excluded.attributes))";

}  // namespace

std::vector<Finding> apply_documents(MarkTransaction& tx, const RecordOrigin& origin) {
  tx.exec(kKeepLast);
  const PgResult changed = tx.exec(kChanges, {origin.tenant_id, origin.provider, tx.run_id()});
  tx.exec(kUpsert, {origin.tenant_id, origin.provider, origin.connection_id, tx.run_id()});
  std::vector<Finding> findings;
  for (int row = 0; row < changed.rows(); ++row) {
    const std::string_view column = changed.text(row, 0);
    if (column != "amount" && column != "tax_amount" && column != "currency") continue;
    Finding finding;
    finding.severity = IZ_SEVERITY_WARNING;
    finding.kind = "document";
    finding.rule = "document_restated";
    finding.column = column;
    finding.value = changed.text(row, 3);
    finding.message = "document " + std::string(changed.text(row, 1)) + " said " + std::string(changed.text(row, 2)) +
                      " before: the provider changed it after it was delivered";
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace iz::store
