// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/small_records/small_records.hpp"

namespace iz::store {

std::vector<Finding> apply_accounts(MarkTransaction& tx, const RecordOrigin& origin) {
  tx.exec(R"(
INSERT INTO infrazen.accounts AS a
    (tenant_id, provider, account_id, account_type, name, parent_id, currency, billing_time_zone, status, connection_id)
SELECT DISTINCT ON (account_type, account_id)
       $1::integer, $2::text, account_id, account_type, name, parent_id, currency, billing_time_zone, status, $3::integer
FROM iz_stage_account
ORDER BY account_type, account_id, n DESC
ON CONFLICT (tenant_id, provider, account_type, account_id) DO UPDATE
SET name = excluded.name, parent_id = excluded.parent_id, currency = excluded.currency,
    billing_time_zone = excluded.billing_time_zone, status = excluded.status, connection_id = excluded.connection_id,
    updated_at = now()
WHERE (a.name, a.parent_id, a.currency, a.billing_time_zone, a.status)
      IS DISTINCT FROM (excluded.name, excluded.parent_id, excluded.currency, excluded.billing_time_zone, excluded.status))",
          {origin.tenant_id, origin.provider, origin.connection_id});
  return {};
}

}  // namespace iz::store
