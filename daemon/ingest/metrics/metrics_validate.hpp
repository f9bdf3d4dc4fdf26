// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "records/batch.hpp"
#include "store/metrics/metrics_directory.hpp"

// What a metric segment must be. Pure functions.
namespace iz::ingest {

struct SegmentFault {
  std::string_view rule;
  std::string message;
  std::string value;
};

// Counts that do not agree, instants that do not ascend or lie outside 1970 to 2199: nothing of the segment can be
// trusted.
[[nodiscard]] std::optional<SegmentFault> shape_fault(const records::SegmentView& segment);
// Names that are missing, too long or not UTF-8. Only for series that are not known yet: a known one passed.
[[nodiscard]] std::optional<SegmentFault> name_fault(const records::SegmentView& segment);
// Index of the first NaN or infinity, or values.size().
[[nodiscard]] std::size_t first_not_finite(std::span<const double> values);

struct FinitePoints {
  std::int64_t t0_us = 0;
  std::vector<std::int32_t> delta_ms;
  std::vector<double> values;
};
// What is left without NaN and infinities: one, unless they leave a gap that a distance cannot hold (24 days).
[[nodiscard]] std::vector<FinitePoints> finite_points(const records::SegmentView& segment);

[[nodiscard]] store::SeriesName name_of(const records::SegmentView& segment);
// "20260917" for the names of leaves; days since the epoch.
[[nodiscard]] std::string leaf_suffix(std::int32_t day);
// Text as it may go into a finding: cut, and with '?' for what is not printable ASCII when it is not UTF-8.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace iz::ingest
