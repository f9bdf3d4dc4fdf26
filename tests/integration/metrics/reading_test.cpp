// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What people read: the required view, metrics(), aggregates, and who may.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "estate.hpp"

namespace iz::test {
namespace {

std::string text_of(const PgRows& rows) {
  std::string text;
  for (const PgRow& row : rows) text += row[0].value_or("") + "\n";
  return text;
}

void fill_two_weeks(Estate& estate) {
  for (int day = 0; day < 14; ++day) {
    estate.push_regular({.external_id = "a"}, kMonday + day * kDay, 60 * kMinute, std::vector<double>(24, day));
    estate.push_regular({.external_id = "b", .metric_name = "disk_used"}, kMonday + day * kDay, 60 * kMinute,
                        std::vector<double>(24, -day));
  }
  estate.mark();
}

TEST(MetricsReading, the_required_view_has_the_required_columns) {
  Estate estate;
  EXPECT_EQ(
      text_of(estate.query(
          "SELECT column_name || ' ' || data_type FROM information_schema.columns WHERE table_schema = 'infrazen' "
          "AND table_name = 'resource_metrics' ORDER BY ordinal_position")),
      "id numeric\nresource_id bigint\nmetric_name text\nmetric_value double precision\nmetric_unit text\n"
      "timestamp timestamp with time zone\nprovider_metric_id text\nday date\ntenant_id integer\nseries_id bigint\n");
}

TEST(MetricsReading, points_belong_to_their_resource) {
  Estate estate;
  fill_two_weeks(estate);
  EXPECT_EQ(estate.scalar("SELECT string_agg(DISTINCT r.external_id || ' ' || m.metric_name, ', ') "
                          "FROM infrazen.resource_metrics m JOIN infrazen.resource_items r ON r.id = m.resource_id"),
            "a cpu_utilization, b disk_used");
}

TEST(MetricsReading, metrics_is_inlined_and_prunes_partitions_by_its_bounds) {
  Estate estate;
  fill_two_weeks(estate);
  EXPECT_EQ(estate.seal(kMondayDate).outcome, store::SealedDay::Outcome::sealed);
  const std::string hot =
      text_of(estate.query("EXPLAIN SELECT * FROM infrazen.metrics('2025-09-20 10:00Z', '2025-09-21 12:00Z', "
                           "ARRAY[1]::bigint[], '{cpu_utilization}')"));
  EXPECT_EQ(hot.find("Function Scan on metrics"), std::string::npos) << hot;
  EXPECT_NE(hot.find("metric_segments_20250920"), std::string::npos) << hot;
  EXPECT_NE(hot.find("metric_segments_20250921"), std::string::npos) << hot;
  for (const char* other : {"20250915", "20250919", "20250922", "20250928"}) {
    EXPECT_EQ(hot.find(std::string("metric_segments_") + other), std::string::npos) << hot;
  }
  // Bounds that are known only when it runs: pruned then.
  const std::string later = text_of(estate.query(
      "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT * FROM infrazen.metrics(now() - interval '1 hour', now())"));
  EXPECT_NE(later.find("Subplans Removed"), std::string::npos) << later;
  // An unnesting view cannot do so by the instants alone.
  const std::string view =
      text_of(estate.query("EXPLAIN SELECT * FROM infrazen.resource_metrics WHERE timestamp >= '2025-09-20Z' AND "
                           "timestamp < '2025-09-21Z'"));
  EXPECT_NE(view.find("metric_segments_20250928"), std::string::npos) << view;
  // A condition on the view's day can.
  const std::string by_day =
      text_of(estate.query("EXPLAIN SELECT * FROM infrazen.resource_metrics WHERE day = '2025-09-20'"));
  EXPECT_EQ(by_day.find("metric_segments_20250928"), std::string::npos) << by_day;
}

TEST(MetricsReading, a_sealed_month_is_read_by_its_index_for_few_resources) {
  Estate estate;
  for (int i = 0; i < 1000; ++i) {
    estate.push_regular({.external_id = std::to_string(i)}, kMonday, 5 * kMinute,
                        std::vector<double>(288, i % 100 + 0.25));
  }
  estate.mark();
  EXPECT_EQ(estate.seal(kMondayDate).outcome, store::SealedDay::Outcome::sealed);
  estate.as_superuser("ANALYZE");
  const std::string plan =
      text_of(estate.query("EXPLAIN SELECT * FROM infrazen.metrics('2025-09-15Z', '2025-09-16Z', ARRAY[7]::bigint[])"));
  EXPECT_NE(plan.find("Index Scan using metric_sealed_20250901_pkey"), std::string::npos) << plan;
}

TEST(MetricsReading, metrics_gives_the_points_between_its_bounds_and_no_others) {
  Estate estate;
  fill_two_weeks(estate);
  EXPECT_EQ(estate.seal(kMondayDate).outcome, store::SealedDay::Outcome::sealed);
  EXPECT_EQ(
      estate.scalar("SELECT string_agg(to_char(timestamp AT TIME ZONE 'UTC', 'DDHH24') || '=' || metric_value, ' ' "
                    "ORDER BY timestamp) "
                    "FROM infrazen.metrics('2025-09-15 22:00Z', '2025-09-16 02:00Z', names => '{cpu_utilization}')"),
      "1522=0 1523=0 1600=1 1601=1");
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.metrics('2025-09-15Z', '2025-09-16Z')"), "48");
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.metrics('2025-09-15Z', '2025-09-16Z', ARRAY[]::bigint[])"),
            "0");
}

TEST(MetricsReading, quantiles_are_within_one_percent_whether_sealed_hot_or_late) {
  Estate estate;
  std::mt19937 random(5);
  std::lognormal_distribution<double> load(3, 0.8);
  const Estate::Series a{.external_id = "a"};
  for (int day = 0; day < 3; ++day) {
    std::vector<double> values(288);
    for (double& value : values) value = std::round(load(random) * 100) / 100;
    estate.push_regular(a, kMonday + day * kDay, 5 * kMinute, values);
  }
  estate.mark();
  EXPECT_EQ(estate.seal(kMondayDate).outcome, store::SealedDay::Outcome::sealed);
  estate.push_regular(a, kMonday + kDay + 5 * kMinute, 5 * kMinute, std::vector<double>(30, 400.5));
  estate.mark();
  std::vector<double> values = estate.true_values(a);
  std::sort(values.begin(), values.end());
  for (const double q : {0.0, 0.5, 0.95, 0.99, 1.0}) {
    const double exact = values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
    const PgRows rows = estate.query("SELECT value, points FROM infrazen.metrics_quantile(" + std::to_string(q) +
                                     ", '2025-09-15', '2025-09-17')");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(*rows[0][1], std::to_string(values.size()));
    EXPECT_LE(std::abs(std::strtod(rows[0][0]->c_str(), nullptr) - exact), 0.01001 * exact) << q;
  }
}

TEST(MetricsReading, a_reader_sees_its_own_tenant_only) {
  Estate estate;
  fill_two_weeks(estate);
  EXPECT_EQ(estate.seal(kMondayDate).outcome, store::SealedDay::Outcome::sealed);
  estate.push_regular({.external_id = "a"}, kMonday, 60 * kMinute, std::vector<double>(3, 77));
  estate.mark();
  // Roles belong to the whole server: other tests of this program may have made these.
  estate.as_superuser(
      "DO $$ BEGIN IF to_regrole('anna') IS NULL THEN CREATE ROLE anna LOGIN IN ROLE infrazen_reader; "
      "CREATE ROLE boris LOGIN IN ROLE infrazen_reader; CREATE ROLE nobody_s LOGIN; END IF; END $$");
  estate.as_superuser("SELECT infrazen.grant_reader('anna', 'acme')");
  for (const char* from : {"resource_metrics", "metric_series", "metric_segments", "metric_sealed", "metric_late",
                           "metrics('2025-09-01', '2025-10-01')", "metrics_daily('2025-09-01', '2025-10-01')",
                           "metrics_quantile(0.5, '2025-09-01', '2025-10-01')"}) {
    const std::string count = std::string("SELECT count(*) FROM infrazen.") + from;
    EXPECT_EQ(pg_scalar(estate.conninfo_of("anna"), count), estate.scalar(count)) << from;
    EXPECT_NE(estate.scalar(count), "0") << from;
    EXPECT_EQ(pg_scalar(estate.conninfo_of("boris"), count), "0") << from;
    EXPECT_THROW((void)pg_scalar(estate.conninfo_of("nobody_s"), count), std::runtime_error) << from;
  }
  EXPECT_THROW((void)pg_scalar(estate.conninfo_of("anna"), "SELECT count(*) FROM infrazen.metric_segments_20250916"),
               std::runtime_error);
  EXPECT_THROW((void)pg_query(estate.conninfo_of("anna"), "SELECT infrazen.empty_metric_leaf('2025-09-16', 1)"),
               std::runtime_error);
}

TEST(MetricsReading, sealed_points_of_two_decimals_take_at_most_six_bytes) {
  Estate estate;
  std::mt19937 random(11);
  std::normal_distribution<double> step(0, 1.5);
  for (int i = 0; i < 1000; ++i) {
    std::vector<double> values(288);
    double level = 50;
    for (double& value : values) {
      level = std::clamp(level + step(random), 0.0, 100.0);
      value = std::round(level * 100) / 100;
    }
    if (i % 4 == 3) {
      for (double& value : values)
        value = std::round(value * 1e6 + static_cast<double>(random() % 1'000'000)) / 100;  // bytes per second
    }
    estate.push_regular({.external_id = std::to_string(i)}, kMonday, 5 * kMinute, values);
  }
  estate.mark();
  EXPECT_EQ(estate.seal(kMondayDate).outcome, store::SealedDay::Outcome::sealed);
  estate.expect_truth("sealed");
  const double bytes = std::strtod(
      estate
          .scalar(
              "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('infrazen.metric_sealed') WHERE isleaf")
          .c_str(),
      nullptr);
  const double per_point = bytes / static_cast<double>(estate.true_points());
  RecordProperty("bytes_per_point", std::to_string(per_point));
  EXPECT_LE(per_point, 6.0);
  EXPECT_GE(per_point, 2.0);  // less would mean that not everything was counted
}

}  // namespace
}  // namespace iz::test
