// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "cost_run.hpp"
#include "export_writer.hpp"

namespace iz::yandex::test {
namespace {

using UnitSums = std::map<std::string, Units>;

std::string team_of(const Row& row) {
  if (!row.has("Tags")) return {};
  const auto tags = boost::json::parse(row["Tags"]).as_object();
  const auto* team = tags.if_contains("team");
  return team == nullptr ? std::string() : std::string(team->as_string());
}

std::string made(const MadeRow& row, const std::string& column) {
  const auto found = row.cells.find(column);
  return found == row.cells.end() ? std::string() : found->second;
}

void expect_same(const UnitSums& got, const UnitSums& want) {
  ASSERT_EQ(got.size(), want.size());
  for (const auto& [key, sum] : want) {
    ASSERT_TRUE(got.contains(key)) << key;
    EXPECT_EQ(text_of(got.at(key)), text_of(sum)) << key;
  }
}

// One made-up day, and what became of it.
void expect_day(const MadeDay& day, const Recording& run) {
  const std::string scope = day.account + "/" + day.date;
  EXPECT_TRUE(run.completed(infrazen::Kind::charge, scope));
  UnitSums by_service, by_team, by_folder, want_service, want_team, want_folder, fees;
  UnitSums effective_of_commitments;
  Units billed = 0;
  Units effective = 0;
  for (const Row& row : run.rows) {
    if (row.scope != scope) continue;
    const Units cost = units_of(row["BilledCost"]);
    billed += cost;
    effective += units_of(row["EffectiveCost"]);
    by_service[row["ServiceName"]] += cost;
    by_team[team_of(row)] += cost;
    by_folder[row["SubAccountId"]] += cost;
    if (row.has("CommitmentDiscountStatus"))
      effective_of_commitments[row["CommitmentDiscountId"]] += units_of(row["EffectiveCost"]);
  }
  for (const MadeRow& row : day.rows) {
    const Units payable = row.cost + row.credit;
    want_service[made(row, "service_name")] += payable;
    want_team[made(row, "label.user_labels.team")] += payable;
    want_folder[made(row, "folder_id")] += payable;
  }
  EXPECT_EQ(text_of(billed), text_of(day.payable));
  EXPECT_EQ(text_of(effective), text_of(day.payable));
  expect_same(by_service, want_service);
  expect_same(by_team, want_team);
  expect_same(by_folder, want_folder);
  for (const auto& [sku, fee] : day.fees) fees[day.account + "/" + sku] = fee;
  expect_same(effective_of_commitments, fees);
}

class GeneratedExports : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(GeneratedExports, add_up_to_what_they_were_made_of_however_they_are_written) {
  std::mt19937_64 random(GetParam());
  CostConnection connection;
  std::vector<MadeDay> days;
  for (const std::string date : {"2026-09-30", "2026-10-01", "2026-10-02"}) {
    days.push_back(make_day("acc-1", date, random));
    std::vector<MadeRow> rows = days.back().rows;
    if (random() % 2 == 0) {  // two accounts in one file, their rows mixed
      days.push_back(make_day("acc-2", date, random));
      rows.insert(rows.end(), days.back().rows.begin(), days.back().rows.end());
      std::ranges::shuffle(rows, random);
    }
    connection.put("export-" + date + ".csv", write_export(rows, make_style(random), random));
  }
  const Recording run = connection.run();
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, ::testing::IsEmpty());
  EXPECT_THAT(rules_of(run), ::testing::IsEmpty());
  for (const MadeDay& day : days) {
    SCOPED_TRACE(day.account + " " + day.date);
    expect_day(day, run);
  }
}

// The same rows in another order and another writing are the same charges, digit by digit.
TEST_P(GeneratedExports, do_not_depend_on_the_order_of_rows_and_columns) {
  std::mt19937_64 random(GetParam());
  const MadeDay day = make_day("acc-1", "2026-10-01", random);
  const auto charges_of = [&](std::vector<MadeRow> rows) {
    std::ranges::shuffle(rows, random);
    CostConnection connection;
    connection.put("day.csv", write_export(rows, make_style(random), random));
    const Recording run = connection.run();
    EXPECT_TRUE(run.ok()) << run.message;
    std::multiset<std::map<std::string, std::string>> charges;
    for (const Row& row : run.rows) charges.emplace(row.cells.begin(), row.cells.end());
    return charges;
  };
  const auto first = charges_of(day.rows);
  EXPECT_FALSE(first.empty());
  EXPECT_TRUE(first == charges_of(day.rows));
}

INSTANTIATE_TEST_SUITE_P(Seeds, GeneratedExports, ::testing::Range<std::uint64_t>(1, 25));

}  // namespace
}  // namespace iz::yandex::test
