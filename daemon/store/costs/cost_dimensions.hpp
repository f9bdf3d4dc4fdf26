// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "store/costs/cost_tables.hpp"
#include "store/session/mark_session.hpp"

namespace iz::store {

// Writes the contents of one group, in the order of their ids. Contents that are there already are left alone; one whose id is
// there with another digest is refused (two texts with the same 64 bits of hash: it has not been seen, but would go wrong
// silently).
class CostDimensionWriter {
 public:
  CostDimensionWriter(MarkTransaction& tx, const CostGroup& group);

  // One content; values has one entry per column of the group, in its order, a null view being NULL. jsonb columns take JSON.
  void add(std::int64_t id, const Uuid& digest, std::span<const std::string_view> values);
  void finish();

 private:
  void flush();

  MarkTransaction& tx_;
  const CostGroup& group_;
  BinaryArray ids_{BinaryArray::int8};
  BinaryArray digests_{BinaryArray::uuid};
  std::vector<std::unique_ptr<BinaryArray>> columns_;
  std::size_t bytes_ = 0;
};

}  // namespace iz::store
