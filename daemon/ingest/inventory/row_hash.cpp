// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/inventory/row_hash.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <tuple>

#include <xxhash.h>

#include "store/encoding/hash128.hpp"

namespace iz::ingest {

std::uint64_t RowHasher::seed_of(std::uint64_t normaliser, std::span<const records::ExtensionColumn> columns) {
  std::vector<std::string> declared;
  for (const auto& column : columns) declared.push_back(column.name + ' ' + std::to_string(static_cast<int>(column.type)));
  std::ranges::sort(declared);
  std::string bytes = std::to_string(normaliser);
  for (const std::string& column : declared) store::append_hashed(bytes, column);
  return XXH3_64bits(bytes.data(), bytes.size());
}

void RowHasher::begin(const records::BatchView& batch) {
  slots_.clear();
  for (std::uint32_t column = 0; column < batch.columns.size(); ++column) {
    const auto& [field, name] = batch.columns[column];
    const std::uint32_t tag =
        field == IZ_FIELD_EXTENSION ? static_cast<std::uint32_t>(XXH3_64bits(name.data(), name.size())) | 0x80000000U : field;
    slots_.push_back({tag, column, field});
  }
  std::ranges::sort(slots_, [](const Slot& a, const Slot& b) { return std::tie(a.tag, a.column) < std::tie(b.tag, b.column); });
}

int RowHasher::column(std::uint32_t field) const {
  const auto slot = std::ranges::find(slots_, field, &Slot::field);
  return slot == slots_.end() ? -1 : static_cast<int>(slot->column);
}

char* RowHasher::reserve(std::size_t used, std::size_t more) {
  if (used + more > scratch_.size()) scratch_.resize(std::max(used + more, scratch_.size() * 2));
  return scratch_.data() + used;
}

store::Uuid RowHasher::row(const records::BatchView& batch, std::size_t row) {
  std::size_t used = 0;
  for (const Slot& slot : slots_) {
    const records::Cell cell = batch.cell(row, slot.column);
    if (records::is_null(cell)) continue;
    const std::uint32_t head[2] = {slot.tag, static_cast<std::uint32_t>(cell.size())};
    char* at = reserve(used, sizeof head + cell.size());
    std::memcpy(at, head, sizeof head);
    std::memcpy(at + sizeof head, cell.data(), cell.size());
    used += sizeof head + cell.size();
  }
  return store::hash128(std::string_view(scratch_.data(), used), seed_);
}

store::Uuid RowHasher::texts(std::span<const std::string_view> texts) {
  std::size_t used = 0;
  for (const std::string_view text : texts) {
    const std::uint32_t length = text.data() == nullptr ? 0xFFFFFFFFU : static_cast<std::uint32_t>(text.size());
    char* at = reserve(used, sizeof length + text.size());
    std::memcpy(at, &length, sizeof length);
    if (!text.empty()) std::memcpy(at + sizeof length, text.data(), text.size());
    used += sizeof length + text.size();
  }
  return store::hash128(std::string_view(scratch_.data(), used));
}

}  // namespace iz::ingest
