// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "store/session/pg_result.hpp"

namespace iz::store {

// What a stream delivered up to its last mark, by key, and what this run has seen of it. A flat table with open addressing,
// 44 bytes a row and 8 to 16 for its slots: the key is a hash already. Rows are never removed, only flagged; pointers and
// references to rows live until the next insert. Most listings come in the order in which they came last time: the row
// found last and the one after it are tried first, and a listing in that order never needs the slots.
class KnownRows {
 public:
  static constexpr std::int32_t kNoScope = -1;

  struct Row {
    Uuid key;                       // a hash too
    Uuid hash;                      // of the whole row: the stored one, or the one this run has spooled
    std::int32_t scope = kNoScope;  // index, as ScopeBook counts
    std::uint32_t seen = 0;         // when in this run, as Listing counts; 0 = not
    bool gone = false;              // retired: as good as unknown
    bool absent = false;            // retired by this run, because a scope closed without it
  };

  void reserve(std::size_t rows);
  // nullptr when the key is unknown. Rows that are gone are found too.
  [[nodiscard]] Row* find(const Uuid& key);
  // The key must be unknown.
  Row& insert(const Uuid& key);
  [[nodiscard]] std::span<Row> rows() { return rows_; }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] std::size_t memory_bytes() const;
  // Forgets what this run saw, and the rows that are gone; the rest stays in its order.
  void next_run();

 private:
  static constexpr std::uint32_t kEmpty = std::numeric_limits<std::uint32_t>::max();
  [[nodiscard]] std::size_t slot_of(const Uuid& key) const;
  void place_rest();
  void place(std::uint32_t row);

  std::vector<Row> rows_;
  std::vector<std::uint32_t> slots_;  // index into rows_; a power of two of them, at most half full
  std::size_t placed_ = 0;            // rows that are in slots_; the rest goes there when it is needed
  std::size_t last_ = 0;              // found last
};

}  // namespace iz::store
