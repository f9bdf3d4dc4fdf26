// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/metrics/metrics_pending.hpp"

#include <algorithm>
#include <cstring>

#include "ingest/metrics/metrics_rows.hpp"

namespace iz::ingest {

namespace {

constexpr std::uint32_t kMaxRowPoints = 8192;

void insert_sorted(std::vector<std::int32_t>& days, std::int32_t day) {
  if (!days.empty() && days.back() == day) return;
  const auto at = std::lower_bound(days.begin(), days.end(), day);
  if (at == days.end() || *at != day) days.insert(at, day);
}

bool contains(const std::vector<std::int32_t>& days, std::int32_t day) {
  return std::binary_search(days.begin(), days.end(), day);
}

template <typename T>
std::string_view bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

template <typename T>
void read_into(std::vector<T>& values, std::size_t count, const Spool& spool, std::uint64_t& offset) {
  std::string bytes;
  spool.read(offset, count * sizeof(T), bytes);
  values.resize(count);
  if (count > 0) std::memcpy(values.data(), bytes.data(), bytes.size());
  offset += bytes.size();
}

}  // namespace

void PendingPoints::add(const Piece& piece) {
  if (memory_used() >= memory_) spill();
  const auto index = static_cast<std::uint32_t>(block_.pieces.size());
  Stored stored{.t0_us = piece.t0_us,
                .last_us = piece.t0_us,
                .sum = 0,
                .min = piece.values.front(),
                .max = piece.values.front(),
                .slot = piece.slot,
                .n = static_cast<std::uint32_t>(piece.values.size()),
                .values = static_cast<std::uint32_t>(block_.values.size()),
                .deltas = static_cast<std::uint32_t>(block_.deltas.size()),
                .next = PointBlock::kNone,
                .head = index,
                .row_points = static_cast<std::uint32_t>(piece.values.size()),
                .step_ms = piece.delta_ms.empty() ? 0 : piece.delta_ms.front(),
                .day = day_of(piece.t0_us),
                .late = piece.late ? 1U : 0U};
  std::int64_t distance = 0;
  for (const std::int32_t delta : piece.delta_ms) {
    distance += delta;
    if (delta != stored.step_ms) stored.step_ms = PointBlock::kIrregular;
  }
  stored.last_us += distance * 1000;
  for (const double value : piece.values) {
    stored.sum += value;
    stored.min = std::min(stored.min, value);
    stored.max = std::max(stored.max, value);
  }
  block_.values.insert(block_.values.end(), piece.values.begin(), piece.values.end());
  if (stored.step_ms == PointBlock::kIrregular) {
    block_.deltas.insert(block_.deltas.end(), piece.delta_ms.begin(), piece.delta_ms.end());
  }
  points_ += stored.n;
  if (piece.late) {
    late_ = block_late_ = true;
  } else {
    insert_sorted(days_, stored.day);
    insert_sorted(block_days_, stored.day);
    join(stored, index);
  }
  block_.pieces.push_back(stored);
}

void PendingPoints::join(Stored& piece, std::uint32_t index) {
  if (piece.slot >= open_.size())
    open_.resize(std::max<std::size_t>(piece.slot + 1, open_.size() * 2), PointBlock::kNone);
  std::uint32_t& open = open_[piece.slot];
  if (open != PointBlock::kNone) {
    Stored& before = block_.pieces[open];
    Stored& head = block_.pieces[before.head];
    if (before.day == piece.day && (piece.t0_us - before.last_us) % 1000 == 0 &&
        head.row_points + piece.n <= kMaxRowPoints) {
      piece.head = before.head;
      before.next = index;
      head.row_points += piece.n;
    }
  }
  open = index;
}

void PendingPoints::spill() {
  Spooled spooled{.offset = spool_.append(bytes_of(block_.pieces)),
                  .pieces = static_cast<std::uint32_t>(block_.pieces.size()),
                  .values = static_cast<std::uint32_t>(block_.values.size()),
                  .deltas = static_cast<std::uint32_t>(block_.deltas.size()),
                  .days = std::move(block_days_),
                  .late = block_late_};
  spool_.append(bytes_of(block_.values));
  spool_.append(bytes_of(block_.deltas));
  spooled_.push_back(std::move(spooled));
  forget_block();
}

void PendingPoints::forget_block() {
  for (const Stored& piece : block_.pieces) {
    if (piece.late == 0) open_[piece.slot] = PointBlock::kNone;
  }
  block_.pieces.clear();
  block_.values.clear();
  block_.deltas.clear();
  block_days_.clear();
  block_late_ = false;
}

void PendingPoints::clear() {
  forget_block();
  spooled_.clear();
  spool_.clear();
  days_.clear();
  points_ = 0;
  late_ = false;
}

std::uint64_t PendingPoints::memory_used() const noexcept {
  return block_.pieces.size() * sizeof(Stored) + block_.values.size() * sizeof(double) +
         block_.deltas.size() * sizeof(std::int32_t);
}

void PendingPoints::each_block(const std::function<bool(const std::vector<std::int32_t>&, bool)>& wanted,
                               const std::function<void(const PointBlock&)>& visit) const {
  for (const Spooled& spooled : spooled_) {
    if (!wanted(spooled.days, spooled.late)) continue;
    PointBlock block;
    std::uint64_t offset = spooled.offset;
    read_into(block.pieces, spooled.pieces, spool_, offset);
    read_into(block.values, spooled.values, spool_, offset);
    read_into(block.deltas, spooled.deltas, spool_, offset);
    visit(block);
  }
  if (wanted(block_days_, block_late_)) visit(block_);
}

void PendingPoints::rows_of_day(std::int32_t day, RowNumbering& numbering, const TakeRows& take) const {
  each_block([&](const std::vector<std::int32_t>& days, bool) { return contains(days, day); },
             [&](const PointBlock& block) {
               PointRows writer(block, numbering, take);
               for (std::uint32_t i = 0; i < block.pieces.size(); ++i) {
                 const Stored& piece = block.pieces[i];
                 if (piece.head == i && piece.day == day && piece.late == 0) writer.row(piece);
               }
               writer.finish();
             });
}

void PendingPoints::each_late(const std::function<void(const Piece&)>& visit) const {
  std::vector<std::int32_t> regular;
  each_block([](const std::vector<std::int32_t>&, bool late) { return late; },
             [&](const PointBlock& block) {
               for (const Stored& piece : block.pieces) {
                 if (piece.late == 0) continue;
                 std::span<const std::int32_t> deltas;
                 if (piece.step_ms == PointBlock::kIrregular) {
                   deltas = std::span(block.deltas).subspan(piece.deltas, piece.n - 1);
                 } else {
                   regular.assign(piece.n - 1, piece.step_ms);
                   deltas = regular;
                 }
                 visit({.slot = piece.slot,
                        .t0_us = piece.t0_us,
                        .delta_ms = deltas,
                        .values = std::span(block.values).subspan(piece.values, piece.n),
                        .late = true});
               }
             });
}

void PendingPoints::late_rows(RowNumbering& numbering, const TakeRows& take) const {
  each_block([](const std::vector<std::int32_t>&, bool late) { return late; },
             [&](const PointBlock& block) {
               PointRows writer(block, numbering, take);
               for (const Stored& piece : block.pieces) {
                 if (piece.late != 0) writer.row(piece);
               }
               writer.finish();
             });
}

}  // namespace iz::ingest
