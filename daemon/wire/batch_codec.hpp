// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "records/batch.hpp"
#include "wire/bytes.hpp"

// Batches and metric segments as bytes: payloads of frames, and of anything else that has to keep records for a while
// (the ingest spool). Decoding copies no cell: views point into the payload, which must outlive them.
//
//   batch    = kind, rows, columns, flags (1: positions), scope length, origin length, name bytes, cell bytes   (u32
//   each)
//              positions u64 × rows | {field u32, name length u32} × columns | cell length u32 × rows × columns
//              scope, origin, names, cells
//   segments = count u32, 0 u32, points u64 | {t0 i64, points u32, length u32 × 5 texts} × count
//              values f64 × points | deltas i32 × (points - count) | texts
namespace iz::wire {

// Where decoding builds its views; reused from frame to frame.
struct BatchViews {
  std::vector<records::Column> columns;
  std::vector<records::Cell> cells;
  std::vector<std::uint64_t> positions;  // only for a payload that is not aligned
  std::vector<std::uint32_t> order;
};

struct SegmentViews {
  std::vector<records::SegmentView> segments;
  std::vector<double> values;  // these two only for a payload that is not aligned
  std::vector<std::int32_t> deltas;
};

// Appends to `out`. The batch must be within the caps of frame.hpp.
void encode_batch(const records::BatchView& batch, Bytes& out);
void encode_segments(std::span<const records::SegmentView> segments, Bytes& out);

// Throw MalformedFrame unless everything fits: sizes, counts and caps, a known kind with known fields, none twice,
// names that are text; of segments: deltas above 0 and finite values. What the cells mean is for ingest to judge.
[[nodiscard]] records::BatchView decode_batch(std::span<const std::byte> payload, BatchViews& views);
[[nodiscard]] std::span<const records::SegmentView> decode_segments(std::span<const std::byte> payload,
                                                                    SegmentViews& views);

}  // namespace iz::wire
