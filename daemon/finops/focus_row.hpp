// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "finops/focus_facts.hpp"
#include "finops/focus_rules.hpp"
#include <infrazen/abi/records.h>

namespace iz::finops {

// FOCUS columns as bit numbers: field - IZ_CHARGE_AVAILABILITY_ZONE.
inline constexpr std::uint32_t kFirstField = IZ_CHARGE_AVAILABILITY_ZONE;
inline constexpr std::uint32_t kFieldCount = IZ_CHARGE_INVOICE_DETAIL_ID - kFirstField + 1;

class FieldSet {
 public:
  void add(std::uint32_t field) {
    bits_[(field - kFirstField) >> 6] |= std::uint64_t{1} << ((field - kFirstField) & 63);
  }
  [[nodiscard]] bool has(std::uint32_t field) const {
    return (bits_[(field - kFirstField) >> 6] >> ((field - kFirstField) & 63) & 1) != 0;
  }
  [[nodiscard]] std::uint64_t mixed() const {
    return bits_[0] * 0x9E3779B97F4A7C15ULL ^ bits_[1] * 0xC2B2AE3D27D4EB4FULL;
  }
  void add(const FieldSet& other) {
    bits_[0] |= other.bits_[0];
    bits_[1] |= other.bits_[1];
  }
  bool operator==(const FieldSet&) const = default;

 private:
  std::array<std::uint64_t, 2> bits_{};
};
static_assert(kFieldCount <= 128);

// One row by field, whatever the order of the batch's columns.
class FocusRow {
 public:
  using Places = std::array<std::int16_t, kFieldCount>;  // column of each field, -1 = the batch has none

  FocusRow(const records::BatchView& batch, std::size_t row, const Places& places)
      : cells_(batch.cells.data() + row * batch.columns.size()), places_(places) {}

  [[nodiscard]] records::Cell operator[](std::uint32_t field) const {
    const std::int16_t place = places_[field - kFirstField];
    return place < 0 ? records::Cell{} : cells_[place];
  }
  [[nodiscard]] records::Cell at(std::size_t column) const { return cells_[column]; }
  [[nodiscard]] std::size_t column(std::uint32_t field) const {
    return static_cast<std::size_t>(places_[field - kFirstField]);
  }

 private:
  const records::Cell* cells_;
  const Places& places_;
};

}  // namespace iz::finops
