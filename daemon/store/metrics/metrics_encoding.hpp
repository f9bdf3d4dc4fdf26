// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <span>
#include <vector>

// How the points of one series and day lie in metric_sealed. Pure functions; every double comes back bit for bit.
namespace iz::store {

struct MetricPoint {
  std::int64_t at_us = 0;  // microseconds since the epoch
  double value = 0;        // finite
  bool operator==(const MetricPoint&) const = default;
};

// One row of metric_sealed, but for series, day and sketch. Point i is at t0_us + a * unit_us, a from whichever of at2
// and at4 is filled, else i. Its value is v8[i], or (base + v2[i] or v4[i]) / divisor, divided in double precision.
struct SealedSegment {
  std::int64_t t0_us = 0;
  std::int64_t unit_us = 1;
  std::int64_t base = 0;
  std::int32_t n = 0;
  std::int32_t divisor = 1;
  double sum = 0;
  double min = 0;
  double max = 0;
  std::vector<std::int16_t> at2;
  std::vector<std::int32_t> at4;
  std::vector<std::int16_t> v2;
  std::vector<std::int32_t> v4;
  std::vector<double> v8;
};

// A point with the order in which it arrived.
struct ArrivedPoint {
  MetricPoint point;
  std::int64_t arrival = 0;
};

// Ascending by instant, each instant once, with the value that arrived last.
[[nodiscard]] std::vector<MetricPoint> count_once(std::vector<ArrivedPoint> points);

// `points` ascend strictly and lie in one UTC day. Almost always one segment; more when instants have nothing in common
// but microseconds and lie more than 2^31 of them apart.
[[nodiscard]] std::vector<SealedSegment> seal_points(std::span<const MetricPoint> points);

[[nodiscard]] std::vector<MetricPoint> unseal_points(const SealedSegment& segment);

}  // namespace iz::store
