// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/metrics/metrics_rows.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "store/encoding/copy_binary.hpp"

namespace iz::ingest {

namespace {

constexpr std::size_t kFixed = 256;         // all but the arrays' elements, rounded up
constexpr std::size_t kBytesPerAt = 8;      // length and int4
constexpr std::size_t kBytesPerValue = 12;  // length and float8
constexpr std::size_t kFlush = 256 * 1024;

}  // namespace

template <typename T>
void PointRows::put(T value) {
  if constexpr (std::endian::native == std::endian::little) {
    if constexpr (sizeof(T) == 2) value = __builtin_bswap16(value);
    if constexpr (sizeof(T) == 4) value = __builtin_bswap32(value);
    if constexpr (sizeof(T) == 8) value = __builtin_bswap64(value);
  }
  std::memcpy(buffer_.get() + used_, &value, sizeof(T));
  used_ += sizeof(T);
}

inline void PointRows::i32(std::int32_t value) {
  put(std::uint32_t{4});
  put(static_cast<std::uint32_t>(value));
}

inline void PointRows::i64(std::int64_t value) {
  put(std::uint32_t{8});
  put(static_cast<std::uint64_t>(value));
}

inline void PointRows::f8(double value) {
  put(std::uint32_t{8});
  put(std::bit_cast<std::uint64_t>(value));
}

template <typename Visit>
void PointRows::each_piece(const PointBlock::Piece& head, Visit&& visit) const {
  for (const PointBlock::Piece* piece = &head;; piece = &block_.pieces[piece->next]) {
    visit(*piece);
    if (piece->next == PointBlock::kNone) return;
  }
}

void PointRows::row(const PointBlock::Piece& head) {
  reserve(kFixed + head.row_points * (kBytesPerAt + kBytesPerValue));
  PointBlock::Piece whole = head;
  const std::int32_t step_ms = gather(whole);
  put(std::uint16_t{12});
  i32(numbering_.tenant_id);
  i64(numbering_.series_id(head.slot));
  i32(head.day - store::kPgEpochDays);
  i64(numbering_.next_seq++);
  i32(static_cast<std::int32_t>(head.row_points));
  i32(step_ms == PointBlock::kIrregular ? 0 : step_ms);
  f8(whole.sum);
  f8(whole.min);
  f8(whole.max);
  i64(head.t0_us - store::kPgEpochUs);
  if (step_ms == PointBlock::kIrregular) {
    instants(head);
  } else {
    put(std::uint32_t{0xFFFFFFFF});  // null
  }
  values(head);
  ++rows_;
}

void PointRows::finish() {
  if (rows_ > 0) take_({buffer_.get(), used_}, rows_);
  rows_ = 0;
  used_ = 0;
}

void PointRows::reserve(std::size_t size) {
  if (used_ + size <= capacity_) return;
  finish();
  if (size <= capacity_) return;
  capacity_ = std::max(kFlush, size);
  buffer_.reset(new char[capacity_]);
}

// Adds the other pieces' aggregates to the head's. Returns the distance of all points, or kIrregular.
std::int32_t PointRows::gather(PointBlock::Piece& whole) const {
  std::int64_t step = whole.step_ms;
  for (const PointBlock::Piece* before = &block_.pieces[whole.head]; before->next != PointBlock::kNone;) {
    const PointBlock::Piece& piece = block_.pieces[before->next];
    whole.sum += piece.sum;
    whole.min = std::min(whole.min, piece.min);
    whole.max = std::max(whole.max, piece.max);
    const std::int64_t gap = (piece.t0_us - before->last_us) / 1000;
    if (step == 0) step = gap;
    if (gap != step || (piece.n > 1 && piece.step_ms != step)) step = PointBlock::kIrregular;
    before = &piece;
  }
  return static_cast<std::int32_t>(step);
}

void PointRows::array(std::uint32_t type, std::uint32_t count, std::size_t bytes_per_element) {
  put(static_cast<std::uint32_t>(20 + count * bytes_per_element));
  put(std::uint32_t{1});  // dimensions
  put(std::uint32_t{0});  // no nulls
  put(type);
  put(count);
  put(std::uint32_t{1});  // lower bound
}

void PointRows::instants(const PointBlock::Piece& head) {
  array(store::BinaryArray::int4, head.row_points, kBytesPerAt);
  each_piece(head, [&](const PointBlock::Piece& piece) {
    auto at = static_cast<std::int32_t>((piece.t0_us - head.t0_us) / 1000);
    i32(at);
    for (std::uint32_t i = 1; i < piece.n; ++i) {
      at += piece.step_ms == PointBlock::kIrregular ? block_.deltas[piece.deltas + i - 1] : piece.step_ms;
      i32(at);
    }
  });
}

void PointRows::values(const PointBlock::Piece& head) {
  array(store::BinaryArray::float8, head.row_points, kBytesPerValue);
  each_piece(head, [&](const PointBlock::Piece& piece) {
    for (std::uint32_t i = 0; i < piece.n; ++i) f8(block_.values[piece.values + i]);
  });
}

}  // namespace iz::ingest
