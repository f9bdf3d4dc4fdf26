// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/listing/known_rows.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace iz::store {

void KnownRows::reserve(std::size_t rows) {
  rows_.reserve(rows);
}

KnownRows::Row* KnownRows::find(const Uuid& key) {
  const std::size_t guessed = std::min(last_ + 2, rows_.size());
  for (std::size_t row = last_; row < guessed; ++row) {
    if (rows_[row].key != key) continue;
    last_ = row;
    return &rows_[row];
  }
  place_rest();
  if (slots_.empty()) return nullptr;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = slot_of(key); slots_[at] != kEmpty; at = (at + 1) & mask) {
    Row& row = rows_[slots_[at]];
    if (row.key != key) continue;
    last_ = slots_[at];
    return &row;
  }
  return nullptr;
}

KnownRows::Row& KnownRows::insert(const Uuid& key) {
  Row& row = rows_.emplace_back();
  row.key = key;
  return row;
}

std::size_t KnownRows::memory_bytes() const {
  return rows_.capacity() * sizeof(Row) + slots_.capacity() * sizeof(std::uint32_t);
}

void KnownRows::next_run() {
  std::erase_if(rows_, [](const Row& row) { return row.gone; });
  for (Row& row : rows_) {
    row.seen = 0;
    row.absent = false;
  }
  slots_.clear();
  placed_ = 0;
  last_ = 0;
}

std::size_t KnownRows::slot_of(const Uuid& key) const {
  std::uint64_t word = 0;
  std::memcpy(&word, key.bytes.data(), sizeof word);
  return word & (slots_.size() - 1);
}

void KnownRows::place_rest() {
  if (rows_.size() * 2 > slots_.size()) {
    slots_.assign(std::bit_ceil(std::max<std::size_t>(rows_.size() * 2, 16)), kEmpty);
    placed_ = 0;
  }
  while (placed_ < rows_.size()) place(static_cast<std::uint32_t>(placed_++));
}

void KnownRows::place(std::uint32_t row) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = slot_of(rows_[row].key);
  while (slots_[at] != kEmpty) at = (at + 1) & mask;
  slots_[at] = row;
}

}  // namespace iz::store
