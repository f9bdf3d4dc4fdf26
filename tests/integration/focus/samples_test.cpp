// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <set>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "harness/shared_data.hpp"
#include "integration/focus/focus_book.hpp"

// The sample bills, from the file to the database, against their own sums and EXPECTED.json.
namespace iz::test {
namespace {

const char* const kRealBill = "focus/samples/focus_1.0_real_anonymised_1000.csv";

boost::json::object expected() {
  return boost::json::parse(read_file(shared_data("focus/samples/EXPECTED.json"))).as_object();
}

std::map<std::string, FocusBook::Sums> listed(const boost::json::object& all, const std::string& name) {
  std::map<std::string, FocusBook::Sums> sums;
  for (const auto& [account, sum] : all.at(name).at("by_billing_account").as_object()) {
    sums[account] = {std::string(sum.at("BilledCost").as_string()), std::string(sum.at("EffectiveCost").as_string())};
  }
  return sums;
}

TEST(FocusSamples, a_real_bill_goes_in_whole_and_equals_its_own_sums_to_the_last_digit) {
  IZ_REQUIRE_SHARED(kRealBill);
  FocusBook book;
  const auto ended = book.sync(shared_data(kRealBill));
  ASSERT_TRUE(ended.outcome.ok()) << ended.outcome.message << ended.outcome.stderr_tail;
  EXPECT_EQ(book.scalar("SELECT count(*) FROM cost_charges"), "1000");
  EXPECT_EQ(ended.rejected, 0U);
  EXPECT_EQ(book.scalar("SELECT count(*) FROM findings WHERE severity = 'rejected'"), "0");
  EXPECT_EQ(book.sums(), sums_of_file(shared_data(kRealBill)));
  EXPECT_EQ(book.sums(), listed(expected(), "focus_1.0_real_anonymised_1000.csv"));
  EXPECT_EQ(book.scalar("SELECT count(*) FROM findings WHERE rule = 'date_format'"), "4");
}

TEST(FocusSamples, one_amount_changed_in_a_thousand_rows_is_seen) {
  IZ_REQUIRE_SHARED(kRealBill);
  FocusBook book;
  TempDir folder;
  std::string text = read_file(shared_data(kRealBill));
  const auto file = folder.write("bill.csv", text);
  book.sync(folder.path());
  const auto before = book.sums();
  text.replace(text.find(",0.00000080000,"), 15, ",0.00000080001,");
  folder.write("bill.csv", text);
  ASSERT_TRUE(book.sync(folder.path()).outcome.ok());
  EXPECT_EQ(book.sums(), sums_of_file(file));
  EXPECT_EQ(book.sums().at("1234567890123").billed, add_decimals(before.at("1234567890123").billed, "0.00000000001"));
}

TEST(FocusSamples, bills_of_every_version_equal_their_sums) {
  IZ_REQUIRE_SHARED("focus/samples/EXPECTED.json");
  FocusBook book;
  const auto root = shared_data("focus/samples");
  const auto ended = book.sync(root, R"("exclude":["bad/**","spec_commitment_scenarios/**"])");
  ASSERT_TRUE(ended.outcome.ok()) << ended.outcome.message;
  const auto all = expected();
  for (const std::string name :
       {"aws_1.2_synthetic_100.csv", "aws_1.3_synthetic_100.csv", "focus_1.0_real_anonymised_1000.csv",
        "synthetic_1.1_eur_20.csv", "synthetic_1.2_rub_vat_15.csv", "1.4/cost_and_usage_40.csv"}) {
    EXPECT_EQ(book.sums(name), listed(all, name)) << name;
    EXPECT_EQ(book.sums(name), sums_of_file(root / name)) << name;
    const std::string rows = book.scalar(
        "SELECT count(*) FROM cost_charges c JOIN cost_parts p USING (part_id) WHERE p.scope = '" + name + "'");
    EXPECT_EQ(rows, std::to_string(all.at(name).at("rows").as_int64())) << name;
  }
  EXPECT_EQ(book.scalar("SELECT count(DISTINCT part_id) FROM cost_charges"), "6");
  EXPECT_EQ(book.scalar("SELECT count(*) FROM findings WHERE rule = 'other_dataset'"), "4");
  EXPECT_EQ(book.scalar("SELECT count(*) FROM findings WHERE severity = 'rejected'"), "0");
}

TEST(FocusSamples, files_without_amount_columns_are_refused_whole) {
  IZ_REQUIRE_SHARED("focus/samples/spec_commitment_scenarios");
  FocusBook book;
  const auto ended = book.sync(shared_data("focus/samples/spec_commitment_scenarios"));
  ASSERT_TRUE(ended.outcome.ok()) << ended.outcome.message;
  EXPECT_EQ(book.scalar("SELECT count(*) FROM cost_charges"), "0");
  EXPECT_EQ(book.scalar(
                "SELECT count(DISTINCT origin) FROM findings WHERE rule = 'missing_column' AND severity = 'rejected'"),
            "7");
}

using Found = std::set<std::pair<std::int64_t, std::string>>;  // record, column

// Files whose rows each are one line, so that a record's number is its line less the header.
TEST(FocusSamples, every_fault_listed_is_found_at_its_row_and_column_and_nothing_else) {
  IZ_REQUIRE_SHARED("focus/samples/EXPECTED.json");
  FocusBook book;
  const auto ended = book.sync(shared_data("focus/samples/bad"));
  ASSERT_TRUE(ended.outcome.ok()) << ended.outcome.message;
  for (const auto& [path, what] : expected()) {
    if (!path.starts_with("bad/")) continue;
    const std::string name(path.substr(4));
    Found wanted;
    for (const auto& finding : what.at("findings").as_array()) {
      const auto& column = finding.at("column");
      wanted.emplace(finding.at("row").as_int64(), column.is_null() ? "" : std::string(column.as_string()));
    }
    Found allowed = wanted;
    if (const auto* follow = what.as_object().if_contains("may_follow")) {
      for (const auto& pair : follow->as_array())
        allowed.emplace(pair.at(0).as_int64(), std::string(pair.at(1).as_string()));
    }
    Found found;
    for (const PgRow& row : book.query(
             "SELECT coalesce(position, 0), coalesce(column_name, '') FROM findings WHERE origin = '" + name + "'")) {
      const auto line = std::stoll(row.at(0).value());
      found.emplace(line == 0 ? 0 : line - 1, row.at(1).value());
    }
    for (const auto& [record, column] : wanted) {
      EXPECT_TRUE(found.contains({record, column})) << name << ": not found: row " << record << " " << column;
    }
    for (const auto& [record, column] : found) {
      EXPECT_TRUE(allowed.contains({record, column})) << name << ": not listed: row " << record << " " << column;
    }
  }
}

// Rows go in unless they cannot be represented.
TEST(FocusSamples, breaches_of_the_specification_cost_no_row) {
  IZ_REQUIRE_SHARED("focus/samples/EXPECTED.json");
  FocusBook book;
  ASSERT_TRUE(book.sync(shared_data("focus/samples/bad")).outcome.ok());
  const std::map<std::string, int> rows = {{"good.csv", 5},
                                           {"bom_crlf.csv", 5},
                                           {"quoted_newlines.csv", 5},
                                           {"bad_enum.csv", 5},
                                           {"bad_json.csv", 5},
                                           {"cost_product.csv", 5},
                                           {"empty_strings.csv", 5},
                                           {"literal_null_text.csv", 5},
                                           {"period_order.csv", 5},
                                           {"unknown_column.csv", 5},
                                           {"duplicate_header.csv", 5},
                                           {"x_column_before_focus.csv", 5},
                                           {"windows_1251.csv", 5},
                                           {"bad_currency.csv", 5},
                                           {"dates_not_rfc3339.csv", 5},
                                           {"truncated.csv", 4},
                                           {"field_count.csv", 3},
                                           {"null_not_allowed.csv", 4},
                                           {"impossible_dates.csv", 1},
                                           {"bad_decimal.csv", 0},
                                           {"missing_mandatory_column.csv", 0},
                                           {"header_only.csv", 0},
                                           {"empty.csv", 0}};
  for (const auto& [name, count] : rows) {
    EXPECT_EQ(book.scalar("SELECT count(*) FROM cost_charges c JOIN cost_parts p USING (part_id) WHERE p.scope = '" +
                          name + "'"),
              std::to_string(count))
        << name;
  }
}

}  // namespace
}  // namespace iz::test
