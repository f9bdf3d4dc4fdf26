// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include "cost_run.hpp"
#include "harness/shared_data.hpp"

// The sample exports against EXPECTED.json, to the last digit.
namespace iz::yandex::test {
namespace {

namespace json = boost::json;

constexpr const char* kSamples = "providers/samples/yandex";

std::string sample(const std::string& name) {
  return read_text(iz::test::shared_data(kSamples) / name);
}
json::object expected() {
  return json::parse(sample("EXPECTED.json")).as_object();
}
Sums sums_of(const json::value& object) {
  Sums sums;
  for (const auto& [key, value] : object.as_object()) sums[std::string(key)] = *Decimal::parse(value.as_string());
  return sums;
}
std::string tag(const Row& row, std::string_view name) {
  if (!row.has("Tags")) return {};
  const json::object tags = json::parse(row["Tags"]).as_object();
  const auto* found = tags.if_contains(name);
  return found == nullptr ? std::string() : std::string(found->as_string());
}

class CostSamples : public ::testing::Test {
 protected:
  void SetUp() override { IZ_REQUIRE_SHARED(kSamples); }
};

// What the bill says of whom, before commitments spread their fee: rows that are made of a fee have the fee's resource.
std::string resource_of(const Row& row) {
  const std::string id = cell(row, "ResourceId");
  return cell(row, "ResourceType") == "CVoS" ? std::string() : id;
}

TEST_F(CostSamples, sums_of_both_days_are_those_expected_by_every_dimension) {
  for (const std::string name : {"billing_20261014.csv", "billing_20261015.csv", "billing_20261014_early.csv"}) {
    SCOPED_TRACE(name);
    CostConnection connection;
    connection.put(name, sample(name));
    const Recording run = connection.run();
    ASSERT_TRUE(run.ok()) << run.message;
    EXPECT_THAT(run.problems, ::testing::IsEmpty());
    EXPECT_THAT(rules_of(run), ::testing::IsEmpty());
    const json::object want = expected()[name].as_object();
    EXPECT_EQ(total(run.rows, "BilledCost").to_string(), want.at("payable").as_string());
    EXPECT_EQ(total(run.rows, "EffectiveCost"), total(run.rows, "BilledCost"));
    EXPECT_EQ(sum_by(run.rows, [](const Row& row) { return row["ServiceName"]; }),
              sums_of(want.at("payable_by_service")));
    EXPECT_EQ(sum_by(run.rows, resource_of), sums_of(want.at("payable_by_resource")));
    EXPECT_EQ(sum_by(run.rows, [](const Row& row) { return tag(row, "team"); }),
              sums_of(want.at("payable_by_label_team")));
    EXPECT_EQ(sum_by(run.rows, [](const Row& row) { return cell(row, "SubAccountName"); }),
              sums_of(want.at("payable_by_folder")));
  }
}

// Each row that EXPECTED.json spells out is there once, with these values; an absent one is null.
void expect_special_rows(const Recording& run, const json::object& day) {
  for (const json::value& special : day.at("special_rows").as_array()) {
    const json::object& want = special.as_object();
    const auto fits = [&](const Row& row) {
      return std::ranges::all_of(want, [&](const auto& member) {
        const std::string name(member.key());
        if (member.value().is_null()) return !row.has(name);
        std::string value(member.value().as_string());
        if (value == "<CommitmentDiscountId>") value = cell(row, "CommitmentDiscountId");
        if (!row.has(name)) return false;
        const auto number = Decimal::parse(value);
        return number ? Decimal::parse(row[name]) == number : row[name] == value;
      });
    };
    EXPECT_EQ(std::ranges::count_if(run.rows, fits), 1) << json::serialize(special);
  }
}

TEST_F(CostSamples, focus_rows_are_those_expected) {
  const json::object focus = expected()["focus"].as_object();
  for (const std::string day : {"2026-10-14", "2026-10-15"}) {
    SCOPED_TRACE(day);
    const json::object want = focus.at(day).as_object();
    CostConnection connection;
    connection.put("export.csv", sample("billing_" + day.substr(0, 4) + day.substr(5, 2) + day.substr(8, 2) + ".csv"));
    const Recording run = connection.run();
    ASSERT_TRUE(run.ok()) << run.message;
    EXPECT_EQ(static_cast<std::int64_t>(run.rows.size()), want.at("rows").as_int64());
    std::map<std::string, std::int64_t> categories;
    for (const Row& row : run.rows) {
      ++categories[row["ChargeCategory"]];
      EXPECT_EQ(row["ChargePeriodStart"], want.at("ChargePeriodStart").as_string());
      EXPECT_EQ(row["ChargePeriodEnd"], want.at("ChargePeriodEnd").as_string());
      EXPECT_EQ(row["BillingPeriodStart"], "2026-09-30T21:00:00Z");
      EXPECT_EQ(row["BillingPeriodEnd"], "2026-10-31T21:00:00Z");
      EXPECT_EQ(row.scope, "dn216jv74oletnji48e6/" + day);
    }
    for (const auto& [category, count] : want.at("rows_by_category").as_object())
      EXPECT_EQ(categories[std::string(category)], count.as_int64()) << category;
    for (const auto& [column, sum] : want.at("totals").as_object())
      EXPECT_EQ(total(run.rows, column).to_string(), sum.as_string()) << column;
    expect_special_rows(run, want);
  }
}

TEST_F(CostSamples, the_later_export_of_a_day_is_taken_whatever_the_files_are_called) {
  CostConnection connection;
  connection.put("billing_20261014_early.csv", sample("billing_20261014_early.csv"));
  ASSERT_TRUE(connection.run().ok());
  connection.put("billing_20261014.csv", sample("billing_20261014.csv"));
  const Recording run = connection.run();
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(total(run.rows, "BilledCost").to_string(), "15571.986855961");
  ASSERT_EQ(run.scopes.size(), 1U);
  EXPECT_TRUE(run.completed(infrazen::Kind::charge, "dn216jv74oletnji48e6/2026-10-14"));
  EXPECT_THAT(rules_of(run), ::testing::ElementsAre("duplicate_day"));
}

}  // namespace
}  // namespace iz::yandex::test
