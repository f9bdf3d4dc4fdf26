// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/small_records/small_records.hpp"

namespace iz::store {
namespace {

// What identifies a price; nulls get the values the table has for them.
constexpr const char* kNormalise = R"(
UPDATE iz_stage_price
SET region = coalesce(region, ''), tier_from = coalesce(tier_from, 0), price_kind = coalesce(price_kind, 'list'),
    account_id = coalesce(account_id, ''))";

// A price that is the same as the one in force just before it begins only repeats it (providers state "valid from now" at every
// listing): it makes no row, unless there is one of exactly that begin already.
constexpr const char* kUpsert = R"(
WITH last AS (
    SELECT DISTINCT ON (sku_id, region, price_kind, account_id, currency, tier_from, valid_from) *
    FROM iz_stage_price
    ORDER BY sku_id, region, price_kind, account_id, currency, tier_from, valid_from, n DESC),
stated AS (
    SELECT s.*, lag(s.valid_from) OVER w AS lag_from, lag(s.valid_to) OVER w AS lag_to, lag(s.unit) OVER w AS lag_unit,
           lag(s.unit_price) OVER w AS lag_price
    FROM last s
    WINDOW w AS (PARTITION BY sku_id, region, price_kind, account_id, currency, tier_from ORDER BY valid_from)),
news AS (
    SELECT s.*
    FROM stated s
    LEFT JOIN LATERAL (
        SELECT p.valid_from, p.stated_to, p.unit, p.unit_price
        FROM infrazen.prices p
        WHERE p.tenant_id = $1 AND p.provider = $2 AND p.sku_id = s.sku_id AND p.region = s.region
          AND p.price_kind = s.price_kind AND p.account_id = s.account_id AND p.currency = s.currency
          AND p.tier_from = s.tier_from AND p.valid_from <= s.valid_from
        ORDER BY p.valid_from DESC LIMIT 1) p ON true
    WHERE p.valid_from IS NOT DISTINCT FROM s.valid_from
       OR CASE WHEN p.valid_from IS NULL AND s.lag_from IS NULL THEN true
               WHEN p.valid_from IS NULL OR p.valid_from < s.lag_from
               THEN (s.lag_unit, s.lag_price, s.lag_to) IS DISTINCT FROM (s.unit, s.unit_price, s.valid_to)
               ELSE (p.unit, p.unit_price, p.stated_to) IS DISTINCT FROM (s.unit, s.unit_price, s.valid_to) END)
INSERT INTO infrazen.prices AS p
    (tenant_id, provider, sku_id, region, tier_from, price_kind, account_id, currency, valid_from, valid_to, stated_to,
     sku_name, service_name, unit, unit_price, connection_id, run_id)
SELECT $1, $2, sku_id, region, tier_from, price_kind, account_id, currency, valid_from, valid_to, valid_to, sku_name,
       service_name, unit, unit_price, $3, $4
FROM news
ON CONFLICT (tenant_id, provider, sku_id, region, price_kind, account_id, currency, tier_from, valid_from) DO UPDATE
SET valid_to = excluded.valid_to, stated_to = excluded.stated_to, sku_name = excluded.sku_name,
    service_name = excluded.service_name, unit = excluded.unit, unit_price = excluded.unit_price, run_id = excluded.run_id,
    updated_at = now()
WHERE (p.stated_to, p.sku_name, p.service_name, p.unit, p.unit_price)
      IS DISTINCT FROM (excluded.stated_to, excluded.sku_name, excluded.service_name, excluded.unit, excluded.unit_price))";

// Each price ends where the next one of its key begins, or earlier if it was stated so.
constexpr const char* kClosePeriods = R"(
WITH keys AS (SELECT DISTINCT sku_id, region, price_kind, account_id, currency, tier_from FROM iz_stage_price),
ends AS (
    SELECT p.id, least(p.stated_to, lead(p.valid_from) OVER (
               PARTITION BY p.sku_id, p.region, p.price_kind, p.account_id, p.currency, p.tier_from ORDER BY p.valid_from))
           AS valid_to
    FROM infrazen.prices p
    JOIN keys k USING (sku_id, region, price_kind, account_id, currency, tier_from)
    WHERE p.tenant_id = $1 AND p.provider = $2)
UPDATE infrazen.prices p SET valid_to = e.valid_to
FROM ends e
WHERE p.tenant_id = $1 AND p.id = e.id AND p.valid_to IS DISTINCT FROM e.valid_to)";

}  // namespace

std::vector<Finding> apply_prices(MarkTransaction& tx, const RecordOrigin& origin) {
  tx.exec(kNormalise);
  if (tx.exec(kUpsert, {origin.tenant_id, origin.provider, origin.connection_id, tx.run_id()}).affected() > 0) {
    tx.exec(kClosePeriods, {origin.tenant_id, origin.provider});
  }
  return {};
}

}  // namespace iz::store
