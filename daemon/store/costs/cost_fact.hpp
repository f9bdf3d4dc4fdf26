// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "store/costs/cost_tables.hpp"
#include "store/session/pg_result.hpp"

namespace iz::store {

// A charge encoded for COPY BINARY, looked into. Views point into it.
struct CostFact {
  std::int64_t period_start = 0;  // PostgreSQL's microseconds
  std::int64_t period_end = 0;
  std::array<std::optional<std::int64_t>, kCostGroups> group_ids;
  Uuid row_hash;
  std::string_view billed_cost;     // binary NUMERIC
  std::string_view effective_cost;  // null view = null

  [[nodiscard]] static CostFact of(std::string_view encoded);
};

// What makes a restated charge the same charge: period, service, resource and description. Amounts, tags, discounts and
// invoice details are what restatements change.
struct ChargeIdentity {
  std::int64_t period_start = 0;
  std::int64_t period_end = 0;
  std::int64_t service_id = 0;
  std::int64_t resource_id = 0;     // 0 = none
  std::int64_t description_id = 0;  // 0 = none
  bool operator==(const ChargeIdentity&) const = default;
  [[nodiscard]] std::uint64_t hash() const;
};
[[nodiscard]] ChargeIdentity identity_of(const CostFact& fact);

}  // namespace iz::store
