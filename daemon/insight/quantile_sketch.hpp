// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace iz::insight {

// How values are distributed, in few bytes, mergeable, with quantiles at most 1 % off: the logarithmic buckets of
// DDSketch (Masson, Rim, Lee: "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error Guarantees",
// VLDB 2019, https://arxiv.org/abs/1908.10693), without its collapsing, over a fixed range.
//
// gamma = 1.01 / 0.99. Bucket k > 0 holds gamma^(k-1382) < v <= gamma^(k-1381); bucket 1 also everything positive
// below, the last one, 4144, also everything above (beyond 1e-12 … 1e24 the error bound does not hold); -k mirrors k
// for negative values; 0 is zero. The same numbers are in SQL: infrazen.metric_bucket(),
// infrazen.metric_bucket_value().
class QuantileSketch {
 public:
  static constexpr double kRelativeError = 0.01;
  static constexpr std::int16_t kBuckets = 4144;

  [[nodiscard]] static std::int16_t bucket_of(double value);
  [[nodiscard]] static double value_of(std::int16_t bucket);

  void add(double value) { ++counts_[bucket_of(value)]; }
  void merge(const QuantileSketch& other);

  [[nodiscard]] std::uint64_t count() const;
  // The value of rank floor(quantile * (count - 1)), quantile from 0 to 1. The sketch is not empty.
  [[nodiscard]] double quantile(double quantile) const;

  // bucket, count, bucket, count, …, buckets ascending; a count above 32,767 is split over repetitions of its bucket.
  [[nodiscard]] std::vector<std::int16_t> packed() const;
  // The reverse. std::invalid_argument when it is no such sequence.
  [[nodiscard]] static QuantileSketch unpacked(std::span<const std::int16_t> packed);

 private:
  std::map<std::int16_t, std::uint64_t> counts_;
};

// packed() of the sketch of these values, without the map: what sealing does for each series and day.
[[nodiscard]] std::vector<std::int16_t> packed_sketch(std::span<const double> values);

}  // namespace iz::insight
