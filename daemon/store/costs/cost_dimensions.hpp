// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/costs/cost_tables.hpp"
#include "store/encoding/copy_binary.hpp"
#include "store/session/mark_session.hpp"

namespace iz::store {

// Contents of one group on their way into its table. Those that are there already are left alone; one whose id is there with
// another digest is refused (two texts with the same 64 bits of hash: it has not been seen, but would go wrong silently).
class CostDimensionRows {
 public:
  explicit CostDimensionRows(const CostGroup& group);

  // One content; values has one entry per column of the group, in its order, a null view being NULL. jsonb columns take JSON.
  void add(std::int64_t id, const Uuid& digest, std::span<const std::string_view> values);
  [[nodiscard]] std::size_t size() const noexcept { return ids_.size(); }
  [[nodiscard]] bool full() const noexcept;  // enough for one statement
  void clear();

  struct Statement {
    std::string sql;
    std::vector<Param> params;  // views of these rows
  };
  [[nodiscard]] Statement insert(std::int32_t tenant_id);
  // When fewer were inserted than there are: the contents whose id is another's.
  [[nodiscard]] Statement select_others(std::int32_t tenant_id);
  void refuse_others(const PgResult& others) const;

 private:
  const CostGroup* group_;
  BinaryArray ids_{BinaryArray::int8};
  BinaryArray digests_{BinaryArray::uuid};
  std::vector<std::unique_ptr<BinaryArray>> columns_;
  std::size_t bytes_ = 0;
};

// Writes contents of one group, in the order of their ids, within the mark.
class CostDimensionWriter {
 public:
  CostDimensionWriter(MarkTransaction& tx, const CostGroup& group) : tx_(tx), rows_(group) {}

  void add(std::int64_t id, const Uuid& digest, std::span<const std::string_view> values);
  void finish();

 private:
  MarkTransaction& tx_;
  CostDimensionRows rows_;
};

// Writes contents ahead of the mark, in a session of its own, while the mark's transaction is busy with a COPY. They are named by
// what they are: one that nothing refers to says nothing, and one that is there already is left alone. Each statement commits by
// itself; no more durable than the mark that waits for it, whose commit brings it to the disk. See docs/decisions/0005.
class CostDimensionsAhead {
 public:
  CostDimensionsAhead(std::string conninfo, std::int32_t tenant_id) : session_(std::move(conninfo)), tenant_id_(tenant_id) {}

  // Sends rows, in the order of their ids, and comes back. Only when nothing is under way.
  void send(std::unique_ptr<CostDimensionRows> rows);
  [[nodiscard]] bool under_way() const noexcept { return rows_ != nullptr; }
  // Goes on with what was sent; true once it is in. `wait`: not before that. RunError as CostDimensionWriter.
  [[nodiscard]] bool go_on(bool wait);

 private:
  MarkSession session_;
  std::int32_t tenant_id_;
  std::unique_ptr<CostDimensionRows> rows_;
  bool comparing_ = false;  // the second statement
};

}  // namespace iz::store
