// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ingest/metrics/metrics_late.hpp"
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

// A store of points, and what LateNews makes of pieces in front of it.
struct LateNewsOf {
  std::map<std::pair<std::uint32_t, std::int64_t>, double> stored;
  std::vector<std::string> news;  // "<slot>@<t0 in ms> +<delta>… =<value>…"
  std::size_t asked = 0;

  LateNews make(std::size_t most) {
    return {[this](std::span<const LateNews::At> points) {
              ++asked;
              std::vector<std::optional<double>> known;
              for (const LateNews::At& at : points) {
                const auto found = stored.find({at.slot, at.at_us});
                known.push_back(found == stored.end() ? std::nullopt : std::optional(found->second));
              }
              return known;
            },
            [this](const PendingPoints::Piece& piece) { take(piece); }, [] {}, most};
  }
  void take(const PendingPoints::Piece& piece) {
    std::string text = std::to_string(piece.slot) + '@' + std::to_string(piece.t0_us / 1000);
    std::int64_t at = piece.t0_us;
    for (std::size_t i = 0; i < piece.values.size(); ++i) {
      if (i > 0) at += std::int64_t{piece.delta_ms[i - 1]} * 1000;
      if (i > 0) text += '+' + std::to_string(piece.delta_ms[i - 1]);
      text += '=' + std::to_string(static_cast<int>(piece.values[i]));
      stored[{piece.slot, at}] = piece.values[i];
    }
    news.push_back(text);
  }
};

TEST(MetricsLate, what_is_left_of_a_piece_keeps_its_instants) {
  LateNewsOf one;
  one.stored = {{{1, 0}, 10}, {{1, 2000}, 30}, {{1, 5000}, 40}, {{2, 0}, 10}};
  LateNews late = one.make(100);
  const std::vector<std::int32_t> deltas{1, 1, 3, 4};
  const std::vector<double> values{10, 20, 31, 40, 50};  // at 0, 1, 2, 5 and 9 ms
  late.add({.slot = 1, .t0_us = 0, .delta_ms = deltas, .values = values, .late = true});
  late.add({.slot = 2, .t0_us = 0, .delta_ms = {}, .values = std::span(values).first(1), .late = true});
  late.add({.slot = 3, .t0_us = 0, .delta_ms = {}, .values = std::span(values).first(1), .late = true});
  late.finish();
  EXPECT_EQ(one.news, (std::vector<std::string>{"1@1=20+1=31+7=50", "3@0=10"}));
  EXPECT_EQ(one.asked, 1U);
}

TEST(MetricsLate, the_last_value_of_an_instant_counts_however_many_are_looked_up_at_a_time) {
  for (const std::size_t most : {1U, 2U, 100U}) {
    LateNewsOf one;
    one.stored = {{{1, 0}, 10}};
    LateNews late = one.make(most);
    for (const double value : {10.0, 11.0, 11.0, 10.0, 10.0}) {
      late.add({.slot = 1, .t0_us = 0, .delta_ms = {}, .values = std::span(&value, 1), .late = true});
    }
    late.finish();
    EXPECT_EQ(one.news, (std::vector<std::string>{"1@0=11", "1@0=10"})) << most;
  }
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
