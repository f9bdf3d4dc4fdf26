// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "focus/files/globs.hpp"
#include "focus/files/ledger.hpp"
#include "focus/files/plan.hpp"
#include "focus/rows/dates.hpp"
#include "focus_run.hpp"

namespace iz::focus {
namespace {

std::string date(std::string_view text, DateForm wanted) {
  InstantText out;
  EXPECT_EQ(static_cast<int>(read_date(text, out)), static_cast<int>(wanted)) << text;
  return std::string(out.text());
}

TEST(Dates, forms_that_mean_one_instant_are_read_as_it) {
  const std::string midnight = "2026-09-01T00:00:00Z";
  EXPECT_EQ(date("2026-09-01 00:00:00", DateForm::no_zone), midnight);
  EXPECT_EQ(date("2026-09-01T00:00", DateForm::no_zone), midnight);
  EXPECT_EQ(date("2026-09-01T03:00:00+03:00", DateForm::offset), midnight);
  EXPECT_EQ(date("2026-08-31T19:00:00-0500", DateForm::offset), midnight);
  EXPECT_EQ(date("2026-09-01T00:00:00.000Z", DateForm::decimals), midnight);
  EXPECT_EQ(date("2026-09-01 00:00:00 UTC", DateForm::decimals), midnight);
  EXPECT_EQ(date("2026-09-01", DateForm::date_only), midnight);
  EXPECT_EQ(date("20260901", DateForm::date_only), midnight);
  EXPECT_EQ(date("01.09.2026", DateForm::day_first), midnight);
  EXPECT_EQ(date("01.09.2026 00:00", DateForm::day_first), midnight);
  EXPECT_EQ(date("1788220800", DateForm::epoch), midnight);
  EXPECT_EQ(date("1788220800000", DateForm::epoch), midnight);
  EXPECT_EQ(date("2026-08-31 24:00:00", DateForm::no_zone), midnight);
  EXPECT_EQ(date("2026-09-01 10:11:12.5", DateForm::no_zone), "2026-09-01T10:11:12.500000Z");
}

TEST(Dates, what_is_none_or_could_be_two_is_left_to_the_daemon_to_refuse) {
  for (const char* text : {"01/09/2026", "9/1/2026", "2026-02-30", "2026-13-01 00:00:00", "31.02.2026",
                           "2026-09-01 24:30:00", "2026-09-01 00:60", "yesterday", "", "-1", "123", "20261301",
                           "2026-09-01T00:00:00+99:00", "1500-01-01", "2026-09-01T00:00:00Zjunk", "0000000000"}) {
    date(text, DateForm::unreadable);
  }
  date("2026-09-31T00:00:00Z", DateForm::focus);  // its form is right
}

TEST(Globs, stars_stop_at_folders_unless_doubled) {
  EXPECT_TRUE(matches("*.csv", "a.csv"));
  EXPECT_TRUE(matches("*.csv", "deep/down/a.csv"));
  EXPECT_FALSE(matches("*.csv", "a.csv.gz"));
  EXPECT_TRUE(matches("2026/*.csv", "2026/a.csv"));
  EXPECT_FALSE(matches("2026/*.csv", "2026/09/a.csv"));
  EXPECT_TRUE(matches("2026/**", "2026/09/a.csv"));
  EXPECT_TRUE(matches("**/a.csv", "a.csv"));
  EXPECT_TRUE(matches("**/a.csv", "x/y/a.csv"));
  EXPECT_TRUE(matches("part-?.csv", "part-1.csv"));
  EXPECT_FALSE(matches("part-?.csv", "part-10.csv"));
}

TEST(Ledgers, a_cursor_holds_what_was_put_in) {
  Ledger ledger("");
  ledger.set(path_key("a.csv"), {0xABCDEF012345, 0x0FFFFFFF, FileState::stale});
  ledger.set(path_key("b.csv"), {1, 2, FileState::copy});
  const Ledger again(ledger.cursor());
  ASSERT_EQ(again.files().size(), 2U);
  const FileRecord* record = again.find(path_key("a.csv"));
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->content, 0xABCDEF012345U);
  EXPECT_EQ(record->stamp, 0x0FFFFFFFU);
  EXPECT_EQ(record->state, FileState::stale);
  EXPECT_EQ(again.find(path_key("c.csv")), nullptr);
}

TEST(Ledgers, as_many_files_as_fit_and_then_a_clear_error) {
  Ledger ledger("");
  for (std::size_t i = 0; i < Ledger::kMostFiles; ++i) ledger.set(i, {i, 1, FileState::taken});
  EXPECT_LE(ledger.cursor().size(), 65536U);
  ledger.set(1 << 20, {1, 1, FileState::vanished});
  EXPECT_LE(ledger.cursor().size(), 65536U) << "a vanished one is forgotten first";
  ledger.set(1 << 21, {1, 1, FileState::taken});
  try {
    (void)ledger.cursor();
    FAIL();
  } catch (const infrazen::Error& error) {
    EXPECT_EQ(error.error_class(), infrazen::ErrorClass::config);
    EXPECT_NE(std::string(error.what()).find("include"), std::string::npos);
  }
}

TEST(Ledgers, a_cursor_of_somebody_else_is_not_understood_as_nothing) {
  EXPECT_THROW(Ledger("{\"page\":3}"), infrazen::Error);
  EXPECT_THROW(Ledger("izfocus1abc"), infrazen::Error);
}

TEST(Ledgers, names_survive_and_a_broken_blob_has_none) {
  FileNames names("");
  for (int i = 0; i < 4000; ++i) names.add("exports/2026/09/part-" + std::to_string(i) + "-00000000000.csv.gz");
  const std::string blob = names.blob();
  EXPECT_LE(blob.size(), 65536U);
  EXPECT_EQ(FileNames(blob).find(path_key("exports/2026/09/part-17-00000000000.csv.gz")),
            "exports/2026/09/part-17-00000000000.csv.gz");
  EXPECT_EQ(FileNames(blob.substr(0, blob.size() / 2)).find(path_key("exports/2026/09/part-17-00000000000.csv.gz")),
            std::nullopt);
  EXPECT_EQ(FileNames("\x01\x02\x03\x04garbage").find(1), std::nullopt);
}

// Files that change places: whose charges are whose stays right.
class Plans : public ::testing::Test {
 protected:
  PresentFile file(const std::string& path, std::uint64_t content, std::uint64_t size = 10) {
    PresentFile present;
    present.entry.path = path;
    present.entry.size = size;
    present.entry.inode = ++inode_;  // always another stamp
    present.key = path_key(path);
    present.stamp = stamp_of(present.entry);
    contents_[present.key] = content;
    return present;
  }
  void known(const std::string& path, std::uint64_t content, FileState state = FileState::taken) {
    ledger_.set(path_key(path), {content, 1, state});
  }
  std::vector<PlanStep::Kind> plan(const std::vector<PresentFile>& files, bool full = false) {
    hashed_ = 0;
    last_ = make_plan(ledger_, files, full, [&](const PresentFile& f) {
      if (nothing_to_equal(ledger_, files, f)) return kNoContent;
      ++hashed_;
      return contents_.at(f.key);
    });
    std::vector<PlanStep::Kind> kinds;
    for (const PlanStep& step : last_.steps) kinds.push_back(step.kind);
    return kinds;
  }

  Ledger ledger_{""};
  Plan last_;
  std::map<std::uint64_t, std::uint64_t> contents_;
  std::uint64_t inode_ = 0;
  int hashed_ = 0;
};

using enum PlanStep::Kind;
using ::testing::ElementsAre;

TEST_F(Plans, two_files_that_swap_their_contents_are_both_read) {
  known("a", 1);
  known("b", 2);
  EXPECT_THAT(plan({file("a", 2), file("b", 1)}), ElementsAre(read, read));
}

TEST_F(Plans, one_vanished_file_moves_to_one_new_one_only) {
  known("old", 7);
  EXPECT_THAT(plan({file("new-1", 7), file("new-2", 7)}), ElementsAre(moved, copy));
  EXPECT_THAT(last_.vanished, ElementsAre(path_key("old")));
}

TEST_F(Plans, charges_of_a_refused_delivery_are_not_those_of_its_bytes) {
  known("a", 7, FileState::stale);
  EXPECT_THAT(plan({file("b", 7)}), ElementsAre(read)) << "a's charges are of an earlier state";
}

TEST_F(Plans, a_taken_file_that_becomes_a_copy_of_another_is_told_so) {
  known("a", 1);
  known("b", 2);
  EXPECT_THAT(plan({file("a", 2), file("b", 2)}), ElementsAre(copy, touch));
}

TEST_F(Plans, empty_files_are_no_copies_of_each_other) {
  EXPECT_THAT(plan({file("a", 0, 0), file("b", 0, 0)}), ElementsAre(read, read));
}

TEST_F(Plans, files_that_cannot_equal_anything_are_read_without_being_hashed) {
  EXPECT_THAT(plan({file("a", 1, 10), file("b", 2, 20), file("c", 3, 30)}), ElementsAre(read, read, read));
  EXPECT_EQ(hashed_, 0);
  EXPECT_THAT(plan({file("a", 1, 10), file("b", 1, 10), file("c", 3, 30)}), ElementsAre(read, copy, read));
  EXPECT_EQ(hashed_, 2) << "those of one size";
  known("before", 3);
  EXPECT_THAT(plan({file("a", 1, 10), file("c", 3, 30)}), ElementsAre(read, moved));
  EXPECT_EQ(hashed_, 2) << "what was delivered before may have been of any size";
}

TEST(ListedFile, one_that_grew_or_was_written_again_has_changed) {
  iz::test::TempDir folder;
  const auto path = folder.write("bill.csv", "12345");
  const infrazen::File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "bill.csv");
  const auto listed = [&] {
    struct stat now {};
    EXPECT_EQ(::fstat(file.fd(), &now), 0);
    infrazen::FileEntry entry;
    entry.size = static_cast<std::uint64_t>(now.st_size);
    entry.modified += std::chrono::seconds(now.st_mtim.tv_sec) + std::chrono::nanoseconds(now.st_mtim.tv_nsec);
    return entry;
  };
  const auto first = listed();
  EXPECT_FALSE(changed_since_listed(file.fd(), first));
  std::filesystem::last_write_time(path, std::filesystem::last_write_time(path) + std::chrono::milliseconds(1));
  EXPECT_TRUE(changed_since_listed(file.fd(), first));
  auto longer = listed();
  longer.size += 1;
  EXPECT_TRUE(changed_since_listed(file.fd(), longer));
}

TEST_F(Plans, a_full_run_reads_everything_but_copies) {
  known("b", 5);
  known("a", 5, FileState::copy);
  EXPECT_THAT(plan({file("a", 5), file("b", 5)}, true), ElementsAre(copy, read));
}

}  // namespace
}  // namespace iz::focus
