// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/metrics/metrics_encoding.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace iz::store {
namespace {

constexpr std::int64_t kDay = 1'758'067'200'000'000;  // 2025-09-17T00:00:00Z
constexpr std::int64_t kFiveMinutes = 300'000'000;

std::vector<MetricPoint> regular(const std::vector<double>& values, std::int64_t step_us = kFiveMinutes) {
  std::vector<MetricPoint> points;
  for (const double value : values)
    points.push_back({kDay + static_cast<std::int64_t>(points.size()) * step_us, value});
  return points;
}

void expect_same(const std::vector<MetricPoint>& points, const std::vector<SealedSegment>& segments) {
  std::vector<MetricPoint> back;
  for (const SealedSegment& segment : segments) {
    for (const MetricPoint& point : unseal_points(segment)) back.push_back(point);
  }
  ASSERT_EQ(back.size(), points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    ASSERT_EQ(back[i].at_us, points[i].at_us) << i;
    ASSERT_EQ(std::bit_cast<std::uint64_t>(back[i].value), std::bit_cast<std::uint64_t>(points[i].value)) << i;
  }
}

TEST(MetricsEncoding, two_decimals_at_a_regular_interval_take_two_bytes_a_point) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<int> hundredths(0, 10'000);
  std::vector<double> values(288);
  for (double& value : values) value = hundredths(random) / 100.0;
  const auto points = regular(values);
  const auto segments = seal_points(points);
  ASSERT_EQ(segments.size(), 1U);
  EXPECT_EQ(segments[0].v2.size(), 288U);
  EXPECT_TRUE(segments[0].at2.empty() && segments[0].at4.empty() && segments[0].v4.empty() && segments[0].v8.empty());
  EXPECT_EQ(segments[0].unit_us, kFiveMinutes);
  expect_same(points, segments);
}

TEST(MetricsEncoding, every_finite_double_comes_back_bit_for_bit) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 500; ++round) {
    std::vector<double> values;
    while (values.size() < 40) {
      const auto value = std::bit_cast<double>(random());
      if (std::isfinite(value)) values.push_back(value);
    }
    const auto points = regular(values);
    expect_same(points, seal_points(points));
  }
}

TEST(MetricsEncoding, decimals_of_every_scale_and_size_come_back_bit_for_bit) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 2000; ++round) {
    const double scale = std::pow(10.0, static_cast<double>(random() % 7));
    const auto range = std::int64_t{1} << (random() % 54);
    std::uniform_int_distribution<std::int64_t> integers(-range, range);
    std::vector<double> values(1 + random() % 50);
    for (double& value : values) value = static_cast<double>(integers(random)) / scale;
    const auto points = regular(values);
    expect_same(points, seal_points(points));
  }
}

TEST(MetricsEncoding, what_integers_cannot_say_stays_a_double) {
  const auto points = regular({1.5, -0.0, 2.25, std::numeric_limits<double>::denorm_min(), 1e300});
  const auto segments = seal_points(points);
  EXPECT_EQ(segments[0].v8.size(), points.size());
  expect_same(points, segments);
}

TEST(MetricsEncoding, gaps_in_a_grid_take_two_bytes_and_other_instants_four) {
  std::vector<MetricPoint> grid = regular(std::vector<double>(100, 1.0));
  grid.erase(grid.begin() + 10, grid.begin() + 20);
  EXPECT_EQ(seal_points(grid)[0].at2.size(), 90U);
  expect_same(grid, seal_points(grid));

  std::vector<MetricPoint> jitter = regular(std::vector<double>(100, 1.0));
  for (std::size_t i = 0; i < jitter.size(); ++i) jitter[i].at_us += static_cast<std::int64_t>(i * i % 97) * 1000;
  EXPECT_EQ(seal_points(jitter)[0].at4.size(), 100U);
  expect_same(jitter, seal_points(jitter));
}

TEST(MetricsEncoding, odd_microseconds_over_a_whole_day_make_several_segments) {
  std::vector<MetricPoint> points;
  for (std::int64_t at = 0; at < 86'400'000'000; at += 599'999'999) points.push_back({kDay + at + at % 7, 1.0});
  const auto segments = seal_points(points);
  EXPECT_GT(segments.size(), 1U);
  expect_same(points, segments);
}

TEST(MetricsEncoding, a_single_point_is_a_segment) {
  const std::vector<MetricPoint> point{{kDay + 5, 7.25}};
  const auto segments = seal_points(point);
  ASSERT_EQ(segments.size(), 1U);
  EXPECT_EQ(segments[0].n, 1);
  EXPECT_EQ(segments[0].min, 7.25);
  expect_same(point, segments);
}

TEST(MetricsEncoding, an_instant_counts_once_with_the_value_that_arrived_last) {
  const std::vector<MetricPoint> once =
      count_once({{{20, 1.0}, 5}, {{10, 2.0}, 7}, {{20, 3.0}, 9}, {{10, 4.0}, -1}, {{30, 5.0}, 1}});
  EXPECT_EQ(once, (std::vector<MetricPoint>{{10, 2.0}, {20, 3.0}, {30, 5.0}}));
}

}  // namespace
}  // namespace iz::store
