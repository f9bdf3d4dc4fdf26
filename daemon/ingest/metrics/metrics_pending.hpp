// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/metrics/metrics_rows.hpp"
#include "ingest/rows/spool.hpp"

namespace iz::ingest {

inline constexpr std::int64_t kUsPerDay = 86'400'000'000;
// Days since the epoch; the instant is not before it.
[[nodiscard]] constexpr std::int32_t day_of(std::int64_t at_us) {
  return static_cast<std::int32_t>(at_us / kUsPerDay);
}

// Points that wait for their mark, as pieces of one series and one UTC day. Pieces of a series that follow one another
// in time become one row, so a connector that sends five points at a time does not cost a row for each five. Beyond its
// share of memory everything so far goes to the spool.
class PendingPoints {
 public:
  PendingPoints(Spool spool, std::uint64_t memory) : spool_(std::move(spool)), memory_(memory) {}

  struct Piece {
    std::uint32_t slot = 0;  // of the series
    std::int64_t t0_us = 0;
    std::span<const std::int32_t> delta_ms;  // values.size() - 1, each above 0
    std::span<const double> values;          // finite, at least one; all within the UTC day of t0
    bool late = false;
  };
  void add(const Piece& piece);

  [[nodiscard]] bool empty() const noexcept { return points_ == 0; }
  [[nodiscard]] std::uint64_t points() const noexcept { return points_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return spool_.size() + memory_used(); }
  [[nodiscard]] bool has_late() const noexcept { return late_; }
  // Ascending: days since the epoch with points that are not late.
  [[nodiscard]] const std::vector<std::int32_t>& days() const noexcept { return days_; }
  void clear();

  // Pieces that are late, in the order in which they came.
  void each_late(const std::function<void(const Piece&)>& visit) const;

  // Rows in the form of COPY BINARY, columns as in kPointColumns, some thousand at a time; not late ones of one day, or
  // all late ones.
  void rows_of_day(std::int32_t day, RowNumbering& numbering, const TakeRows& take) const;
  void late_rows(RowNumbering& numbering, const TakeRows& take) const;

 private:
  using Stored = PointBlock::Piece;
  struct Spooled {
    std::uint64_t offset;
    std::uint32_t pieces, values, deltas;
    std::vector<std::int32_t> days;  // ascending
    bool late;
  };
  [[nodiscard]] std::uint64_t memory_used() const noexcept;
  void join(Stored& piece, std::uint32_t index);
  void spill();
  void forget_block();
  void each_block(const std::function<bool(const std::vector<std::int32_t>& days, bool late)>& wanted,
                  const std::function<void(const PointBlock&)>& visit) const;

  Spool spool_;
  std::uint64_t memory_;
  PointBlock block_;
  std::vector<std::int32_t> block_days_;
  bool block_late_ = false;
  std::vector<std::uint32_t> open_;  // by slot: last piece of the row that may still grow, in this block
  std::vector<Spooled> spooled_;
  std::vector<std::int32_t> days_;
  std::uint64_t points_ = 0;
  bool late_ = false;
};

}  // namespace iz::ingest
