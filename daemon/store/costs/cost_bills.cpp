// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/costs/cost_bills.hpp"

#include <algorithm>
#include <set>

#include <infrazen/abi/base.h>

#include "records/run_sink.hpp"

namespace iz::store {

namespace {

// Days with so many charges in all are rolled up within the mark (some milliseconds per thousand).
constexpr std::int64_t kRollUpAtOnce = 5'000;

std::string iso(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  char text[16];
  std::snprintf(text, sizeof(text), "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

[[noreturn]] void refuse_claim(std::string_view account, std::string_view holder) {
  throw records::RunError(IZ_ERR_CONFIG, "billing account " + std::string(account) + " is already brought by connection " +
                                             std::string(holder) +
                                             ": its charges would count twice, so nothing of this run was written; remove the "
                                             "account from one of the two connections");
}

std::chrono::sys_days day_of(std::int32_t pg_days) { return std::chrono::sys_days(std::chrono::days(pg_days + kPgEpochDays)); }

}  // namespace

CostPart open_cost_part(MarkSession& session, const StreamLease& lease, std::string_view scope) {
  constexpr const char* kFind =
      "SELECT part_id, EXISTS (SELECT FROM infrazen.cost_buckets b WHERE b.part_id = p.part_id) FROM infrazen.cost_parts p "
      "WHERE connection_id = $1 AND scope = $2";
  auto found = session.exec(kFind, {lease.connection_id, scope});
  if (found.rows() == 0) {
    session.exec("INSERT INTO infrazen.cost_parts (tenant_id, connection_id, scope) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                 {lease.tenant_id, lease.connection_id, scope});
    found = session.exec(kFind, {lease.connection_id, scope});
  }
  return {static_cast<std::int32_t>(found.i64(0, 0)), found.boolean(0, 1)};
}

void check_billing_claim(MarkSession& session, const StreamLease& lease, std::string_view provider,
                         std::string_view billing_account_id, std::string_view dataset) {
  const auto holder = session.exec(
      "SELECT k.name FROM infrazen.billing_claim b JOIN infrazen.connections k USING (connection_id) WHERE b.tenant_id = $1 AND "
      "b.provider = $2 AND b.billing_account_id = $3 AND b.dataset = $4 AND b.connection_id <> $5",
      {lease.tenant_id, provider, billing_account_id, dataset, lease.connection_id});
  if (holder.rows() > 0) refuse_claim(billing_account_id, holder.text(0, 0));
}

void write_bills(MarkTransaction& tx, std::span<const CostBill> bills, std::string_view provider, std::string_view dataset) {
  if (bills.empty()) return;
  const auto& lease = tx.lease();
  std::vector<const CostBill*> sorted;
  for (const auto& bill : bills) sorted.push_back(&bill);
  std::ranges::sort(sorted, {}, &CostBill::bill_id);
  BinaryArray ids(BinaryArray::int8), accounts(BinaryArray::text), starts(BinaryArray::timestamptz),
      ends(BinaryArray::timestamptz), months(BinaryArray::date);
  std::set<std::string_view> names;  // sorted: two runs that claim the same accounts do so in the same order
  for (const auto* bill : sorted) {
    ids.add().i64(bill->bill_id);
    accounts.add().text(bill->billing_account_id);
    starts.add().timestamptz(bill->period_start_us);
    ends.add().timestamptz(bill->period_end_us);
    months.add().date(bill->billing_month);
    names.insert(bill->billing_account_id);
  }
  tx.exec(
      "INSERT INTO infrazen.cost_bills (tenant_id, connection_id, bill_id, billing_account_id, billing_period_start, "
      "billing_period_end, billing_month) SELECT $1, $2, u.* FROM unnest($3::bigint[], $4::text[], $5::timestamptz[], "
      "$6::timestamptz[], $7::date[]) AS u ON CONFLICT DO NOTHING",
      {lease.tenant_id, lease.connection_id, Param::binary(ids.bytes()), Param::binary(accounts.bytes()),
       Param::binary(starts.bytes()), Param::binary(ends.bytes()), Param::binary(months.bytes())});

  BinaryArray claimed(BinaryArray::text);
  for (const auto name : names) claimed.add().text(name);
  tx.exec(
      "INSERT INTO infrazen.billing_claim (tenant_id, provider, billing_account_id, dataset, connection_id) SELECT $1, $2, u, $3, "
      "$4 FROM unnest($5::text[]) AS u ON CONFLICT DO NOTHING",
      {lease.tenant_id, provider, dataset, lease.connection_id, Param::binary(claimed.bytes())});
  const auto others = tx.exec(
      "SELECT b.billing_account_id, k.name FROM infrazen.billing_claim b JOIN infrazen.connections k USING (connection_id) WHERE "
      "b.tenant_id = $1 AND b.provider = $2 AND b.dataset = $3 AND b.connection_id <> $4 AND b.billing_account_id = ANY "
      "($5::text[]) LIMIT 1",
      {lease.tenant_id, provider, dataset, lease.connection_id, Param::binary(claimed.bytes())});
  if (others.rows() > 0) refuse_claim(others.text(0, 0), others.text(0, 1));
}

std::string ensure_cost_month(MarkSession& session, std::chrono::sys_days month) {
  const auto leaf = session.exec("SELECT infrazen.ensure_month_partition('infrazen.cost_charges', $1::date)", {iso(month)});
  return std::string(leaf.text(0, 0));
}

namespace {

constexpr const char* kBuckets =
    "SELECT k.bill_id, b.billing_month, k.charge_day, k.charges, k.hash_sum FROM infrazen.cost_buckets k JOIN "
    "infrazen.cost_bills b ON b.tenant_id = k.tenant_id AND b.bill_id = k.bill_id WHERE k.part_id = $1";

std::vector<CostBucket> buckets_of(const PgResult& rows) {
  std::vector<CostBucket> list;
  list.reserve(static_cast<std::size_t>(rows.rows()));
  for (int i = 0; i < rows.rows(); ++i) {
    list.push_back({rows.binary_i64(i, 0), day_of(rows.binary_i32(i, 1)), day_of(rows.binary_i32(i, 2)), rows.binary_i64(i, 3),
                    rows.binary_uuid(i, 4)});
  }
  return list;
}

}  // namespace

std::vector<CostBucket> load_buckets(MarkTransaction& tx, std::int32_t part_id) {
  return buckets_of(tx.exec_binary(kBuckets, {part_id}));
}

std::vector<CostBucket> load_buckets(MarkSession& session, std::int32_t part_id) {
  return buckets_of(session.exec_binary(kBuckets, {part_id}));
}

void write_buckets(MarkTransaction& tx, std::int32_t part_id, std::span<const CostBucket> buckets) {
  if (buckets.empty()) return;
  BinaryArray bills(BinaryArray::int8), days(BinaryArray::date), counts(BinaryArray::int8), sums(BinaryArray::uuid);
  BinaryArray gone_bills(BinaryArray::int8), gone_days(BinaryArray::date);
  for (const auto& bucket : buckets) {
    if (bucket.charges == 0) {
      gone_bills.add().i64(bucket.bill_id);
      gone_days.add().date(bucket.charge_day);
      continue;
    }
    bills.add().i64(bucket.bill_id);
    days.add().date(bucket.charge_day);
    counts.add().i64(bucket.charges);
    sums.add().uuid(bucket.hash_sum);
  }
  if (gone_bills.size() > 0) {
    tx.exec(
        "DELETE FROM infrazen.cost_buckets k USING unnest($2::bigint[], $3::date[]) AS u (bill_id, charge_day) WHERE k.part_id = "
        "$1 AND k.bill_id = u.bill_id AND k.charge_day = u.charge_day",
        {part_id, Param::binary(gone_bills.bytes()), Param::binary(gone_days.bytes())});
  }
  if (bills.size() > 0) {
    tx.exec(
        "INSERT INTO infrazen.cost_buckets (tenant_id, part_id, bill_id, charge_day, charges, hash_sum) SELECT $1, $2, u.* FROM "
        "unnest($3::bigint[], $4::date[], $5::bigint[], $6::uuid[]) AS u ON CONFLICT (part_id, bill_id, charge_day) DO UPDATE "
        "SET charges = excluded.charges, hash_sum = excluded.hash_sum",
        {tx.lease().tenant_id, part_id, Param::binary(bills.bytes()), Param::binary(days.bytes()), Param::binary(counts.bytes()),
         Param::binary(sums.bytes())});
  }
}

void part_delivered(MarkTransaction& tx, std::int32_t part_id) {
  tx.exec(
      "UPDATE infrazen.cost_parts SET last_delivered = clock_timestamp(), last_run_id = $2, charges = coalesce((SELECT "
      "sum(charges) FROM infrazen.cost_buckets WHERE part_id = $1), 0) WHERE part_id = $1",
      {part_id, tx.run_id()});
}

void roll_up_days(MarkTransaction& tx, std::int32_t part_id, std::span<const CostBucket> buckets) {
  std::set<std::pair<std::chrono::sys_days, std::chrono::sys_days>> days;
  std::int64_t charges = 0;
  for (const auto& bucket : buckets) {
    charges += bucket.charges;
    days.emplace(bucket.billing_month, bucket.charge_day);
  }
  if (days.empty()) return;
  BinaryArray months(BinaryArray::date), dates(BinaryArray::date);
  for (const auto& [month, day] : days) {
    months.add().date(month);
    dates.add().date(day);
  }
  if (charges <= kRollUpAtOnce) {
    tx.exec("SELECT infrazen.refresh_cost_day($1, u.month, u.day) FROM unnest($2::date[], $3::date[]) AS u (month, day)",
            {part_id, Param::binary(months.bytes()), Param::binary(dates.bytes())});
  } else {
    tx.exec(
        "INSERT INTO infrazen.rollup_dirty (tenant_id, part_id, billing_month, charge_day) SELECT $1, $2, u.* FROM "
        "unnest($3::date[], $4::date[]) AS u ON CONFLICT (part_id, billing_month, charge_day) DO UPDATE SET marked_at = now()",
        {tx.lease().tenant_id, part_id, Param::binary(months.bytes()), Param::binary(dates.bytes())});
  }
}

}  // namespace iz::store
