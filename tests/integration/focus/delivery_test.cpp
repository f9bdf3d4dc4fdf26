// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gtest/gtest.h>
#include <zlib.h>

#include "harness/paths.hpp"
#include "integration/focus/focus_book.hpp"
#include <infrazen/abi/module.h>

// Files on the disk to charges in the database, through connector-host, and what later runs do with them.
namespace iz::test {
namespace {

const std::filesystem::path kBill = kSourceDir / "plugins/focus/testdata/v1_2.csv";

std::string changed_bill() {
  std::string text = read_file(kBill);
  return text.replace(text.find("0.09375"), 7, "0.19375");
}

void write_gzip(const std::filesystem::path& path, const std::string& text) {
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
}

TEST(PlainSums, digits_add_up) {
  EXPECT_EQ(add_decimals("0.1", "0.2"), "0.3");
  EXPECT_EQ(add_decimals("999.99", "0.01"), "1000");
  EXPECT_EQ(add_decimals("-0.5", "0.25"), "-0.25");
  EXPECT_EQ(add_decimals("5", "-5.00"), "0");
  EXPECT_EQ(add_decimals("-1.5", "-2.5"), "-4");
  EXPECT_EQ(add_decimals("123456789012345678901234567890.1", "0.000000000000000000000000000001"),
            "123456789012345678901234567890.100000000000000000000000000001");
}

TEST(FocusDelivery, a_bill_goes_in_and_adds_up_to_the_file) {
  FocusBook book;
  TempDir folder;
  folder.write("may.csv", read_file(kBill));
  const auto ended = book.sync(folder.path());
  ASSERT_TRUE(ended.outcome.ok()) << ended.outcome.message << ended.outcome.stderr_tail;
  EXPECT_EQ(ended.records, 5U);
  EXPECT_EQ(ended.rejected, 0U);
  EXPECT_EQ(book.sums(), sums_of_file(kBill));
  EXPECT_EQ(book.scalar("SELECT count(*) FROM findings"), "0");
  EXPECT_EQ(book.scalar(R"(SELECT "Tags" ->> 'команда' FROM focus_1_2 WHERE "Tags" ? 'команда')"), "витрина");
  EXPECT_EQ(book.scalar(R"(SELECT "ChargeDescription" FROM focus_1_2 WHERE "BilledCost" = 0.09375)"),
            "resized, \"burst\" mode\nsee note");
  EXPECT_EQ(book.scalar(R"(SELECT count(*) FROM focus_1_2 WHERE x_columns ->> 'x_CostCenter' = 'cc-1')"), "5");
}

TEST(FocusDelivery, an_unchanged_file_is_skipped) {
  FocusBook book;
  TempDir folder;
  folder.write("may.csv", read_file(kBill));
  book.sync(folder.path());
  const auto again = book.sync(folder.path());
  ASSERT_TRUE(again.outcome.ok()) << again.outcome.message;
  EXPECT_EQ(again.outcome.records, 0U);
  EXPECT_EQ(again.marks, 0U);
  EXPECT_EQ(book.sums(), sums_of_file(kBill));
}

TEST(FocusDelivery, one_changed_amount_is_read_again_and_seen) {
  FocusBook book;
  TempDir folder;
  const auto file = folder.write("may.csv", read_file(kBill));
  book.sync(folder.path());
  const auto before = book.sums();
  folder.write("may.csv", changed_bill());
  const auto ended = book.sync(folder.path());
  ASSERT_TRUE(ended.outcome.ok()) << ended.outcome.message;
  EXPECT_NE(book.sums(), before);
  EXPECT_EQ(book.sums(), sums_of_file(file));
  EXPECT_EQ(book.sums().at("LK-77").billed, add_decimals(before.at("LK-77").billed, "0.1"));
  EXPECT_EQ(book.scalar("SELECT count(*) FROM cost_charges"), "5");
  EXPECT_EQ(book.query("SELECT trim_scale(billed_cost_before), trim_scale(billed_cost_after) FROM cost_changes"),
            (PgRows{{"0.09375", "0.19375"}}))
      << "the old version of the one charge is kept";
}

TEST(FocusDelivery, a_full_run_reads_again_and_changes_nothing) {
  FocusBook book;
  TempDir folder;
  folder.write("may.csv", read_file(kBill));
  book.sync(folder.path());
  const auto full = book.sync(folder.path(), "", "bills", IZ_SYNC_FULL);
  EXPECT_EQ(full.records, 5U);
  EXPECT_EQ(book.sums(), sums_of_file(kBill));
  EXPECT_EQ(book.scalar("SELECT count(*) FROM cost_changes"), "0");
}

TEST(FocusDelivery, a_vanished_file_is_a_finding_and_its_charges_stay) {
  FocusBook book;
  TempDir folder;
  const auto file = folder.write("may.csv", read_file(kBill));
  folder.write("june.csv", changed_bill());
  book.sync(folder.path());
  const auto before = book.sums();
  std::filesystem::remove(file);
  const auto ended = book.sync(folder.path());
  ASSERT_TRUE(ended.outcome.ok()) << ended.outcome.message;
  EXPECT_EQ(book.sums(), before);
  EXPECT_EQ(book.query("SELECT rule, origin, severity::text FROM findings"),
            (PgRows{{"vanished_file", "may.csv", "warning"}}));
  book.sync(folder.path());
  EXPECT_EQ(book.scalar("SELECT count(*) FROM findings"), "1") << "said once";
}

TEST(FocusDelivery, a_renamed_file_and_a_copy_count_once) {
  FocusBook book;
  TempDir folder;
  const auto file = folder.write("draft.csv", read_file(kBill));
  book.sync(folder.path());
  std::filesystem::rename(file, folder / "final.csv");
  folder.write("copy.csv", read_file(kBill));
  const auto ended = book.sync(folder.path());
  ASSERT_TRUE(ended.outcome.ok()) << ended.outcome.message;
  EXPECT_EQ(book.sums(), sums_of_file(kBill));
  EXPECT_EQ(book.scalar("SELECT count(*) FROM cost_charges"), "5");
}

TEST(FocusDelivery, a_compressed_file_cut_short_leaves_the_earlier_delivery_in_and_others_go_on) {
  FocusBook book;
  TempDir folder;
  write_gzip(folder / "a.csv.gz", read_file(kBill));
  book.sync(folder.path());
  EXPECT_EQ(book.sums(), sums_of_file(kBill));

  write_gzip(folder / "whole.gz", changed_bill() + read_file(kBill).substr(0, 0));
  const std::string packed = read_file(folder / "whole.gz");
  folder.write("a.csv.gz", packed.substr(0, packed.size() - 20));
  folder.write("b.csv", changed_bill());
  const auto ended = book.sync(folder.path());
  ASSERT_TRUE(ended.outcome.ok()) << ended.outcome.message;
  EXPECT_EQ(book.sums("a.csv.gz"), sums_of_file(kBill)) << "what was there before stays";
  EXPECT_EQ(book.sums("b.csv"), sums_of_file(folder / "b.csv"));
  EXPECT_EQ(book.query("SELECT rule, origin, severity::text FROM findings"),
            (PgRows{{"truncated", "a.csv.gz", "rejected"}}));
}

TEST(FocusDelivery, a_set_of_files_is_replaced_as_one) {
  FocusBook book;
  TempDir folder;
  folder.write("part-1.csv", read_file(kBill));
  const auto second = folder.write("part-2.csv", changed_bill());
  const std::string set = R"("delivery":"folder")";
  book.sync(folder.path(), set);
  EXPECT_EQ(book.scalar("SELECT count(*) FROM cost_charges"), "10");
  std::filesystem::remove(second);
  const auto ended = book.sync(folder.path(), set);
  ASSERT_TRUE(ended.outcome.ok()) << ended.outcome.message;
  EXPECT_EQ(book.sums(), sums_of_file(kBill));
}

}  // namespace
}  // namespace iz::test
