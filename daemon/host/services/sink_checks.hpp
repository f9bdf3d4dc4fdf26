// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "records/batch.hpp"
#include <infrazen/abi/sink.h>

// What a connector may hand to infrazen.sink/1. Lengths and counts are checked before anything behind them is touched.
namespace iz::host {

class Refusal : public std::runtime_error {
 public:
  explicit Refusal(const std::string& what) : std::runtime_error(what) {}
};

template <class... Args>
void refuse_unless(bool holds, fmt::format_string<Args...> what, Args&&... args) {
  if (!holds) [[unlikely]] {
    throw Refusal("infrazen.sink/1 " + fmt::format(what, std::forward<Args>(args)...));
  }
}

// Element of an array whose elements are `stride` bytes apart.
template <class Item>
const Item& element(const Item* items, std::uint32_t stride, std::uint32_t index) {
  const auto* bytes = reinterpret_cast<const std::byte*>(items) + std::size_t{stride} * index;
  return *static_cast<const Item*>(static_cast<const void*>(bytes));
}

void check_kind(std::uint32_t kind);
void check_scope(iz_str scope);
void check_batch(const iz_batch* batch);
void check_segments(const iz_metric_segment* segments, std::uint32_t count, std::uint32_t stride);
[[nodiscard]] records::SegmentView checked_segment(const iz_metric_segment& segment, std::uint32_t index);

}  // namespace iz::host
