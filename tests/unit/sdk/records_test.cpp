// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <limits>

#include <gtest/gtest.h>

#include "lambda.hpp"

// Records from a connector's structs to the cells that the daemon gets.
namespace {

using namespace std::chrono_literals;
using infrazen::Kind;
using infrazen::Sync;
using iz::test::run;
using iz::test::server;

TEST(records, every_type_of_value_arrives_as_the_abi_wants_it) {
  const auto outcome = run([](Sync& sync) {
    infrazen::Resource r = server("1");
    r.name = std::string("имя");
    r.list_price = *infrazen::Decimal::parse("12.50");
    r.effective_cost = "0.10";
    r.memory_bytes = std::uint64_t{1} << 33;
    r.created_at = infrazen::Micros(std::chrono::sys_days(std::chrono::year(2026) / 9 / 1)) + 1us;
    r.tags = infrazen::JsonObject().text("q\"", "a\nb");
    r.region = std::nullopt;
    r.zone = "";
    r.extensions.set("flavor", "m1");
    r.extensions.set("flavor", "m2");
    r.extensions.set("price", infrazen::Amount(infrazen::Decimal::of(5, 1)));
    r.extensions.set("nothing", infrazen::Text());
    sync.push(r, 7);
    sync.push(server("2"));
    sync.mark("");
  });
  EXPECT_EQ(outcome.problems, std::vector<std::string>());
  const auto& row = outcome.row(Kind::resource, "external_id", "1");
  EXPECT_EQ(row["name"], "имя");
  EXPECT_EQ(row["list_price"], "12.5");
  EXPECT_EQ(row["effective_cost"], "0.10");
  EXPECT_EQ(row["memory_bytes"], "8589934592");
  EXPECT_EQ(row["created_at"], "2026-09-01T00:00:00.000001Z");
  EXPECT_EQ(row["tags"], R"({"q\"":"a\u000ab"})");
  EXPECT_FALSE(row.has("region"));
  EXPECT_EQ(row["zone"], "");
  EXPECT_EQ(row["flavor"], "m2");
  EXPECT_EQ(row["price"], "0.5");
  EXPECT_FALSE(row.has("nothing"));
  EXPECT_EQ(row.position, 7u);
  EXPECT_EQ(outcome.row(Kind::resource, "external_id", "2").cells.size(), 3u);
}

TEST(records, money_has_no_way_in_from_floating_point) {
  static_assert(!std::is_constructible_v<infrazen::Amount, double>);
  static_assert(!std::is_constructible_v<infrazen::Amount, float>);
  static_assert(!std::is_constructible_v<infrazen::Decimal, double>);
  static_assert(!std::is_constructible_v<infrazen::Whole, double>);
  static_assert(!std::is_constructible_v<infrazen::Amount, bool>);
}

TEST(records, more_rows_than_a_batch_holds_arrive_in_order) {
  const auto outcome = run([](Sync& sync) {
    auto scope = sync.scope(Kind::resource, "s");
    for (int i = 0; i < 10'000; ++i) scope.push(server(std::to_string(i)));
    scope.complete();
    sync.mark("");
  });
  ASSERT_EQ(outcome.rows.size(), 10'000u);
  for (std::size_t i = 0; i < outcome.rows.size(); ++i) ASSERT_EQ(outcome.rows[i]["external_id"], std::to_string(i));
}

TEST(batch, rows_of_two_scopes_do_not_mix) {
  const auto outcome = run([](Sync& sync) {
    const infrazen::Sink& sink = sync.sink();
    sink.open_scope(Kind::charge, "a");
    sink.open_scope(Kind::charge, "b");
    infrazen::BatchBuilder batch(sink, Kind::charge,
                                 {{IZ_CHARGE_BILLED_COST},
                                  {IZ_CHARGE_BILLING_ACCOUNT_ID},
                                  {IZ_CHARGE_BILLING_CURRENCY},
                                  {IZ_CHARGE_BILLING_PERIOD_START},
                                  {IZ_CHARGE_BILLING_PERIOD_END},
                                  {IZ_CHARGE_CHARGE_PERIOD_START},
                                  {IZ_CHARGE_CHARGE_PERIOD_END},
                                  {IZ_FIELD_EXTENSION, "x_a"}});
    const auto row = [&](int value) {
      batch.row(static_cast<std::uint64_t>(value) + 1);
      batch.copy(0, std::to_string(value));
      batch.borrow(1, "acc");
      batch.borrow(2, "RUB");
      for (std::size_t column = 3; column < 7; ++column) batch.borrow(column, "2026-09-01T00:00:00Z");
      if (value % 2 == 0) batch.borrow(7, "even");
    };
    for (int i = 0; i < 50'000; ++i) {
      batch.scope(i < 30'000 ? "a" : "b");
      row(i);
    }
    batch.flush();
    sync.mark("");
  });
  EXPECT_EQ(outcome.problems, std::vector<std::string>());
  ASSERT_EQ(outcome.rows.size(), 50'000u);
  for (std::size_t i = 0; i < outcome.rows.size(); ++i) {
    const auto& row = outcome.rows[i];
    ASSERT_EQ(row["BilledCost"], std::to_string(i));
    ASSERT_EQ(row.scope, i < 30'000 ? "a" : "b");
    ASSERT_EQ(row.has("x_a"), i % 2 == 0);
    ASSERT_EQ(row.position, i + 1);
  }
}

TEST(metrics, points_become_segments_and_come_back) {
  const infrazen::Micros t0(std::chrono::sys_days(std::chrono::year(2026) / 9 / 1));
  const auto outcome = run([&](Sync& sync) {
    std::vector<infrazen::Point> points;
    for (int i = 0; i < 5; ++i) points.push_back({t0 + std::chrono::minutes(i), i + 0.5});
    points[2].value = std::numeric_limits<double>::quiet_NaN();
    points.push_back({t0 + std::chrono::days(60), 9});  // too far for a distance of 32 bits
    sync.push({.resource_type = "server", .external_id = "1", .name = "cpu_utilization", .unit = "percent"}, points);
    sync.mark("");
  });
  EXPECT_EQ(outcome.problems, std::vector<std::string>());
  ASSERT_EQ(outcome.segments.size(), 2u);
  ASSERT_EQ(outcome.segments[0].points.size(), 4u);
  EXPECT_EQ(outcome.segments[0].points[2].at, t0 + std::chrono::minutes(3));
  EXPECT_EQ(outcome.segments[0].points[2].value, 3.5);
  EXPECT_EQ(outcome.segments[1].points[0].at, t0 + std::chrono::days(60));
}

TEST(metrics, a_point_that_goes_back_in_time_is_an_error_that_names_the_series) {
  const auto outcome = run([](Sync& sync) {
    const infrazen::Point points[] = {{infrazen::Micros(10s), 1}, {infrazen::Micros(10s), 2}};
    sync.push({.resource_type = "server", .external_id = "s-1", .name = "cpu"}, points);
  });
  EXPECT_NE(outcome.message.find("cpu of s-1"), std::string::npos) << outcome.message;
}

}  // namespace
