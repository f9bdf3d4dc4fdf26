// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/small_records/small_records.hpp"

namespace iz::store {

// A balance that is what it was just before is no news. "Just before" may be in the table or in the stage.
std::vector<Finding> apply_balances(MarkTransaction& tx, const RecordOrigin& origin) {
  tx.exec(R"(
WITH last AS (
    SELECT DISTINCT ON (account_id, kind, currency, as_of) account_id, kind, currency, as_of, amount, days_left
    FROM (SELECT *, coalesce(balance_kind, 'main') AS kind FROM iz_stage_balance) AS s
    ORDER BY account_id, kind, currency, as_of, n DESC),
stated AS (
    SELECT *, lag(as_of) OVER w AS lag_as_of, lag(amount) OVER w AS lag_amount, lag(days_left) OVER w AS lag_days
    FROM last
    WINDOW w AS (PARTITION BY account_id, kind, currency ORDER BY as_of))
INSERT INTO infrazen.balances AS b
    (tenant_id, provider, account_id, balance_kind, currency, as_of, amount, days_left, connection_id, run_id)
SELECT $1, $2, s.account_id, s.kind, s.currency, s.as_of, s.amount, s.days_left, $3, $4
FROM stated s
LEFT JOIN LATERAL (
    SELECT k.as_of, k.amount, k.days_left
    FROM infrazen.balances k
    WHERE k.tenant_id = $1 AND k.provider = $2 AND k.account_id = s.account_id AND k.balance_kind = s.kind
      AND k.currency = s.currency AND k.as_of <= s.as_of
    ORDER BY k.as_of DESC LIMIT 1) k ON true
WHERE k.as_of IS NOT DISTINCT FROM s.as_of
   OR CASE WHEN k.as_of IS NULL AND s.lag_as_of IS NULL THEN true
           WHEN k.as_of IS NULL OR k.as_of < s.lag_as_of
           THEN (s.lag_amount, s.lag_days) IS DISTINCT FROM (s.amount, s.days_left)
           ELSE (k.amount, k.days_left) IS DISTINCT FROM (s.amount, s.days_left) END
ON CONFLICT (tenant_id, provider, account_id, balance_kind, currency, as_of) DO UPDATE
SET amount = excluded.amount, days_left = excluded.days_left, run_id = excluded.run_id
WHERE (b.amount, b.days_left) IS DISTINCT FROM (excluded.amount, excluded.days_left))",
          {origin.tenant_id, origin.provider, origin.connection_id, tx.run_id()});
  return {};
}

}  // namespace iz::store
