// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ingest/metrics/metrics_series_table.hpp"
#include "ingest/metrics/metrics_validate.hpp"

namespace iz::ingest {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

records::SegmentView segment(const std::vector<std::int32_t>& delta_ms, const std::vector<double>& values,
                             std::int64_t t0_us = 0) {
  return {.resource_type = "vm",
          .external_id = "1",
          .metric_name = "cpu",
          .t0_us = t0_us,
          .delta_ms = delta_ms,
          .values = values};
}

store::SeriesIdentity identity(int i) {
  return store::identity_of({.resource_type = "vm", .external_id = std::to_string(i), .metric_name = "cpu"});
}

TEST(MetricsSeriesTable, finds_every_series_after_it_has_grown) {
  std::vector<store::KnownSeries> known;
  for (int i = 0; i < 500; ++i) known.push_back({.identity = identity(i), .series_id = 1000 + i});
  SeriesTable table(known);
  for (int i = 500; i < 3000; ++i) {
    ASSERT_EQ(table.find(identity(i)), SeriesTable::kNone);
    EXPECT_EQ(table.add(identity(i), {}), static_cast<SeriesTable::Slot>(i));
  }
  for (int i = 0; i < 3000; ++i) ASSERT_EQ(table.find(identity(i)), static_cast<SeriesTable::Slot>(i));
  EXPECT_EQ(table.uncreated().size(), 2500U);
}

TEST(MetricsSeriesTable, touches_the_chunks_that_have_to_be_written_and_no_others) {
  std::vector<store::KnownSeries> known;
  for (int i = 0; i < 3000; ++i) known.push_back({.identity = identity(i), .series_id = i + 1, .horizon_us = 100});
  SeriesTable table(known);
  EXPECT_TRUE(table.touched_chunks().empty());
  table.raise_horizon(5, 100);  // no newer than before
  EXPECT_TRUE(table.touched_chunks().empty());
  table.raise_horizon(5, 101);
  table.raise_horizon(2500, 101);
  EXPECT_EQ(table.touched_chunks(), (std::vector<std::uint32_t>{0, 2}));
  EXPECT_GE(table.first_new(), 3000U);
  table.renew(1500, {});
  EXPECT_EQ(table.touched_chunks(), (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_LE(table.first_new(), 1024U);
  table.committed();
  EXPECT_TRUE(table.touched_chunks().empty());
}

TEST(MetricsIdentity, tells_null_from_empty_and_one_text_from_the_next) {
  const store::SeriesName name{.resource_type = "a", .external_id = "b", .metric_name = "c"};
  store::SeriesName empty_unit = name, moved = name;
  empty_unit.metric_unit = "";
  moved.resource_type = "ab";
  moved.external_id = "";
  EXPECT_NE(store::identity_of(name), store::identity_of(empty_unit));
  EXPECT_NE(store::identity_of(name), store::identity_of(moved));
  EXPECT_EQ(store::identity_of(name),
            store::identity_of({.resource_type = "a", .external_id = "b", .metric_name = "c"}));
}

TEST(MetricsValidate, instants_ascend_within_1970_to_2199) {
  EXPECT_FALSE(shape_fault(segment({1, 1}, {1, 2, 3})));
  EXPECT_EQ(shape_fault(segment({}, {}))->rule, "segment_shape");
  EXPECT_EQ(shape_fault(segment({1}, {1}))->rule, "segment_shape");
  EXPECT_EQ(shape_fault(segment({1, 0}, {1, 2, 3}))->rule, "instants_order");
  EXPECT_EQ(shape_fault(segment({}, {1}, -1))->rule, "instant_range");
  EXPECT_FALSE(shape_fault(segment({}, {1}, 7'258'118'399'999'999)));
  EXPECT_EQ(shape_fault(segment({}, {1}, 7'258'118'400'000'000))->rule, "instant_range");
  EXPECT_EQ(shape_fault(segment({1}, {1, 2}, 7'258'118'399'999'000))->rule, "instant_range");
}

TEST(MetricsValidate, what_is_no_number_is_left_out_and_the_distances_are_joined) {
  const std::vector<std::int32_t> deltas{10, 20, 30, 40};
  const std::vector<double> values{kNan, 1, kNan, 2, kNan};
  EXPECT_EQ(first_not_finite(values), 0U);
  const auto pieces = finite_points(segment(deltas, values));
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_EQ(pieces[0].t0_us, 10'000);
  EXPECT_EQ(pieces[0].delta_ms, (std::vector<std::int32_t>{50}));
  EXPECT_EQ(pieces[0].values, (std::vector<double>{1, 2}));
}

TEST(MetricsValidate, a_gap_that_no_distance_can_hold_starts_another_piece) {
  const std::vector<std::int32_t> deltas{2'000'000'000, 2'000'000'000};
  const std::vector<double> values{1, kNan, 2};
  const auto pieces = finite_points(segment(deltas, values));
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[1].t0_us, 4'000'000'000'000);
}

}  // namespace
}  // namespace iz::ingest
