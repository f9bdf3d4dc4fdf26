// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// The cost tables of migration 0003, described once: ingest maps fields to columns by these, store writes its SQL from them.
namespace iz::store {

enum class CostType : std::uint8_t { text, numeric, jsonb };

struct CostColumn {
  std::string_view name;    // in the group's table
  std::uint32_t field = 0;  // IZ_CHARGE_*; 0 = made of the x_ columns
  CostType type = CostType::text;
};

// A group of texts that repeat together: a table keyed by the hash of its content, an id in the fact.
struct CostGroup {
  std::string_view name;     // also the key in cost_charges.inline
  std::string_view table;
  std::string_view id_column;
  bool needed = false;       // every charge has one (possibly of nulls only), so roll-ups can group by it; never inline
  std::span<const CostColumn> columns;
};

// In the order of the ids in a fact row.
inline constexpr std::size_t kCostGroups = 8;
enum CostGroupIndex : std::size_t { kAccountGroup, kServiceGroup, kResourceGroup, kDescriptionGroup, kTagsGroup, kExtrasGroup,
                                    kCommitmentGroup, kSharingGroup };
[[nodiscard]] std::span<const CostGroup, kCostGroups> cost_groups();

// The amounts of a fact, in its order; billed_cost is the first and never null.
inline constexpr std::size_t kCostAmounts = 12;
[[nodiscard]] std::span<const CostColumn, kCostAmounts> cost_amounts();

// The columns of COPY for a fact row: period start and end, bill_id, the groups' ids, tenant_id, part_id, billing_month,
// charge_day, row_hash, the amounts, inline.
inline constexpr std::int16_t kCostFactColumns = static_cast<std::int16_t>(3 + kCostGroups + 5 + kCostAmounts + 1);
[[nodiscard]] std::string_view cost_fact_columns();

}  // namespace iz::store
