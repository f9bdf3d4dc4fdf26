// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "insight/quantile_sketch.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace iz::insight {
namespace {

constexpr double kBound = QuantileSketch::kRelativeError * (1 + 1e-9);

TEST(QuantileSketch, a_bucket_stands_for_its_values_within_one_percent) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(-27, 55);
  for (int i = 0; i < 100'000; ++i) {
    const double value = std::exp(exponent(random));
    const double shown = QuantileSketch::value_of(QuantileSketch::bucket_of(value));
    ASSERT_LE(std::abs(shown - value), kBound * value) << value;
  }
}

TEST(QuantileSketch, order_of_buckets_is_order_of_values) {
  std::vector<double> values{-1e9, -12.5, -1, -1e-6, 0, 1e-6, 0.5, 1, 12.5, 1e9};
  std::vector<std::int16_t> buckets;
  for (const double value : values) buckets.push_back(QuantileSketch::bucket_of(value));
  EXPECT_TRUE(std::is_sorted(buckets.begin(), buckets.end()));
  EXPECT_EQ(buckets[4], 0);
  EXPECT_EQ(buckets[3], -buckets[5]);
}

TEST(QuantileSketch, quantiles_are_within_one_percent_of_the_exact_ones) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> distribution(3, 2);
  std::vector<double> values(20'000);
  for (double& value : values) value = distribution(random) - 5;  // some are negative
  QuantileSketch sketch;
  for (const double value : values) sketch.add(value);
  std::sort(values.begin(), values.end());
  for (const double q : {0.0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1.0}) {
    const double exact = values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
    EXPECT_LE(std::abs(sketch.quantile(q) - exact), kBound * std::abs(exact)) << q;
  }
}

TEST(QuantileSketch, merged_sketches_equal_the_sketch_of_everything) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> distribution(50, 30);
  QuantileSketch whole, left, right;
  for (int i = 0; i < 1000; ++i) {
    const double value = distribution(random);
    whole.add(value);
    (i % 2 == 0 ? left : right).add(value);
  }
  left.merge(right);
  EXPECT_EQ(left.packed(), whole.packed());
}

TEST(QuantileSketch, packing_survives_counts_beyond_an_int16) {
  const std::vector<double> values(100'000, 42.0);
  const std::vector<std::int16_t> packed = packed_sketch(values);
  EXPECT_EQ(packed.size(), 8U);  // 32767 + 32767 + 32767 + 1699
  const QuantileSketch sketch = QuantileSketch::unpacked(packed);
  EXPECT_EQ(sketch.count(), values.size());
  EXPECT_EQ(sketch.packed(), packed);
  EXPECT_NEAR(sketch.quantile(0.5), 42, 0.42);
}

TEST(QuantileSketch, beyond_its_range_values_fall_into_the_outermost_buckets) {
  EXPECT_EQ(QuantileSketch::bucket_of(1e-300), 1);
  EXPECT_EQ(QuantileSketch::bucket_of(1e300), QuantileSketch::kBuckets);
  EXPECT_EQ(QuantileSketch::bucket_of(-1e300), -QuantileSketch::kBuckets);
}

TEST(QuantileSketch, refuses_what_is_no_packed_sketch) {
  EXPECT_THROW((void)QuantileSketch::unpacked(std::vector<std::int16_t>{1, 2, 3}), std::invalid_argument);
  EXPECT_THROW((void)QuantileSketch::unpacked(std::vector<std::int16_t>{2, 1, 1, 1}), std::invalid_argument);
  EXPECT_THROW((void)QuantileSketch::unpacked(std::vector<std::int16_t>{2, 0}), std::invalid_argument);
}

}  // namespace
}  // namespace iz::insight
