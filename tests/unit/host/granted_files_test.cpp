// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/services/granted_files.hpp"

#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"
#include "records/run_sink.hpp"
#include <infrazen/abi/base.h>

namespace iz::host {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class Granted : public testing::Test {
 protected:
  std::vector<std::string> listed(const fs::path& grant) {
    const GrantedFiles files({{"path", grant}});
    std::vector<std::string> paths;
    for (const auto& file : files.list("path", left_out)) paths.push_back(file.path);
    return paths;
  }
  // The class of the error, 0 when it opens.
  std::uint32_t opening(const fs::path& grant, std::string_view path) {
    const GrantedFiles files({{"path", grant}});
    try {
      return files.open("path", path) ? IZ_OK : IZ_ERR_INTERNAL;
    } catch (const records::RunError& fault) {
      return fault.error_class();
    }
  }
  test::TempDir dir;
  std::vector<std::string> left_out;
};

TEST_F(Granted, files_are_sorted_by_the_bytes_of_their_whole_path) {
  for (const char* name : {"in/b", "in/a/z", "in/a-b", "in/B", "in/a/b/c", "in/.hidden"}) dir.write(name, "x");
  EXPECT_THAT(listed(dir / "in"), ElementsAre(".hidden", "B", "a-b", "a/b/c", "a/z", "b"));
}

TEST_F(Granted, only_regular_files_count_and_a_fifo_stops_nobody) {
  dir.write("in/file", "x");
  ASSERT_EQ(::mkfifo((dir / "in/fifo").c_str(), 0600), 0);
  fs::create_symlink("file", dir / "in/link");
  EXPECT_THAT(listed(dir / "in"), ElementsAre("file"));
  EXPECT_EQ(opening(dir / "in", "fifo"), IZ_ERR_CONFIG);
  EXPECT_EQ(opening(dir / "in", "link"), IZ_ERR_CONFIG);
}

TEST_F(Granted, a_name_that_is_not_utf8_is_left_out_and_told) {
  dir.write("in/good", "x");
  dir.write("in/b\xE9", "x");
  EXPECT_THAT(listed(dir / "in"), ElementsAre("good"));
  EXPECT_THAT(left_out, ElementsAre("b\xEF\xBF\xBD"));
}

TEST_F(Granted, no_path_leads_out) {
  dir.write("out", "x");
  dir.write("in/sub/file", "x");
  fs::create_directory_symlink(dir.path(), dir / "in/up");
  for (const std::string_view path :
       {"../out", "/etc/passwd", "sub/../sub/file", "./sub/file", "sub//file", "up/out", "", "sub/", "sub"}) {
    EXPECT_EQ(opening(dir / "in", path), IZ_ERR_CONFIG) << path;
  }
  EXPECT_EQ(opening(dir / "in", std::string_view("sub/file\0x", 10)), IZ_ERR_CONFIG);
  EXPECT_EQ(opening(dir / "in", "sub/file"), IZ_OK);
}

TEST_F(Granted, a_file_that_went_away_is_a_passing_fault) {
  dir.write("in/file", "x");
  EXPECT_EQ(opening(dir / "in", "gone"), IZ_ERR_TRANSIENT);
}

TEST_F(Granted, a_link_that_the_operator_granted_is_followed_once) {
  dir.write("in/file", "x");
  fs::create_directory_symlink(dir / "in", dir / "current");
  EXPECT_THAT(listed(dir / "current"), ElementsAre("file"));
}

TEST_F(Granted, a_single_file_is_listed_by_its_name) {
  dir.write("in/bill.csv", "x");
  dir.write("in/other", "x");
  EXPECT_THAT(listed(dir / "in/bill.csv"), ElementsAre("bill.csv"));
  EXPECT_EQ(opening(dir / "in/bill.csv", "bill.csv"), IZ_OK);
  EXPECT_EQ(opening(dir / "in/bill.csv", "other"), IZ_ERR_CONFIG);
}

TEST_F(Granted, a_setting_without_a_grant_is_refused) {
  const GrantedFiles files({});
  EXPECT_THROW((void)files.list("path", left_out), records::RunError);
  EXPECT_THROW(GrantedFiles({{"path", dir / "missing"}}), records::RunError);
}

TEST_F(Granted, an_opened_file_reads_from_its_start_each_time) {
  dir.write("in/file", "abc");
  const GrantedFiles files({{"path", dir / "in/file"}});
  for (int i = 0; i < 2; ++i) {
    const auto fd = files.open("path", "file");
    char text[4] = {};
    EXPECT_EQ(::read(fd.get(), text, 3), 3);
    EXPECT_STREQ(text, "abc");
    EXPECT_EQ(::fcntl(fd.get(), F_GETFL) & O_NONBLOCK, 0);
  }
}

}  // namespace
}  // namespace iz::host
