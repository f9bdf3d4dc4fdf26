// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <utility>

#include <infrazen/abi/sink.h>

#include "store/small_records/small_records.hpp"

namespace iz::store {

std::vector<Finding> apply_rates(MarkTransaction& tx, const RecordOrigin& origin) {
  const PgResult written = tx.exec(R"(
INSERT INTO infrazen.currency_rates AS r (tenant_id, source, base_currency, quote_currency, day, rate, connection_id, run_id)
SELECT DISTINCT ON (base_currency, quote_currency, day, source)
       $1::integer, source, base_currency, quote_currency, day, rate, $2::integer, $3::bigint
FROM iz_stage_rate
ORDER BY base_currency, quote_currency, day, source, n DESC
ON CONFLICT (tenant_id, base_currency, quote_currency, day, source) DO UPDATE
SET rate = excluded.rate, previous_rate = r.rate, connection_id = excluded.connection_id, run_id = excluded.run_id,
    updated_at = now()
WHERE r.rate <> excluded.rate
RETURNING base_currency, quote_currency, day, source, rate, previous_rate)",
                                   {origin.tenant_id, origin.connection_id, tx.run_id()});
  std::vector<Finding> restated;
  for (int row = 0; row < written.rows(); ++row) {
    if (written.null(row, 5)) continue;
    Finding finding;
    finding.severity = IZ_SEVERITY_WARNING;
    finding.kind = "rate";
    finding.rule = "rate_restated";
    finding.origin = written.text(row, 3);
    finding.column = "rate";
    finding.value = written.text(row, 4);
    finding.message = "the rate of " + std::string(written.text(row, 0)) + " in " + std::string(written.text(row, 1)) + " for " +
                      std::string(written.text(row, 2)) + " was " + std::string(written.text(row, 5)) +
                      " before: reports of that day change";
    restated.push_back(std::move(finding));
  }
  return restated;
}

}  // namespace iz::store
