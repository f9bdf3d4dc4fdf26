// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/known_rows.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace iz::store {

void KnownRows::reserve(std::size_t rows) {
  rows_.reserve(rows);
  if (rows * 2 > slots_.size()) rehash(std::bit_ceil(std::max<std::size_t>(rows * 2, 16)));
}

KnownRows::Row* KnownRows::find(const Uuid& key) {
  if (slots_.empty()) return nullptr;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = slot_of(key); slots_[at] != kEmpty; at = (at + 1) & mask) {
    Row& row = rows_[slots_[at]];
    if (row.key == key) return &row;
  }
  return nullptr;
}

KnownRows::Row& KnownRows::insert(const Uuid& key) {
  if ((rows_.size() + 1) * 2 > slots_.size()) rehash(std::max<std::size_t>(slots_.size() * 2, 16));
  Row& row = rows_.emplace_back();
  row.key = key;
  place(static_cast<std::uint32_t>(rows_.size() - 1));
  return row;
}

std::size_t KnownRows::memory_bytes() const {
  return rows_.capacity() * sizeof(Row) + slots_.capacity() * sizeof(std::uint32_t);
}

std::size_t KnownRows::slot_of(const Uuid& key) const {
  std::uint64_t word = 0;
  std::memcpy(&word, key.bytes.data(), sizeof word);
  return word & (slots_.size() - 1);
}

void KnownRows::rehash(std::size_t slots) {
  slots_.assign(slots, kEmpty);
  for (std::uint32_t row = 0; row < rows_.size(); ++row) place(row);
}

void KnownRows::place(std::uint32_t row) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = slot_of(rows_[row].key);
  while (slots_[at] != kEmpty) at = (at + 1) & mask;
  slots_[at] = row;
}

}  // namespace iz::store
