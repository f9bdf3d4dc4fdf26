// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Hourly consumption, read and read again, through a real daemon.
#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "harness/shared_data.hpp"
#include "integration/selectel/selectel_account.hpp"

namespace iz::test {
namespace {

using testing::HasSubstr;

constexpr const char* kSamples = "providers/samples/selectel";

class Consumption : public SelectelAccount {
 protected:
  // Kopecks of all charges by an expression of FOCUS's columns.
  void expect_sums(const boost::json::value& expected, const std::string& member, const std::string& key) {
    std::string rows;
    for (const auto& row : daemon.query("SELECT " + key +
                                        ", (sum(\"BilledCost\") * 100)::bigint FROM infrazen.focus_1_4"
                                        " GROUP BY 1 ORDER BY (" +
                                        key + ") COLLATE \"C\"")) {
      rows += row[0].value_or("-") + "=" + row[1].value_or("-") + " ";
    }
    std::map<std::string, std::int64_t> sums;
    for (const auto& [name, value] : expected.at(member).as_object()) {
      sums[replaced(name, "2026-03-01", day_)] = value.to_number<std::int64_t>();
    }
    std::string wanted;
    for (const auto& [name, value] : sums) wanted += name + "=" + std::to_string(value) + " ";
    EXPECT_EQ(rows, wanted) << member;
  }
  void expect_all(const boost::json::value& expected) {
    EXPECT_EQ(daemon.scalar("SELECT (sum(\"BilledCost\") * 100)::bigint || ' in ' || count(*) FROM infrazen.focus_1_4"),
              std::to_string(expected.at("kopecks").to_number<int>()) + " in " +
                  std::to_string(expected.at("rows").to_number<int>()));
    const std::string local = R"(("ChargePeriodStart" AT TIME ZONE 'Europe/Moscow'))";
    expect_sums(expected, "by_day", "to_char(" + local + ", 'YYYY-MM-DD')");
    expect_sums(expected, "by_hour", "to_char(" + local + R"(, 'YYYY-MM-DD"T"HH24:MI:SS'))");
    expect_sums(expected, "by_project", R"("SubAccountName")");
    expect_sums(expected, "by_object", R"("ResourceName")");
    expect_sums(expected, "by_metric", R"("SkuId")");
  }

  const std::string day_ = bill_day(1);  // the samples' day, so that it lies in the window that is read again
};

TEST_F(Consumption, hours_that_are_restated_replace_what_differs_and_nothing_else) {
  IZ_REQUIRE_SHARED(kSamples);
  const auto sample = [&](const std::string& name) {
    return replaced(read_text(shared_data(std::string(kSamples) + "/" + name)), "2026-03-01", day_);
  };
  const auto expected = boost::json::parse(read_text(shared_data(std::string(kSamples) + "/EXPECTED.json")));
  cloud.consumption(sample("billing_consumption_hour.json"));
  connect("costs", ", costs_since: '" + day_ + "'");
  daemon.start();
  ASSERT_TRUE(ends("costs")) << last_run() << daemon.log();
  expect_all(expected.at("files").at("billing_consumption_hour.json"));
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.cost_changes"), "0");

  cloud.consumption(sample("billing_consumption_hour_reread.json"));
  daemon.sync("sel", "costs");
  ASSERT_TRUE(ends("costs")) << last_run();
  expect_all(expected.at("files").at("billing_consumption_hour_reread.json"));
  const auto& restated = expected.at("restatement");
  EXPECT_EQ(daemon.scalar("SELECT string_agg(change || ' ' || n, ', ' ORDER BY change) FROM (SELECT change, count(*) n"
                          " FROM infrazen.cost_changes GROUP BY 1) x"),
            "changed " + std::to_string(restated.at("changed").to_number<int>()) + ", new " +
                std::to_string(restated.at("new").to_number<int>()));
  EXPECT_EQ(daemon.scalar("SELECT string_agg((billed_cost_before * 100)::int || '>' || (billed_cost_after * 100)::int,"
                          " ' ' ORDER BY billed_cost_after) FROM infrazen.cost_changes WHERE change = 'changed'"),
            "41>21 93>47");

  // Once more the same: nothing is written, nothing is counted twice.
  daemon.sync("sel", "costs");
  ASSERT_TRUE(ends("costs")) << last_run();
  expect_all(expected.at("files").at("billing_consumption_hour_reread.json"));
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.cost_changes"), "10");
}

std::string hour(const std::string& period, const std::string& object, const std::string& metric,
                 const std::string& value, const std::string& balance = "null") {
  return R"({"account_id":"100001","provider_key":"vpc","value":)" + value + R"(,"period":")" + period +
         R"(","project":{"id":"prod","name":"production"},"metric":{"id":")" + metric +
         R"(","name":"Metric","quantity":3,"unit":"item","region":"ru-1b"},"object":{"id":")" + object +
         R"(","name":")" + object + R"(","type":"cloud_vm","type_name":"Server","parent_id":"prod"},"balance":)" +
         balance + "}";
}

TEST_F(Consumption, what_a_bonus_pays_is_consumed_and_costs_nothing_and_a_fraction_of_a_kopeck_is_kept) {
  cloud.consumption("[" + hour(day_ + "T09:00:00", "vm-1", "compute_cores", "100", "\"main\"") + "," +
                    hour(day_ + "T09:00:00", "vm-1", "compute_ram", "41.25", "\"bonus\"") + "," +
                    replaced(hour(day_ + "T10:00:00", "x-1", "teapot_hours", "7"), "cloud_vm", "teapot") + "]");
  connect("costs", ", costs_since: '" + day_ + "'");
  daemon.start();
  ASSERT_TRUE(ends("costs")) << last_run() << daemon.log();
  EXPECT_EQ(daemon.scalar("SELECT string_agg(\"ChargeCategory\" || ' ' || trim_scale(s), ', ' ORDER BY 1) FROM (SELECT"
                          " \"ChargeCategory\", sum(\"BilledCost\") s FROM infrazen.focus_1_4 GROUP BY 1) x"),
            "Credit -0.4125, Usage 1.4825");
  EXPECT_EQ(daemon.scalar("SELECT \"ServiceName\" FROM infrazen.focus_1_4 WHERE \"ResourceId\" = 'x-1'"), "Other");
  EXPECT_EQ(daemon.scalar("SELECT \"RegionId\" || ' ' || \"AvailabilityZone\" FROM infrazen.focus_1_4 LIMIT 1"),
            "ru-1 ru-1b");
  EXPECT_THAT(
      daemon.scalar("SELECT string_agg(rule || ': ' || message, '; ') FROM infrazen.findings"),
      testing::AllOf(HasSubstr("unmapped_service"), HasSubstr("teapot"), testing::Not(HasSubstr("cost_product"))));
}

TEST_F(Consumption, a_day_that_cannot_be_read_whole_leaves_what_is_known_of_it) {
  cloud.consumption("[" + hour(day_ + "T01:00:00", "vm-1", "compute_cores", "100") + "," +
                    hour(day_ + "T13:00:00", "vm-1", "compute_cores", "100") + "]");
  connect("costs", ", costs_since: '" + day_ + "'");
  daemon.start();
  ASSERT_TRUE(ends("costs")) << last_run();
  // The second hour's amount is no number: the first one, restated, does not go in alone.
  cloud.consumption("[" + hour(day_ + "T01:00:00", "vm-1", "compute_cores", "50") + "," +
                    hour(day_ + "T13:00:00", "vm-1", "compute_cores", "\"n/a\"") + "]");
  daemon.sync("sel", "costs");
  ASSERT_TRUE(ends("costs", "failed"));
  EXPECT_THAT(last_run(), HasSubstr("consumption of " + day_));
  EXPECT_THAT(last_run(), HasSubstr("'n/a' is no amount in kopecks"));
  EXPECT_EQ(daemon.scalar("SELECT trim_scale(sum(\"BilledCost\")) FROM infrazen.focus_1_4"), "2");

  cloud.consumption("[" + hour(day_ + "T01:00:00", "vm-1", "compute_cores", "50") + "]");
  daemon.sync("sel", "costs");
  ASSERT_TRUE(ends("costs")) << last_run();
  EXPECT_EQ(daemon.scalar("SELECT trim_scale(sum(\"BilledCost\")) FROM infrazen.focus_1_4"), "0.5");
}

}  // namespace
}  // namespace iz::test
