// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <deque>
#include <set>

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include "finops/focus_rules.hpp"
#include "focus_run.hpp"
#include "harness/shared_data.hpp"
#include "records/kinds.hpp"
#include <infrazen/decimal.hpp>
#include <infrazen/time.hpp>

// The sample bills and EXPECTED.json: connector, row rules and value formats together find what is listed, with the
// same row and column, and nothing else.
namespace iz::focus::test {
namespace {

using Found = std::set<std::pair<std::uint64_t, std::string>>;  // record (1 = first), column

boost::json::object expected() {
  return boost::json::parse(read_text(iz::test::shared_data("focus/samples/EXPECTED.json"))).as_object();
}

// What ingest refuses a row for: a value that is not of the column's type.
bool well_formed(const records::Field& field, std::string_view text) {
  switch (field.type) {
    case records::FieldType::decimal: return infrazen::Decimal::parse(text).has_value();
    case records::FieldType::instant: return text.ends_with('Z') && infrazen::parse_instant(text).has_value();
    default: return true;
  }
}

struct Collect final : finops::FindingOut {
  explicit Collect(Found& found) : found_(found) {}
  void finding(const finops::RowFinding& finding) override { found_.emplace(row, std::string(finding.column_name)); }
  std::uint64_t row = 0;

 private:
  Found& found_;
};

// The rows' line numbers as record numbers: line breaks inside fields make them differ.
std::map<std::uint64_t, std::uint64_t> record_numbers(const Recording& run, bool one_line_each) {
  std::map<std::uint64_t, std::uint64_t> numbers;
  for (const Row& row : run.rows) numbers.emplace(row.position, one_line_each ? row.position - 1 : numbers.size() + 1);
  return numbers;
}

Found judge(const Recording& run, finops::FocusVersion version) {
  Found found;
  const auto numbers =
      record_numbers(run, run.rows.empty() || run.rows.back().position == run.rows.size() + 1 || !run.findings.empty());
  for (const FindingRecord& finding : run.findings) {
    found.emplace(finding.position == 0 ? 0 : finding.position - 1, finding.column);
  }
  const records::Kind& charge = *records::find_kind(IZ_KIND_CHARGE);
  std::vector<records::Column> columns;
  for (const records::Field& field : charge.fields) columns.push_back({field.id, {}});
  // Only columns the file has: an absent one is no null.
  std::set<std::string> seen;
  for (const Row& row : run.rows) {
    for (const auto& [name, text] : row.cells) seen.insert(name);
  }
  Collect out(found);
  std::deque<finops::FocusRules> rules;
  rules.emplace_back(version, columns);
  for (const Row& row : run.rows) {
    std::vector<records::Cell> cells;
    out.row = numbers.at(row.position);
    bool refused = false;
    for (const records::Field& field : charge.fields) {
      const auto cell = row.cells.find(field.name);
      cells.push_back(cell == row.cells.end() ? records::Cell{} : records::Cell(cell->second));
      if (cell == row.cells.end()) continue;
      if (!well_formed(field, cell->second)) {
        refused = true;
        found.emplace(out.row, std::string(field.name));
      }
    }
    records::BatchView batch;
    batch.kind = IZ_KIND_CHARGE;
    batch.columns = columns;
    batch.cells = cells;
    batch.rows = 1;
    if (!refused) rules.front().check(batch, 0, out);
  }
  return found;
}

// FOCUS 1.2 has them all but the allocation columns, of which the rules say nothing there.
Found judge_bad(const std::string& name) {
  const auto run = run_once(iz::test::shared_data("focus/samples") / name);
  EXPECT_TRUE(run.ok()) << run.message;
  return judge(run, finops::FocusVersion::v1_2);
}

TEST(FocusSharedSamples, every_bad_file_gives_the_findings_listed_and_only_those) {
  IZ_REQUIRE_SHARED("focus/samples/EXPECTED.json");
  int files = 0;
  for (const auto& [name, what] : expected()) {
    if (!name.starts_with("bad/")) continue;
    ++files;
    Found listed;
    for (const auto& finding : what.at("findings").as_array()) {
      const auto& column = finding.at("column");
      listed.emplace(finding.at("row").as_int64(), column.is_null() ? "" : std::string(column.as_string()));
    }
    Found allowed = listed;
    if (const auto* follow = what.as_object().if_contains("may_follow")) {
      for (const auto& pair : follow->as_array())
        allowed.emplace(pair.at(0).as_int64(), std::string(pair.at(1).as_string()));
    }
    const Found found = judge_bad(std::string(name));
    for (const auto& finding : listed)
      EXPECT_TRUE(found.contains(finding)) << name << ": not found: row " << finding.first << " " << finding.second;
    for (const auto& finding : found)
      EXPECT_TRUE(allowed.contains(finding)) << name << ": not listed: row " << finding.first << " " << finding.second;
  }
  EXPECT_EQ(files, 23);
}

TEST(FocusSharedSamples, quoted_line_breaks_arrive_unchanged) {
  IZ_REQUIRE_SHARED("focus/samples/EXPECTED.json");
  const auto all = expected();
  const auto run = run_once(iz::test::shared_data("focus/samples/bad/quoted_newlines.csv"));
  ASSERT_EQ(run.rows.size(), 5U);
  for (const auto& value : all.at("bad/quoted_newlines.csv").at("values").as_array()) {
    const auto& row = run.rows.at(static_cast<std::size_t>(value.at("row").as_int64()) - 1);
    EXPECT_EQ(row[std::string(value.at("column").as_string())], std::string(value.at("value").as_string()));
  }
}

// BilledCost and EffectiveCost per account, to the last digit; rows; text NULL as null.
TEST(FocusSharedSamples, sums_per_billing_account_are_those_listed) {
  IZ_REQUIRE_SHARED("focus/samples/EXPECTED.json");
  for (const auto& [name, what] : expected()) {
    const auto* object = what.if_object();
    if (object == nullptr || !object->contains("by_billing_account") || name.find("spec_") != std::string_view::npos ||
        name.find("invoice_detail") != std::string_view::npos) {
      continue;
    }
    const auto run = run_once(iz::test::shared_data("focus/samples") / std::string(name));
    EXPECT_THAT(run.problems, ::testing::IsEmpty()) << name;
    EXPECT_EQ(run.rows.size(), static_cast<std::size_t>(object->at("rows").as_int64())) << name;
    for (const char* column : {"BilledCost", "EffectiveCost"}) {
      std::map<std::string, infrazen::Decimal> sums;
      for (const Row& row : run.rows) sums[row["BillingAccountId"]] += *infrazen::Decimal::parse(row[column]);
      for (const auto& [account, wanted] : object->at("by_billing_account").as_object()) {
        EXPECT_EQ(sums[std::string(account)].to_string(), std::string(wanted.at(column).as_string()))
            << name << " " << column;
      }
      EXPECT_EQ(sums.size(), object->at("by_billing_account").as_object().size());
    }
  }
}

TEST(FocusSharedSamples, the_real_bill_loses_no_row_and_its_habits_are_folded) {
  IZ_REQUIRE_SHARED("focus/samples/focus_1.0_real_anonymised_1000.csv");
  const auto run = run_once(iz::test::shared_data("focus/samples/focus_1.0_real_anonymised_1000.csv"));
  EXPECT_EQ(run.rows.size(), 1000U);
  for (const auto& finding : run.findings) EXPECT_NE(finding.severity, infrazen::Severity::rejected) << finding.message;
  EXPECT_EQ(findings_of(run, "date_format").size(), 4U);
  EXPECT_LT(run.findings.size(), 60U);
}

TEST(FocusSharedSamples, the_worked_examples_of_the_specification_lack_columns_and_are_refused) {
  IZ_REQUIRE_SHARED("focus/samples/spec_commitment_scenarios");
  const auto run = run_once(iz::test::shared_data("focus/samples/spec_commitment_scenarios"));
  EXPECT_TRUE(run.rows.empty());
  EXPECT_TRUE(run.scopes.empty());
  std::set<std::string> files;
  for (const auto& finding : findings_of(run, "missing_column")) files.insert(finding.origin);
  EXPECT_EQ(files.size(), 7U);
}

// Bills that follow the specification give no finding; where a sample does not, what it breaks is said here.
TEST(FocusSharedSamples, rules_find_nothing_in_bills_that_follow_the_specification) {
  IZ_REQUIRE_SHARED("focus/samples/EXPECTED.json");
  const std::pair<const char*, finops::FocusVersion> samples[] = {
      {"synthetic_1.1_eur_20.csv", finops::FocusVersion::v1_1},
      {"synthetic_1.2_rub_vat_15.csv", finops::FocusVersion::v1_2},
      {"aws_1.2_synthetic_100.csv", finops::FocusVersion::v1_2},
      {"aws_1.3_synthetic_100.csv", finops::FocusVersion::v1_3},
      {"1.4/cost_and_usage_40.csv", finops::FocusVersion::v1_4}};
  for (const auto& [name, version] : samples) {
    for (const auto& finding : judge(run_once(iz::test::shared_data("focus/samples") / name), version)) {
      ADD_FAILURE() << name << ": row " << finding.first << " " << finding.second;
    }
  }
}

}  // namespace
}  // namespace iz::focus::test
