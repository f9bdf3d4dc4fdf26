// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/costs/cost_difference.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>

#include <infrazen/abi/base.h>

#include "records/run_sink.hpp"

namespace iz::store {

namespace {

std::string_view view(const RowAddress& address) { return {address.data(), address.size()}; }

std::string date_binary(std::chrono::sys_days day) {
  std::string bytes;
  RowEncoder(bytes).date(day);
  return bytes.substr(4);
}

std::string prefix_uuid(std::uint32_t prefix) {
  Uuid uuid;
  uuid.bytes[0] = static_cast<std::uint8_t>(prefix >> 8);
  uuid.bytes[1] = static_cast<std::uint8_t>(prefix);
  return to_string(uuid);
}

constexpr std::uint32_t kAllPrefixes = 0x10000;

}  // namespace

std::vector<StoredCharge> CostDifference::load(std::uint32_t from, std::uint32_t to) {
  const auto month = date_binary(day_.billing_month);
  const auto date = date_binary(day_.charge_day);
  const auto rows = tx_.exec_binary(
      "SELECT row_hash, ctid FROM infrazen.cost_charges WHERE part_id = $1 AND charge_day = $2::date AND billing_month = $3::date "
      "AND bill_id = $4 AND row_hash >= $5::uuid AND ($6::uuid IS NULL OR row_hash < $6::uuid)",
      {part_id_, Param::binary(date), Param::binary(month), day_.bill_id, prefix_uuid(from),
       to >= kAllPrefixes ? Param(nullptr) : Param(prefix_uuid(to))});
  std::vector<StoredCharge> list(static_cast<std::size_t>(rows.rows()));
  for (int i = 0; i < rows.rows(); ++i) {
    auto& charge = list[static_cast<std::size_t>(i)];
    charge.row_hash = rows.binary_uuid(i, 0);
    std::memcpy(charge.address.data(), rows.text(i, 1).data(), charge.address.size());
  }
  std::ranges::sort(list, {}, &StoredCharge::row_hash);
  return list;
}

std::vector<ChargeIdentity> CostDifference::identities(std::span<const RowAddress> addresses) {
  BinaryArray array(BinaryArray::tid);
  for (const auto& address : addresses) array.add_raw(view(address));
  const auto month = date_binary(day_.billing_month);
  const auto rows = tx_.exec_binary(
      "SELECT ctid, charge_period_start, charge_period_end, service_id, coalesce(resource_id, 0), coalesce(description_id, 0) FROM "
      "infrazen.cost_charges WHERE billing_month = $1::date AND ctid = ANY ($2::tid[])",
      {Param::binary(month), Param::binary(array.bytes())});
  std::map<RowAddress, ChargeIdentity> found;
  for (int i = 0; i < rows.rows(); ++i) {
    RowAddress address;
    std::memcpy(address.data(), rows.text(i, 0).data(), address.size());
    found[address] = {rows.binary_i64(i, 1), rows.binary_i64(i, 2), rows.binary_i64(i, 3), rows.binary_i64(i, 4),
                      rows.binary_i64(i, 5)};
  }
  std::vector<ChargeIdentity> list;
  list.reserve(addresses.size());
  for (const auto& address : addresses) list.push_back(found[address]);
  return list;
}

void CostDifference::remove(std::span<const GoneCharge> gone) {
  if (gone.empty()) return;
  BinaryArray addresses(BinaryArray::tid), changed(BinaryArray::boolean), hashes(BinaryArray::uuid),
      billed(BinaryArray::numeric), effective(BinaryArray::numeric);
  for (const auto& charge : gone) {
    addresses.add_raw(view(charge.address));
    changed.add().boolean(charge.changed);
    charge.changed ? hashes.add().uuid(charge.hash_after) : hashes.add().null();
    charge.billed_after.data() != nullptr ? billed.add_raw(charge.billed_after) : billed.add().null();
    charge.effective_after.data() != nullptr ? effective.add_raw(charge.effective_after) : effective.add().null();
  }
  const auto month = date_binary(day_.billing_month);
  const auto noted = tx_.exec(R"(
    WITH gone AS (
      SELECT * FROM unnest($1::tid[], $2::boolean[], $3::uuid[], $4::numeric[], $5::numeric[])
               AS u (address, changed, hash_after, billed_after, effective_after)),
    deleted AS (
      DELETE FROM infrazen.cost_charges c WHERE c.billing_month = $6::date AND c.ctid = ANY ($1::tid[])
      RETURNING c.ctid AS address, c.*)
    INSERT INTO infrazen.cost_changes (tenant_id, run_id, part_id, bill_id, billing_month, charge_day, change, billed_cost_before,
      billed_cost_after, effective_cost_before, effective_cost_after, row_hash_before, row_hash_after, old_charge)
    SELECT d.tenant_id, $7, d.part_id, d.bill_id, d.billing_month, d.charge_day, CASE WHEN g.changed THEN 'changed' ELSE 'gone' END,
           d.billed_cost, g.billed_after, d.effective_cost, g.effective_after, d.row_hash, g.hash_after, to_jsonb(d) - 'address'
    FROM deleted d JOIN gone g ON g.address = d.address)",
                              {Param::binary(addresses.bytes()), Param::binary(changed.bytes()), Param::binary(hashes.bytes()),
                               Param::binary(billed.bytes()), Param::binary(effective.bytes()), Param::binary(month),
                               tx_.run_id()});
  if (noted.affected() != static_cast<std::int64_t>(gone.size())) {
    throw records::RunError(IZ_ERR_INTERNAL, "charges that were to be replaced had been touched by somebody else; nothing was written");
  }
}

void CostDifference::note_new(std::span<const CostFact> facts) {
  constexpr std::size_t kChunk = 5'000;
  const auto month = date_binary(day_.billing_month);
  const auto date = date_binary(day_.charge_day);
  while (!facts.empty()) {
    const auto chunk = facts.first(std::min(kChunk, facts.size()));
    facts = facts.subspan(chunk.size());
    BinaryArray hashes(BinaryArray::uuid), billed(BinaryArray::numeric), effective(BinaryArray::numeric);
    for (const auto& fact : chunk) {
      hashes.add().uuid(fact.row_hash);
      billed.add_raw(fact.billed_cost);
      fact.effective_cost.data() != nullptr ? effective.add_raw(fact.effective_cost) : effective.add().null();
    }
    tx_.exec(
        "INSERT INTO infrazen.cost_changes (tenant_id, run_id, part_id, bill_id, billing_month, charge_day, change, row_hash_after, "
        "billed_cost_after, effective_cost_after) SELECT $1, $2, $3, $4, $5::date, $6::date, 'new', u.* FROM unnest($7::uuid[], "
        "$8::numeric[], $9::numeric[]) AS u",
        {tx_.lease().tenant_id, tx_.run_id(), part_id_, day_.bill_id, Param::binary(month), Param::binary(date),
         Param::binary(hashes.bytes()), Param::binary(billed.bytes()), Param::binary(effective.bytes())});
  }
}

}  // namespace iz::store
