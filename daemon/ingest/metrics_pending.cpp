// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/metrics_pending.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

#include "store/copy_binary.hpp"

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

// Rows are written here rather than with store::RowEncoder: a run brings one row per five points, and growing a string
// field by field is what such a row would mostly cost.
class PendingPoints::RowWriter {
 public:
  RowWriter(const Block& block, Numbering& numbering, const Take& take)
      : block_(block), numbering_(numbering), take_(take) {}

  void row(const Stored& head) {
    reserve(kFixed + head.row_points * (kBytesPerAt + kBytesPerValue));
    Stored whole = head;
    const std::int32_t step_ms = gather(whole);
    put(std::uint16_t{12});
    i32(numbering_.tenant_id);
    i64(numbering_.series_id(head.slot));
    i32(head.day - store::kPgEpochDays);
    i64(numbering_.next_seq++);
    i32(static_cast<std::int32_t>(head.row_points));
    i32(step_ms == kIrregular ? 0 : step_ms);
    f8(whole.sum);
    f8(whole.min);
    f8(whole.max);
    i64(head.t0_us - store::kPgEpochUs);
    if (step_ms == kIrregular) {
      instants(head);
    } else {
      put(std::uint32_t{0xFFFFFFFF});
    }
    values(head);
    ++rows_;
  }

  void finish() {
    if (rows_ > 0) take_({buffer_.get(), used_}, rows_);
    rows_ = 0;
    used_ = 0;
  }

 private:
  static constexpr std::size_t kFixed = 256;
  static constexpr std::size_t kBytesPerAt = 8;      // length and int4
  static constexpr std::size_t kBytesPerValue = 12;  // length and float8
  static constexpr std::size_t kFlush = 256 * 1024;

  void reserve(std::size_t size) {
    if (used_ + size <= capacity_) return;
    finish();
    if (size <= capacity_) return;
    capacity_ = std::max(kFlush, size);
    buffer_.reset(new char[capacity_]);
  }

  // Adds the other pieces' aggregates to the head's. Returns the distance of all points, or kIrregular.
  std::int32_t gather(Stored& whole) const {
    std::int64_t step = whole.step_ms;
    for (const Stored* before = &block_.pieces[whole.head]; before->next != kNone;) {
      const Stored& piece = block_.pieces[before->next];
      whole.sum += piece.sum;
      whole.min = std::min(whole.min, piece.min);
      whole.max = std::max(whole.max, piece.max);
      const std::int64_t gap = (piece.t0_us - before->last_us) / 1000;
      if (step == 0) step = gap;
      if (gap != step || (piece.n > 1 && piece.step_ms != step)) step = kIrregular;
      before = &piece;
    }
    return static_cast<std::int32_t>(step);
  }

  template <typename Visit>
  void each_piece(const Stored& head, Visit&& visit) const {
    for (const Stored* piece = &head;; piece = &block_.pieces[piece->next]) {
      visit(*piece);
      if (piece->next == kNone) return;
    }
  }

  void array(std::uint32_t type, std::uint32_t count, std::size_t bytes_per_element) {
    put(static_cast<std::uint32_t>(20 + count * bytes_per_element));
    put(std::uint32_t{1});  // dimensions
    put(std::uint32_t{0});  // no nulls
    put(type);
    put(count);
    put(std::uint32_t{1});  // lower bound
  }

  void instants(const Stored& head) {
    array(store::BinaryArray::int4, head.row_points, kBytesPerAt);
    each_piece(head, [&](const Stored& piece) {
      auto at = static_cast<std::int32_t>((piece.t0_us - head.t0_us) / 1000);
      i32(at);
      for (std::uint32_t i = 1; i < piece.n; ++i) {
        at += piece.step_ms == kIrregular ? block_.deltas[piece.deltas + i - 1] : piece.step_ms;
        i32(at);
      }
    });
  }

  void values(const Stored& head) {
    array(store::BinaryArray::float8, head.row_points, kBytesPerValue);
    each_piece(head, [&](const Stored& piece) {
      for (std::uint32_t i = 0; i < piece.n; ++i) f8(block_.values[piece.values + i]);
    });
  }

  template <typename T>
  void put(T value) {
    if constexpr (std::endian::native == std::endian::little) {
      if constexpr (sizeof(T) == 2) value = __builtin_bswap16(value);
      if constexpr (sizeof(T) == 4) value = __builtin_bswap32(value);
      if constexpr (sizeof(T) == 8) value = __builtin_bswap64(value);
    }
    std::memcpy(buffer_.get() + used_, &value, sizeof(T));
    used_ += sizeof(T);
  }
  void i32(std::int32_t value) {
    put(std::uint32_t{4});
    put(static_cast<std::uint32_t>(value));
  }
  void i64(std::int64_t value) {
    put(std::uint32_t{8});
    put(static_cast<std::uint64_t>(value));
  }
  void f8(double value) {
    put(std::uint32_t{8});
    put(std::bit_cast<std::uint64_t>(value));
  }

  const Block& block_;
  Numbering& numbering_;
  const Take& take_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
  std::int64_t rows_ = 0;
};

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
                .next = kNone,
                .head = index,
                .row_points = static_cast<std::uint32_t>(piece.values.size()),
                .step_ms = piece.delta_ms.empty() ? 0 : piece.delta_ms.front(),
                .day = day_of(piece.t0_us),
                .late = piece.late ? 1U : 0U};
  std::int64_t distance = 0;
  for (const std::int32_t delta : piece.delta_ms) {
    distance += delta;
    if (delta != stored.step_ms) stored.step_ms = kIrregular;
  }
  stored.last_us += distance * 1000;
  for (const double value : piece.values) {
    stored.sum += value;
    stored.min = std::min(stored.min, value);
    stored.max = std::max(stored.max, value);
  }
  block_.values.insert(block_.values.end(), piece.values.begin(), piece.values.end());
  if (stored.step_ms == kIrregular) {
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
  if (piece.slot >= open_.size()) open_.resize(std::max<std::size_t>(piece.slot + 1, open_.size() * 2), kNone);
  std::uint32_t& open = open_[piece.slot];
  if (open != kNone) {
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
  for (const Stored& piece : block_.pieces) {
    if (piece.late == 0) open_[piece.slot] = kNone;
  }
  block_.pieces.clear();
  block_.values.clear();
  block_.deltas.clear();
  block_days_.clear();
  block_late_ = false;
}

void PendingPoints::clear() {
  for (const Stored& piece : block_.pieces) {
    if (piece.late == 0) open_[piece.slot] = kNone;
  }
  block_.pieces.clear();
  block_.values.clear();
  block_.deltas.clear();
  block_days_.clear();
  block_late_ = false;
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
                               const std::function<void(const Block&)>& visit) const {
  for (const Spooled& spooled : spooled_) {
    if (!wanted(spooled.days, spooled.late)) continue;
    Block block;
    std::uint64_t offset = spooled.offset;
    read_into(block.pieces, spooled.pieces, spool_, offset);
    read_into(block.values, spooled.values, spool_, offset);
    read_into(block.deltas, spooled.deltas, spool_, offset);
    visit(block);
  }
  if (wanted(block_days_, block_late_)) visit(block_);
}

void PendingPoints::rows_of_day(std::int32_t day, Numbering& numbering, const Take& take) const {
  each_block([&](const std::vector<std::int32_t>& days, bool) { return contains(days, day); },
             [&](const Block& block) {
               RowWriter writer(block, numbering, take);
               for (std::uint32_t i = 0; i < block.pieces.size(); ++i) {
                 const Stored& piece = block.pieces[i];
                 if (piece.head == i && piece.day == day && piece.late == 0) writer.row(piece);
               }
               writer.finish();
             });
}

void PendingPoints::late_rows(Numbering& numbering, const Take& take) const {
  each_block([](const std::vector<std::int32_t>&, bool late) { return late; },
             [&](const Block& block) {
               RowWriter writer(block, numbering, take);
               for (const Stored& piece : block.pieces) {
                 if (piece.late != 0) writer.row(piece);
               }
               writer.finish();
             });
}

}  // namespace iz::ingest
