// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

// From pieces of points to rows of metric_segments and metric_late in the form of COPY BINARY.
namespace iz::ingest {

// Pieces with their points. Plain data: written to a spool and read back as it is.
struct PointBlock {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  static constexpr std::int32_t kIrregular = -1;  // step_ms: the distances are in deltas

  // Points of one series and one UTC day. Pieces that follow one another make a row: a list that begins at its head.
  struct Piece {
    std::int64_t t0_us, last_us;
    double sum, min, max;
    std::uint32_t slot, n;
    std::uint32_t values, deltas;  // where they begin
    std::uint32_t next;            // piece of the same row, or kNone
    std::uint32_t head;            // first piece of the row; of a head: itself
    std::uint32_t row_points;      // of a head: points of the whole row
    std::int32_t step_ms;          // 0 for a single point
    std::int32_t day;
    std::uint32_t late;
  };
  std::vector<Piece> pieces;
  std::vector<double> values;
  std::vector<std::int32_t> deltas;
};

// What a row needs that only the mark's transaction knows.
struct RowNumbering {
  std::int32_t tenant_id = 0;
  std::int64_t next_seq = 0;
  std::function<std::int64_t(std::uint32_t slot)> series_id;
};

using TakeRows = std::function<void(std::string_view rows, std::int64_t count)>;

inline constexpr std::string_view kPointColumns =
    "tenant_id, series_id, day, seq, n, step_ms, sum, min, max, t0, at_ms, v";

// Encodes here rather than with store::RowEncoder: a run brings one row per five points, and growing a string field by
// field is what such a row would mostly cost.
class PointRows {
 public:
  PointRows(const PointBlock& block, RowNumbering& numbering, const TakeRows& take)
      : block_(block), numbering_(numbering), take_(take) {}

  void row(const PointBlock::Piece& head);
  void finish();

 private:
  void reserve(std::size_t size);
  std::int32_t gather(PointBlock::Piece& whole) const;
  template <typename Visit>
  void each_piece(const PointBlock::Piece& head, Visit&& visit) const;
  void array(std::uint32_t type, std::uint32_t count, std::size_t bytes_per_element);
  void instants(const PointBlock::Piece& head);
  void values(const PointBlock::Piece& head);
  template <typename T>
  void put(T value);
  void i32(std::int32_t value);
  void i64(std::int64_t value);
  void f8(double value);

  const PointBlock& block_;
  RowNumbering& numbering_;
  const TakeRows& take_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
  std::int64_t rows_ = 0;
};

}  // namespace iz::ingest
