// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/costs/cost_bills.hpp"
#include "store/costs/cost_fact.hpp"
#include "store/session/mark_session.hpp"

namespace iz::store {

using RowAddress = std::array<char, 6>;  // ctid, as PostgreSQL sends it

struct StoredCharge {
  Uuid row_hash;
  RowAddress address{};
};

// A stored charge that the new delivery does not have; with what it became, where a new charge has its identity.
struct GoneCharge {
  RowAddress address{};
  bool changed = false;
  Uuid hash_after;
  std::string_view billed_after;     // binary NUMERIC; null view = null
  std::string_view effective_after;
};

// The stored side of one day of a part of a bill, inside the mark. Addresses hold until the transaction ends: nobody but the
// lease's owner writes a connection's charges.
class CostDifference {
 public:
  CostDifference(MarkTransaction& tx, std::int32_t part_id, const CostBucket& day) : tx_(tx), part_id_(part_id), day_(day) {}

  // Charges whose hash starts with a 16-bit prefix in [from, to): a day is compared in slices when it is large.
  [[nodiscard]] std::vector<StoredCharge> load(std::uint32_t from, std::uint32_t to);
  // Sorted by hash.
  [[nodiscard]] std::vector<ChargeIdentity> identities(std::span<const RowAddress> addresses);  // in the same order
  // Deletes and keeps the old version in cost_changes.
  void remove(std::span<const GoneCharge> gone);
  // Notes charges that came to a day that had been delivered before.
  void note_new(std::span<const CostFact> facts);

 private:
  MarkTransaction& tx_;
  std::int32_t part_id_;
  const CostBucket& day_;
};

}  // namespace iz::store
