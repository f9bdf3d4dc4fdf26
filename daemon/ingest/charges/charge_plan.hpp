// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "records/batch.hpp"
#include "records/kinds.hpp"
#include "store/costs/cost_tables.hpp"

namespace iz::ingest {

// Where each column of a batch of charges goes: made once for a set of columns, followed for every row.
class ChargePlan {
 public:
  static constexpr int kNone = -1;

  struct GroupCell {
    std::uint8_t slot = 0;                   // place in the group's columns
    int column = kNone;                      // of the batch
    const records::Field* field = nullptr;
  };
  struct Extra {
    std::string name;  // with x_
    int column = kNone;
  };

  explicit ChargePlan(std::span<const records::Column> columns);
  [[nodiscard]] bool serves(std::span<const records::Column> columns) const;

  int billing_account_id = kNone;
  int billing_currency = kNone;
  int billing_period_start = kNone;
  int billing_period_end = kNone;
  int charge_period_start = kNone;
  int charge_period_end = kNone;
  std::array<int, store::kCostAmounts> amounts{};
  std::array<std::vector<GroupCell>, store::kCostGroups> groups;  // sorted by slot; extras apart
  std::vector<Extra> extras;                                      // sorted by name
  std::vector<std::uint32_t> text_columns;                        // of all of them, in the batch's order

 private:
  struct Signature {
    std::uint32_t field = 0;
    std::string name;
  };
  std::vector<Signature> signature_;
};

}  // namespace iz::ingest
