// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Each point exactly once, wherever it is and however it came.
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "estate.hpp"

namespace iz::test {
namespace {

using Outcome = store::SealedDay::Outcome;
using std::chrono::days;

std::vector<double> wave(std::size_t n, double from = 0) {
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i) values.push_back(from + static_cast<double>(i % 97) / 4);
  return values;
}

TEST(Metrics, points_are_read_as_they_were_pushed) {
  Estate estate;
  estate.push_regular({.external_id = "regular"}, kMonday, 5 * kMinute, wave(100));
  estate.push({.external_id = "irregular", .unit = {}, .provider_metric_id = "raw.cpu"}, kMonday + 123'457,
              {1, 999, 60'000, 2}, {1.5, -0.25, 1e300, 5e-324, 0.1});
  estate.push({.external_id = "single"}, kMonday, {}, {42});
  estate.push({.external_id = "empty unit", .unit = ""}, kMonday, {}, {1});
  estate.push({.external_id = "empty unit", .unit = {}}, kMonday, {}, {2});
  estate.mark();
  estate.expect_truth("hot");
}

TEST(Metrics, what_was_not_marked_never_happened) {
  Estate estate;
  estate.push_regular({.external_id = "a"}, kMonday, kMinute, wave(10));
  estate.mark();
  estate.push_regular({.external_id = "a"}, kMonday + kDay, kMinute, wave(10));
  estate.push_regular({.external_id = "b"}, kMonday, kMinute, wave(10));
  estate.abandon_run();
  estate.expect_truth("after the run was lost");
  estate.push_regular({.external_id = "b"}, kMonday, kMinute, wave(10, 3));
  estate.push_regular({.external_id = "a"}, kMonday + kDay, kMinute, wave(10, 5));
  estate.mark();
  estate.expect_truth("after the next run");
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.metric_late"), "0");
}

TEST(Metrics, a_segment_across_midnight_is_split) {
  Estate estate;
  estate.push_regular({.external_id = "a"}, kMonday + kDay - 5 * kMinute, kMinute, wave(3000));  // touches three days
  estate.mark();
  estate.expect_truth("hot");
  EXPECT_EQ(estate.scalar("SELECT string_agg(day || ':' || n, ' ' ORDER BY day) FROM infrazen.metric_segments"),
            "2025-09-15:5 2025-09-16:1440 2025-09-17:1440 2025-09-18:115");
}

TEST(Metrics, pieces_of_a_series_that_follow_one_another_within_a_mark_become_one_row) {
  Estate estate;
  for (int piece = 0; piece < 12; ++piece) {
    for (const char* id : {"a", "b", "c"}) {
      estate.push_regular({.external_id = id}, kMonday + piece * 5 * kMinute, kMinute, wave(5, piece));
    }
  }
  estate.push({.external_id = "c"}, kMonday + 61 * kMinute, {1234}, {1, 2});
  estate.mark();
  estate.expect_truth("hot");
  EXPECT_EQ(estate.scalar("SELECT string_agg(n || ':' || step_ms || ':' || (at_ms IS NULL), ' ' ORDER BY series_id) "
                          "FROM infrazen.metric_segments"),
            "60:60000:true 60:60000:true 62:0:false");
}

TEST(Metrics, a_point_counts_once_while_hot_late_sealed_late_again_and_sealed_again) {
  Estate estate;
  const Estate::Series a{.external_id = "a"}, b{.external_id = "b"};
  estate.push_regular(a, kMonday, 5 * kMinute, wave(288));
  estate.push_regular(b, kMonday, 5 * kMinute, wave(288, 7));
  estate.mark();
  estate.expect_truth("hot");

  estate.push_regular(a, kMonday + 50 * kMinute, 5 * kMinute, wave(20, 1000));  // corrects
  estate.push_regular(a, kMonday + 51 * kMinute, 5 * kMinute, wave(20, 2000));  // fills in
  estate.mark();
  EXPECT_EQ(estate.scalar("SELECT sum(n) FROM infrazen.metric_late"), "40");
  estate.expect_truth("late beside hot");

  EXPECT_EQ(estate.seal(kMondayDate).outcome, Outcome::sealed);
  estate.expect_truth("sealed");
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.metric_segments"), "0");
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.metric_late"), "0");

  estate.push_regular(a, kMonday + 50 * kMinute, 5 * kMinute, wave(5, 3000));
  estate.end_run();
  estate.push_regular(a, kMonday + 50 * kMinute, 5 * kMinute, wave(5, 3000));
  estate.push_regular(b, kMonday + 13 * kMinute, 5 * kMinute, wave(5, 9));
  estate.mark();
  estate.expect_truth("late beside sealed");

  const store::SealedDay again = estate.seal(kMondayDate);
  EXPECT_EQ(again.outcome, Outcome::sealed);
  EXPECT_EQ(again.series, 2U);
  estate.expect_truth("sealed again");
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.metric_late"), "0");
  EXPECT_EQ(estate.scalar("SELECT sum(n) FROM infrazen.metric_sealed"), std::to_string(estate.true_points()));
}

TEST(Metrics, points_that_come_again_as_they_were_cost_no_row_wherever_they_are) {
  Estate estate;
  const Estate::Series a{.external_id = "a"}, odd{.external_id = "odd"};
  const auto late = [&] { return estate.scalar("SELECT coalesce(sum(n), 0) FROM infrazen.metric_late"); };
  // Everything that a mark of metrics may write but the mark itself.
  const auto written = [&] {
    return estate.scalar(
        "SELECT (SELECT count(*) FROM infrazen.metric_segments) || ' ' || (SELECT count(*) FROM infrazen.metric_late) "
        "|| ' ' || (SELECT string_agg(xmin::text, ',') FROM infrazen.metric_directory) || ' ' || "
        "(SELECT coalesce(string_agg(xmin::text, ','), '') FROM infrazen.metric_sealed)");
  };
  const auto again = [&](const std::vector<double>& values) {
    estate.push_regular(a, kMonday, 5 * kMinute, values);
    estate.push(odd, kMonday + 7, {1, 999, 60'000}, {0.1, 1e300, -0.25, 5e-324});
    estate.mark();
    estate.end_run();
  };
  std::vector<double> values = wave(600);  // of three days
  again(values);
  EXPECT_EQ(late(), "0");
  const auto unchanged = [&](const std::string& when) {
    const std::string before = written();
    again(values);
    EXPECT_EQ(written(), before) << when;
    estate.expect_truth(when + ", again");
  };
  unchanged("hot");

  values[3] += 1;
  values[400] -= 2;
  again(values);
  EXPECT_EQ(late(), "2") << "of 600 points those that changed";
  estate.expect_truth("corrected");
  unchanged("beside late ones");
  values[3] -= 1;
  again(values);
  EXPECT_EQ(late(), "3") << "the first value again is news";
  estate.expect_truth("taken back");

  for (int day = 0; day < 3; ++day) EXPECT_EQ(estate.seal(kMondayDate + days(day)).outcome, Outcome::sealed);
  EXPECT_EQ(late(), "0");
  unchanged("sealed");
  values[5] = 1'000;
  again(values);
  EXPECT_EQ(late(), "1");
  unchanged("late beside sealed");
  EXPECT_EQ(estate.seal(kMondayDate).outcome, Outcome::sealed);
  unchanged("sealed again");
}

TEST(Metrics, of_an_instant_that_comes_more_than_once_in_a_mark_the_last_value_counts) {
  Estate estate;
  const Estate::Series a{.external_id = "a"};
  estate.push_regular(a, kMonday, kMinute, {1, 2, 3});
  estate.push_regular(a, kMonday, kMinute, {1, 20, 3});  // before any of it is committed
  estate.mark();
  estate.expect_truth("within the first mark");
  EXPECT_EQ(estate.scalar("SELECT sum(n) FROM infrazen.metric_late"), "1");
  for (const double last : {20.0, 7.0}) {
    estate.push_regular(a, kMonday, kMinute, {1, 30, 3});
    estate.push_regular(a, kMonday, kMinute, {1, last, 3});
    estate.mark();
    estate.expect_truth("a value between");
  }
}

TEST(Metrics, random_pushes_seals_and_lost_runs_leave_the_truth) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Estate estate(seed == 2 ? 2048 : 4U << 20);
    const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    for (int round = 0; round < 40; ++round) {
      for (int push = pick(6); push >= 0; --push) {
        const Estate::Series series{.external_id = "vm-" + std::to_string(pick(4)),
                                    .metric_name = pick(2) == 0 ? "cpu" : "net"};
        std::vector<double> values(static_cast<std::size_t>(1 + pick(40)));
        for (double& value : values) value = pick(3) == 0 ? std::sqrt(pick(1000)) : pick(100000) / 100.0;
        std::vector<std::int32_t> deltas(values.size() - 1, 60'000);
        if (pick(2) == 0) {
          for (auto& delta : deltas) delta = 1 + pick(600'000);
        }
        const std::int64_t t0 = kMonday + pick(3 * 1440) * kMinute + (pick(4) == 0 ? pick(1'000'000) : 0);
        estate.push(series, t0, deltas, values);
      }
      switch (pick(5)) {
        case 0: estate.abandon_run(); break;
        case 1:
          estate.mark();
          estate.end_run();
          break;
        case 2:
          estate.mark();
          EXPECT_EQ(estate.seal(kMondayDate + days(pick(3))).outcome, Outcome::sealed);
          break;
        default: estate.mark();
      }
      if (round % 4 == 3) estate.expect_truth("round " + std::to_string(round));
    }
    estate.mark();
    for (int day = 0; day < 4; ++day) EXPECT_EQ(estate.seal(kMondayDate + days(day)).outcome, Outcome::sealed);
    estate.expect_truth("all sealed");
    EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.metric_segments"), "0");
    EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.metric_late"), "0");
  }
}

TEST(Metrics, series_and_their_horizons_outlive_runs_and_chunks) {
  Estate estate;
  const auto push_all = [&](double from) {
    for (int i = 0; i < 2500; ++i)
      estate.push_regular({.external_id = std::to_string(i)}, kMonday, kMinute, wave(2, from));
  };
  push_all(0);
  estate.mark();
  estate.end_run();
  push_all(1);  // the same instants again
  estate.push_regular({.external_id = "new"}, kMonday, kMinute, wave(2));
  estate.mark();
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.metric_series"), "2501");
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.metric_directory"), "3");
  EXPECT_EQ(estate.scalar("SELECT sum(n) FROM infrazen.metric_late"), "5000");
  estate.expect_truth("second run");
}

TEST(Metrics, a_run_larger_than_its_memory_goes_through_the_spool) {
  Estate estate(64 * 1024);
  for (int hour = 0; hour < 24; ++hour) {
    for (int i = 0; i < 50; ++i) {
      estate.push_regular({.external_id = std::to_string(i)}, kMonday + hour * 60 * kMinute, kMinute, wave(60, i));
    }
  }
  for (int i = 0; i < 50; ++i) estate.push_regular({.external_id = std::to_string(i)}, kMonday, kMinute, wave(600, -i));
  estate.mark();
  estate.expect_truth("from the spool");
}

TEST(Metrics, what_cannot_be_a_point_is_left_out_and_the_rest_goes_in) {
  Estate estate;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  estate.push({.external_id = "good"}, kMonday, {60'000, 60'000}, {1, 2, 3});
  estate.push_untrue({.external_id = "backwards"}, kMonday, {60'000, 0}, {1, 2, 3});
  estate.push_untrue({.external_id = "9999"}, 253'402'214'400'000'000, {}, {1});
  estate.push_untrue({.external_id = "past"}, -1, {}, {1});
  estate.push_untrue({.external_id = std::string("bad\xff utf8")}, kMonday, {}, {1});
  estate.push_untrue({.external_id = ""}, kMonday, {}, {1});
  estate.push_untrue({.external_id = std::string(5000, 'x')}, kMonday, {}, {1});
  estate.push_untrue({.external_id = "nothing"}, kMonday, {60'000}, {nan, infinity});
  // 1 and 4 of these four are points.
  estate.push_untrue({.external_id = "gaps"}, kMonday, {60'000, 60'000, 60'000}, {1, nan, infinity, 4});
  estate.mark();
  estate.end_run();
  EXPECT_EQ(estate.scalar("SELECT string_agg(external_id, ',' ORDER BY external_id) FROM infrazen.metric_series"),
            "gaps,good");
  EXPECT_EQ(
      estate.scalar(
          "SELECT string_agg(metric_value || '@' || extract(minute FROM m.timestamp), ' ' ORDER BY m.timestamp) "
          "FROM infrazen.resource_metrics m JOIN infrazen.metric_series USING (series_id) WHERE external_id = 'gaps'"),
      "1@0 4@3");
  EXPECT_EQ(estate.scalar("SELECT string_agg(DISTINCT rule, ',' ORDER BY rule) FROM infrazen.findings"),
            "instant_range,instants_order,missing,not_a_number,too_long,utf8");
}

TEST(Metrics, a_metric_that_changes_its_unit_is_another_series_and_a_finding) {
  Estate estate;
  estate.push({.external_id = "a", .unit = "percent"}, kMonday, {}, {50});
  estate.mark();
  estate.push({.external_id = "a", .unit = "ratio"}, kMonday + kMinute, {}, {0.5});
  estate.mark();
  estate.end_run();
  estate.expect_truth("two series");
  EXPECT_EQ(estate.scalar("SELECT string_agg(rule || ':' || severity || ':' || value, ' ') FROM infrazen.findings"),
            "unit_changed:warning:ratio");
}

// The resource with this id is retired, and there is another one with the same id.
void make_anew(Estate& estate, const std::string& id) {
  estate.as_superuser(
      "UPDATE infrazen.resource_items SET retired_at = now(), retired_reason = 'recreated' WHERE external_id = '" + id +
      "'; INSERT INTO infrazen.resource_items (tenant_id, provider, account_id, raw_type, external_id, key_hash, "
      "ref_hash, incarnation, connection_id, resource_type) SELECT tenant_id, provider, 'account', raw_type, "
      "external_id, gen_random_uuid(), ref_hash, 2, connection_id, resource_type FROM infrazen.resource_items WHERE "
      "external_id = '" +
      id + "'");
}

TEST(Metrics, points_of_a_resource_that_was_made_anew_belong_to_the_new_one) {
  Estate estate;
  estate.push_regular({.external_id = "bucket"}, kMonday, kMinute, wave(5));
  estate.push_regular({.external_id = "other"}, kMonday, kMinute, wave(5));
  estate.mark();
  estate.end_run();
  make_anew(estate, "bucket");
  for (int run = 0; run < 2; ++run) {
    estate.push_regular({.external_id = "bucket"}, kMonday + (run + 1) * 10 * kMinute, kMinute, wave(5));
    estate.push_regular({.external_id = "other"}, kMonday + (run + 1) * 10 * kMinute, kMinute, wave(5));
    estate.mark();
    estate.end_run();
  }
  EXPECT_EQ(
      estate.scalar(
          "SELECT string_agg(external_id || incarnation || '=' || n, ' ' ORDER BY external_id, incarnation) FROM ("
          "SELECT r.external_id, r.incarnation, count(*) AS n FROM infrazen.resource_metrics m "
          "JOIN infrazen.resource_items r ON r.id = m.resource_id GROUP BY 1, 2) x"),
      "bucket1=5 bucket2=10 other1=15");
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.metric_series WHERE succeeded_at IS NOT NULL"), "1");
}

TEST(Metrics, points_that_come_again_after_their_resource_was_made_anew_stay_with_the_old_one) {
  Estate estate;
  estate.push_regular({.external_id = "bucket"}, kMonday, kMinute, {1, 2, 3, 4});
  estate.mark();
  estate.end_run();
  make_anew(estate, "bucket");
  const auto points = [&] {
    return estate.scalar(
        "SELECT string_agg(r.incarnation || '@' || extract(minute FROM m.timestamp) || '=' || m.metric_value, ' ' "
        "ORDER BY m.timestamp, r.incarnation) FROM infrazen.resource_metrics m "
        "JOIN infrazen.resource_items r ON r.id = m.resource_id");
  };
  // The last two again, of which one is corrected, and two that are new.
  for (int run = 0; run < 2; ++run) {
    estate.push_regular({.external_id = "bucket"}, kMonday + 2 * kMinute, kMinute, {3, 40, 5, 6});
    estate.mark();
    estate.end_run();
    EXPECT_EQ(points(), "1@0=1 1@1=2 1@2=3 1@3=40 2@4=5 2@5=6") << run;
    EXPECT_EQ(estate.scalar("SELECT sum(n) FROM infrazen.metric_late"), "1") << run;
  }
  EXPECT_EQ(estate.seal(kMondayDate).outcome, Outcome::sealed);
  estate.push_regular({.external_id = "bucket"}, kMonday + 2 * kMinute, kMinute, {3, 40, 50, 6});
  estate.mark();
  EXPECT_EQ(points(), "1@0=1 1@1=2 1@2=3 1@3=40 2@4=50 2@5=6") << "sealed";
  EXPECT_EQ(estate.scalar("SELECT sum(n) FROM infrazen.metric_late"), "1");
}

}  // namespace
}  // namespace iz::test
