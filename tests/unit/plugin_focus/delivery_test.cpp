// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <zlib.h>

#include "focus_run.hpp"

// What happens to files from run to run.
namespace iz::focus::test {
namespace {

std::string bill() {
  return read_text(kTestdata / "v1_2.csv");
}
std::string other_bill() {
  return replaced(bill(), "0.3000", "0.4000");
}

std::string gzip(const std::string& text) {
  iz::test::TempDir folder;
  const auto path = folder / "x.gz";
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  return read_text(path);
}

TEST(FocusDelivery, an_unchanged_file_is_not_read_again) {
  iz::test::TempDir folder;
  folder.write("may.csv", bill());
  Connection connection(folder.path());
  EXPECT_EQ(connection.run().rows.size(), 5U);
  const auto again = connection.run();
  EXPECT_TRUE(again.ok());
  EXPECT_TRUE(again.rows.empty());
  EXPECT_TRUE(again.scopes.empty());
  EXPECT_TRUE(again.cursors.empty()) << "nothing to commit";
  EXPECT_TRUE(again.findings.empty());
}

TEST(FocusDelivery, a_file_with_another_time_but_the_same_bytes_is_not_read_again) {
  iz::test::TempDir folder;
  const auto path = folder.write("may.csv", bill());
  Connection connection(folder.path());
  connection.run();
  std::filesystem::last_write_time(path, std::filesystem::last_write_time(path) + std::chrono::hours(1));
  EXPECT_TRUE(connection.run().scopes.empty());
  EXPECT_TRUE(connection.run().cursors.empty()) << "the new time is remembered";
}

// What was not read to be compared is known by its bytes all the same, taken or refused.
TEST(FocusDelivery, the_first_files_of_a_connection_are_recognised_later) {
  iz::test::TempDir folder;
  const auto path = folder.write("may.csv", bill());
  folder.write("april.csv", "no header of a bill\n");
  Connection connection(folder.path());
  EXPECT_EQ(connection.run().rows.size(), 5U);
  for (const char* name : {"may.csv", "april.csv"}) {
    const auto file = folder / name;
    std::filesystem::last_write_time(file, std::filesystem::last_write_time(file) + std::chrono::hours(1));
  }
  EXPECT_TRUE(connection.run().scopes.empty());
  std::filesystem::rename(path, folder / "moved.csv");
  EXPECT_EQ(findings_of(connection.run(), "moved_file").size(), 1U);
  folder.write("copy.csv", bill());
  EXPECT_EQ(findings_of(connection.run(), "identical_copy").size(), 1U);
}

TEST(FocusDelivery, a_changed_file_replaces_what_it_delivered_and_leaves_the_others_alone) {
  iz::test::TempDir folder;
  folder.write("april/bill.csv", other_bill());
  folder.write("may/bill.csv", bill());
  Connection connection(folder.path());
  EXPECT_EQ(connection.run().rows.size(), 10U);
  folder.write("may/bill.csv", replaced(bill(), "0.09375", "0.1"));
  const auto run = connection.run();
  ASSERT_EQ(run.scopes.size(), 1U);
  EXPECT_EQ(run.scopes[0].scope, "may/bill.csv");
  EXPECT_TRUE(run.scopes[0].complete);
  EXPECT_EQ(run.rows.size(), 5U);
}

TEST(FocusDelivery, a_vanished_file_is_a_finding_once_and_its_charges_stay) {
  iz::test::TempDir folder;
  folder.write("april.csv", other_bill());
  const auto may = folder.write("may.csv", bill());
  Connection connection(folder.path());
  connection.run();
  std::filesystem::remove(may);
  const auto run = connection.run();
  ASSERT_EQ(findings_of(run, "vanished_file").size(), 1U);
  EXPECT_EQ(findings_of(run, "vanished_file")[0].origin, "may.csv");
  EXPECT_TRUE(run.scopes.empty()) << "nothing is replaced or closed";
  EXPECT_TRUE(connection.run().findings.empty());

  folder.write("may.csv", bill());
  const auto back = connection.run();
  EXPECT_TRUE(back.scopes.empty()) << "its charges are still in";
  EXPECT_TRUE(connection.run().cursors.empty());
}

TEST(FocusDelivery, an_empty_folder_loses_nothing) {
  iz::test::TempDir folder;
  const auto may = folder.write("may.csv", bill());
  Connection connection(folder.path());
  connection.run();
  std::filesystem::remove(may);
  const auto run = connection.run();
  EXPECT_TRUE(run.ok());
  EXPECT_EQ(findings_of(run, "no_files").size(), 1U);
  EXPECT_TRUE(run.scopes.empty());
}

TEST(FocusDelivery, a_copy_is_counted_once_and_comes_in_when_its_original_changes) {
  iz::test::TempDir folder;
  folder.write("bill.csv", bill());
  folder.write("bill-copy.csv", bill());
  Connection connection(folder.path());
  const auto first = connection.run();
  EXPECT_EQ(first.rows.size(), 5U);
  ASSERT_EQ(findings_of(first, "identical_copy").size(), 1U);
  EXPECT_EQ(findings_of(first, "identical_copy")[0].origin, "bill.csv") << "the first by name is the original";

  folder.write("bill-copy.csv", other_bill());
  const auto second = connection.run();
  EXPECT_EQ(rows_in(second, "bill-copy.csv"), 5U);
  EXPECT_EQ(rows_in(second, "bill.csv"), 5U) << "no copy any more, so its own charges come in";
}

TEST(FocusDelivery, a_copy_that_appears_beside_a_taken_file_does_not_take_its_place) {
  iz::test::TempDir folder;
  folder.write("b.csv", bill());
  Connection connection(folder.path());
  connection.run();
  folder.write("a.csv", bill());
  EXPECT_EQ(findings_of(connection.run(), "identical_copy").size(), 1U);
  const auto full = connection.run(IZ_SYNC_FULL);
  EXPECT_EQ(rows_in(full, "b.csv"), 5U);
  EXPECT_EQ(rows_in(full, "a.csv"), 0U);
}

TEST(FocusDelivery, the_charges_of_a_renamed_file_move_with_it) {
  iz::test::TempDir folder;
  const auto path = folder.write("draft.csv", bill());
  Connection connection(folder.path());
  connection.run();
  std::filesystem::rename(path, folder / "final.csv");
  const auto run = connection.run();
  EXPECT_EQ(findings_of(run, "moved_file").size(), 1U);
  EXPECT_TRUE(findings_of(run, "vanished_file").empty());
  EXPECT_EQ(run.cursors.size(), 1U) << "out and in are one mark";
  EXPECT_EQ(rows_in(run, "draft.csv"), 0U);
  EXPECT_TRUE(closed(run, "draft.csv")) << "closed without charges: they are gone from there";
  EXPECT_EQ(rows_in(run, "final.csv"), 5U);
  EXPECT_TRUE(connection.run().cursors.empty());
}

TEST(FocusDelivery, compressed_files_are_read_and_a_cut_one_changes_nothing) {
  iz::test::TempDir folder;
  const std::string packed = gzip(bill());
  folder.write("may.csv.gz", packed);
  Connection connection(folder.path());
  EXPECT_EQ(connection.run().rows.size(), 5U);

  folder.write("may.csv.gz", gzip(other_bill()).substr(0, packed.size() / 2));
  const auto cut = connection.run();
  EXPECT_TRUE(cut.ok());
  ASSERT_EQ(findings_of(cut, "truncated").size(), 1U);
  EXPECT_EQ(findings_of(cut, "truncated")[0].severity, infrazen::Severity::rejected);
  EXPECT_FALSE(closed(cut, "may.csv.gz"));

  folder.write("may.csv.gz", gzip(other_bill()));
  const auto whole = connection.run();
  EXPECT_EQ(rows_in(whole, "may.csv.gz"), 5U);
  EXPECT_TRUE(closed(whole, "may.csv.gz"));
}

TEST(FocusDelivery, a_cut_file_goes_in_as_far_as_it_reaches_unless_a_whole_one_was_there_before) {
  const std::string text = bill();
  const std::string cut = text.substr(0, text.rfind("витрина"));
  iz::test::TempDir folder;
  folder.write("may.csv", cut);
  Connection fresh(folder.path());
  const auto first = fresh.run();
  EXPECT_EQ(first.rows.size(), 4U);
  ASSERT_EQ(findings_of(first, "unterminated_quote").size(), 1U);
  EXPECT_EQ(findings_of(first, "unterminated_quote")[0].column, "Tags");
  EXPECT_TRUE(closed(first, "may.csv"));

  folder.write("may.csv", text);
  EXPECT_EQ(rows_in(fresh.run(), "may.csv"), 5U);
  folder.write("may.csv", cut);
  const auto again = fresh.run();
  EXPECT_EQ(findings_of(again, "unterminated_quote").size(), 1U);
  EXPECT_FALSE(closed(again, "may.csv")) << "the whole delivery stays";
}

TEST(FocusDelivery, include_and_exclude_choose_files) {
  iz::test::TempDir folder;
  folder.write("2026/may.csv", bill());
  folder.write("2026/notes.txt", "hello");
  folder.write("archive/old.csv", other_bill());
  Connection connection(folder.path());
  connection.host().json_setting("exclude", R"(["archive/**"])");
  const auto run = connection.run();
  ASSERT_EQ(run.scopes.size(), 1U);
  EXPECT_EQ(run.scopes[0].scope, "2026/may.csv");
}

TEST(FocusDelivery, a_folder_that_is_one_set_is_replaced_as_one) {
  iz::test::TempDir folder;
  folder.write("part-1.csv", bill());
  const auto second = folder.write("part-2.csv", other_bill());
  Connection connection(folder.path());
  connection.host().setting("delivery", "folder");
  const auto first = connection.run();
  ASSERT_EQ(first.scopes.size(), 1U);
  EXPECT_EQ(rows_in(first, "folder"), 10U);
  EXPECT_TRUE(closed(first, "folder"));
  EXPECT_TRUE(connection.run().scopes.empty());

  std::filesystem::remove(second);
  const auto smaller = connection.run();
  EXPECT_EQ(rows_in(smaller, "folder"), 5U);
  EXPECT_TRUE(closed(smaller, "folder"));
  EXPECT_EQ(findings_of(smaller, "vanished_file").size(), 1U);

  folder.write("part-3.csv", "BilledCost,Tags\n1,\n");
  const auto broken = connection.run();
  EXPECT_FALSE(broken.ok()) << "a set with a hole replaces nothing";
  EXPECT_FALSE(closed(broken, "folder"));
  EXPECT_NE(broken.message.find("part-3.csv"), std::string::npos);
}

TEST(FocusDelivery, a_cursor_that_cannot_be_read_stops_the_run_until_a_full_one) {
  iz::test::TempDir folder;
  folder.write("may.csv", bill());
  infrazen::testkit::Host host;
  host.grant("path", folder.path());
  const auto stopped = host.sync(infrazen_module_v1, {.stream = "costs", .cursor = "page=3"});
  EXPECT_FALSE(stopped.ok());
  EXPECT_NE(stopped.message.find("full"), std::string::npos) << stopped.message;
  const auto full = host.sync(infrazen_module_v1, {.stream = "costs", .mode = IZ_SYNC_FULL, .cursor = "page=3"});
  EXPECT_TRUE(full.ok()) << full.message;
  EXPECT_EQ(full.rows.size(), 5U);
}

TEST(FocusDelivery, many_small_files_make_few_marks) {
  iz::test::TempDir folder;
  for (int i = 0; i < 100; ++i) {
    folder.write("part-" + std::to_string(i) + ".csv", replaced(bill(), "srv-1", "srv-" + std::to_string(1000 + i)));
  }
  Connection connection(folder.path());
  const auto run = connection.run();
  EXPECT_EQ(run.rows.size(), 500U);
  EXPECT_EQ(run.scopes.size(), 100U);
  EXPECT_LE(run.cursors.size(), 5U);
  EXPECT_LE(connection.cursor().size(), 100U * 16 + 8);
}

}  // namespace
}  // namespace iz::focus::test
