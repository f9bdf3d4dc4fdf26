// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>

#include <gmock/gmock.h>

#include "focus_run.hpp"

// Each fault a file may have, made from a file that has none.
namespace iz::focus::test {
namespace {

using infrazen::Severity;
using ::testing::IsEmpty;

std::string bill() {
  return read_text(kTestdata / "v1_2.csv");
}

Recording run_text(std::string_view text) {
  iz::test::TempDir folder;
  folder.write("bill.csv", text);
  return run_once(folder.path());
}

FindingRecord only(const Recording& run, std::string_view rule) {
  const auto found = findings_of(run, rule);
  EXPECT_EQ(found.size(), 1U) << rule;
  return found.empty() ? FindingRecord{} : found[0];
}

TEST(FocusFaults, a_column_twice_counts_once_and_the_other_is_kept) {
  const auto run = run_text("BilledCost," + replaced(bill(), "\n", "\n7,"));
  EXPECT_EQ(only(run, "duplicate_column").column, "BilledCost");
  ASSERT_FALSE(run.rows.empty());
  EXPECT_EQ(run.rows[0]["BilledCost"], "7");
  EXPECT_EQ(run.rows[0]["x_BilledCost"], "0.3000");
}

TEST(FocusFaults, a_file_without_an_amount_column_is_refused_whole_and_others_go_on) {
  iz::test::TempDir folder;
  folder.write("a.csv", replaced(bill(), "EffectiveCost,InvoiceId", "x_Effective,InvoiceId"));
  folder.write("b.csv", bill());
  const auto run = run_once(folder.path());
  const auto finding = only(run, "missing_column");
  EXPECT_EQ(finding.column, "EffectiveCost");
  EXPECT_EQ(finding.severity, Severity::rejected);
  EXPECT_EQ(finding.position, 0U);
  EXPECT_EQ(finding.origin, "a.csv");
  EXPECT_FALSE(closed(run, "a.csv")) << "what it delivered before stays";
  EXPECT_EQ(rows_in(run, "b.csv"), 5U);
}

TEST(FocusFaults, a_missing_mandatory_column_that_charges_can_do_without_is_a_warning) {
  const auto run = run_text(replaced(bill(), "ServiceName,", "x_ServiceName,"));
  EXPECT_EQ(only(run, "missing_column").column, "ServiceName");
  EXPECT_EQ(only(run, "missing_column").severity, Severity::warning);
  EXPECT_EQ(run.rows.size(), 5U);
}

TEST(FocusFaults, own_columns_before_those_of_focus_and_names_without_x_are_told) {
  const auto order = run_text("x_Note," + replaced(bill(), "\n", "\nn,"));
  EXPECT_EQ(only(order, "column_order").column, "x_Note");
  const auto unknown = run_text(replaced(bill(), "x_CostCenter", "Department"));
  EXPECT_EQ(only(unknown, "unknown_column").column, "Department");
  EXPECT_EQ(unknown.rows[0]["x_Department"], "cc-1");
}

TEST(FocusFaults, rows_with_more_or_fewer_fields_are_left_out_one_by_one) {
  const auto run = run_text(replaced(bill(), "srv-1,srv-1 (shop)", "srv-1,extra,srv-1 (shop)"));
  const auto finding = only(run, "field_count");
  EXPECT_EQ(finding.severity, Severity::rejected);
  EXPECT_EQ(finding.position, 2U);
  EXPECT_EQ(run.rows.size(), 4U);
}

TEST(FocusFaults, texts_for_null_are_null_and_quoted_nothing_too) {
  const auto run = run_text(replaced(bill(), "p-1,shop,", "N/A,\"\","));
  EXPECT_EQ(only(run, "literal_null").column, "SubAccountId");
  EXPECT_EQ(only(run, "literal_null").value, "N/A");
  EXPECT_EQ(only(run, "empty_string").column, "SubAccountName");
  EXPECT_FALSE(run.rows[0].has("SubAccountId"));
  EXPECT_FALSE(run.rows[0].has("SubAccountName"));
  EXPECT_TRUE(run.rows[1].has("SubAccountId"));
}

TEST(FocusFaults, null_texts_are_a_setting) {
  iz::test::TempDir folder;
  folder.write("bill.csv", replaced(bill(), "p-1,shop,", "None,NADA,"));
  Connection connection(folder.path());
  connection.host().json_setting("null_texts", R"(["NADA"])");
  const auto run = connection.run();
  EXPECT_EQ(run.rows[0]["SubAccountId"], "None");
  EXPECT_FALSE(run.rows[0].has("SubAccountName"));
}

TEST(FocusFaults, windows_1251_in_a_utf8_file_is_read_and_told) {
  const auto run = run_text(replaced(bill(), "small server, per hour", "\xD1\xE5\xF0\xE2\xE5\xF0"));
  EXPECT_EQ(only(run, "encoding").column, "ChargeDescription");
  EXPECT_EQ(run.rows[0]["ChargeDescription"], "Сервер");
  EXPECT_THAT(run.problems, IsEmpty());

  iz::test::TempDir folder;
  folder.write("bill.csv",
               replaced(read_text(kTestdata / "v1_1.csv"), "small server, per hour", "\xD1\xE5\xF0\xE2\xE5\xF0"));
  Connection whole(folder.path());
  whole.host().setting("encoding", "windows-1251");
  const auto decoded = whole.run();
  EXPECT_TRUE(findings_of(decoded, "encoding").empty());
  EXPECT_EQ(decoded.rows[0]["ChargeDescription"], "Сервер");
}

TEST(FocusFaults, bytes_of_no_encoding_are_replaced) {
  using namespace std::string_view_literals;
  const auto run = run_text(replaced(bill(), "srv-1 (shop)", "srv\0-\x81\x82"sv));
  EXPECT_EQ(run.rows[0]["ResourceName"], "srv\uFFFD-\uFFFD\uFFFD");
  EXPECT_EQ(only(run, "encoding").column, "ResourceName");
}

TEST(FocusFaults, files_that_are_no_csv_of_focus_are_refused_with_the_reason) {
  using namespace std::string_view_literals;
  EXPECT_EQ(only(run_text(""), "no_header").severity, Severity::rejected);
  EXPECT_EQ(only(run_text("a,b\n1,2\n"), "no_header").value, "a");
  EXPECT_EQ(only(run_text("\"never closed\nBilledCost\n"), "no_header").severity, Severity::rejected);
  EXPECT_EQ(only(run_text("\xFF\xFE"
                          "B\0i\0"sv),
                 "encoding")
                .severity,
            Severity::rejected);
}

// What the ABI does not take would end the run, and with it the other files.
TEST(FocusFaults, a_name_longer_than_any_column_may_have_loses_its_end) {
  std::string long_name = "x_";
  for (int i = 0; i < 200; ++i) long_name += "я";
  const std::string text = bill();
  const auto with = [&](const std::string& names) {
    auto changed = text;
    changed.insert(changed.find('\n'), names);
    for (auto at = changed.find('\n'); (at = changed.find('\n', at + 1)) != std::string::npos;) {
      const auto commas = std::string(static_cast<std::size_t>(std::ranges::count(names, ',')), ',');
      changed.insert(at, commas);
      at += commas.size();
    }
    return changed;
  };
  EXPECT_EQ(findings_of(run_text(with("," + long_name + "," + long_name + "b")), "column_name_too_long").size(), 2U);
  std::string many;
  for (int i = 0; i < 1024; ++i) many += ",x_" + std::to_string(i);
  EXPECT_EQ(only(run_text(with(many)), "too_many_columns").severity, Severity::rejected);
}

TEST(FocusFaults, a_header_alone_is_a_bill_without_charges) {
  const std::string text = bill();
  const auto run = run_text(text.substr(0, text.find('\n') + 1));
  EXPECT_THAT(run.findings, IsEmpty());
  EXPECT_TRUE(closed(run, "bill.csv"));
  EXPECT_TRUE(run.rows.empty());
}

TEST(FocusFaults, a_quote_that_is_never_closed_stops_the_file_and_nothing_is_replaced) {
  const auto run = run_text(bill() + "lake-1a,\"" + std::string(std::size_t{9} << 20, 'x') + "\n");
  EXPECT_EQ(only(run, "record_too_long").position, 8U);
  EXPECT_FALSE(closed(run, "bill.csv"));
}

TEST(FocusFaults, a_cell_that_no_record_can_hold_leaves_its_row_out) {
  const auto run = run_text(replaced(bill(), "srv-1 (shop)", std::string((std::size_t{1} << 20) + 1, 'n')));
  EXPECT_EQ(only(run, "too_long").position, 2U);
  EXPECT_EQ(run.rows.size(), 4U);
}

TEST(FocusFaults, columns_in_any_order_are_the_same_bill) {
  std::istringstream in(bill());
  std::string header;
  std::getline(in, header);
  EXPECT_TRUE(header.starts_with("AvailabilityZone,BilledCost,"));
  const auto run = run_text(replaced(replaced(bill(), "AvailabilityZone,BilledCost", "BilledCost,AvailabilityZone"),
                                     "lake-1a,0.3000", "0.3000,lake-1a"));
  EXPECT_EQ(run.rows[0]["BilledCost"], "0.3000");
  EXPECT_EQ(run.rows[0]["AvailabilityZone"], "lake-1a");
}

}  // namespace
}  // namespace iz::focus::test
