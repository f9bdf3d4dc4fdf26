// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/charges/charge_texts.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace iz::ingest {

namespace {

using records::Cell;

// Texts that lie one behind the other, as those of a frame do, are taken together.
struct Stretch {
  const char* begin = nullptr;
  const char* end = nullptr;
};

}  // namespace

Digest ChargeTexts::key(const ChargePlan& plan, const records::BatchView& batch, std::size_t row) {
  const Cell* const cells = batch.cells.data() + row * batch.columns.size();
  const std::size_t lengths = plan.text_columns.size() * sizeof(std::uint32_t);
  if (bytes_.size() < lengths) bytes_.resize(lengths + 4096);
  std::size_t size = lengths;
  Stretch stretch;
  const auto take = [&] {
    const auto more = static_cast<std::size_t>(stretch.end - stretch.begin);
    if (bytes_.size() - size < more) bytes_.resize(2 * (size + more));
    if (more != 0) std::memcpy(bytes_.data() + size, stretch.begin, more);
    size += more;
  };
  std::size_t at = 0;
  for (const std::uint32_t column : plan.text_columns) {
    const Cell cell = cells[column];
    const std::uint32_t length = records::is_null(cell) ? 0xFFFFFFFFU : static_cast<std::uint32_t>(cell.size());
    std::memcpy(bytes_.data() + at, &length, sizeof length);
    at += sizeof length;
    if (cell.empty()) continue;
    if (cell.data() != stretch.end) {
      take();
      stretch.begin = cell.data();
    }
    stretch.end = cell.data() + cell.size();
  }
  take();
  const auto hash = XXH3_128bits(bytes_.data(), size);
  const Digest key{hash.low64, hash.high64};
  if (!keys_.empty()) {
    const std::size_t home = key.low & (keys_.size() - 1);
    __builtin_prefetch(keys_.data() + home);
    const auto* const texts = reinterpret_cast<const char*>(texts_.data() + home);
    for (std::size_t line = 0; line < sizeof(KnownTexts); line += 64) __builtin_prefetch(texts + line);
  }
  return key;
}

std::size_t ChargeTexts::slot_of(Digest key) const {
  const std::size_t mask = keys_.size() - 1;
  std::size_t slot = key.low & mask;
  while ((keys_[slot].low | keys_[slot].high) != 0 && (keys_[slot].low != key.low || keys_[slot].high != key.high)) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

KnownTexts* ChargeTexts::find(Digest key) {
  if (keys_.empty() || (key.low | key.high) == 0) return nullptr;
  const std::size_t slot = slot_of(key);
  if ((keys_[slot].low | keys_[slot].high) == 0) return nullptr;
  ++found_;
  return &texts_[slot];
}

KnownTexts& ChargeTexts::add(Digest key) {
  if (count_ * 10 >= keys_.size() * 7) {
    if (keys_.size() < kMost) {
      resize(std::max(kFewest, keys_.size() * 2));
    } else {
      worth_it_ = found_ > count_;
      clear();
      resize(worth_it_ ? kMost : kFewest);
    }
  }
  const std::size_t slot = slot_of(key);
  keys_[slot] = key;
  ++count_;
  return texts_[slot] = {};
}

void ChargeTexts::resize(std::size_t slots) {
  std::vector<Digest> keys(slots);
  std::vector<KnownTexts> texts(slots);
  keys.swap(keys_);
  texts.swap(texts_);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if ((keys[i].low | keys[i].high) == 0) continue;
    const std::size_t slot = slot_of(keys[i]);
    keys_[slot] = keys[i];
    texts_[slot] = texts[i];
  }
}

void ChargeTexts::clear() {
  keys_ = {};
  texts_ = {};
  count_ = 0;
  found_ = 0;
}

}  // namespace iz::ingest
