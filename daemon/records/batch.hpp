// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <infrazen/abi/sink.h>

// Records on their way from a connector to the store, as views into memory that somebody else owns (a wire frame, a
// test's strings). The shape is that of the ABI's iz_batch.
namespace iz::records {

// One value. data() == nullptr is null; size() == 0 with data() set is the empty string.
using Cell = std::string_view;

[[nodiscard]] inline bool is_null(Cell cell) noexcept {
  return cell.data() == nullptr;
}

struct Column {
  std::uint32_t field = 0;  // IZ_<KIND>_*, or IZ_FIELD_EXTENSION
  std::string_view name;    // with IZ_FIELD_EXTENSION
};

// Rows of one kind. Valid only during the call that hands it over.
struct BatchView {
  std::uint32_t kind = 0;  // IZ_KIND_*
  Cell scope;
  Cell origin;
  std::span<const Column> columns;
  std::span<const Cell> cells;  // rows × columns, row after row
  std::uint32_t rows = 0;
  std::span<const std::uint64_t> positions;  // one per row, or empty

  [[nodiscard]] Cell cell(std::size_t row, std::size_t column) const { return cells[row * columns.size() + column]; }
  [[nodiscard]] std::uint64_t position(std::size_t row) const { return positions.empty() ? 0 : positions[row]; }
};

// Points of one series: t0, then count-1 distances. Units as in iz_metric_segment.
struct SegmentView {
  std::string_view resource_type;
  std::string_view external_id;
  std::string_view metric_name;
  Cell metric_unit;
  Cell provider_metric_id;
  std::int64_t t0_us = 0;
  std::span<const std::int32_t> delta_ms;
  std::span<const double> values;
};

struct FindingView {
  std::uint32_t severity = IZ_SEVERITY_NOTICE;
  std::string_view rule;
  Cell scope;
  Cell origin;
  std::uint64_t position = 0;
  Cell column;
  Cell value;
  std::string_view message;
};

}  // namespace iz::records
