// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/rows/spool.hpp"

#include <string>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"
#include "records/run_sink.hpp"
#include <infrazen/abi/base.h>

namespace iz::ingest {
namespace {

using testing::HasSubstr;

// What the first byte that does not fit into memory meets.
records::RunError refused(const std::filesystem::path& directory) {
  Spool spool({.directory = directory, .memory = 16});
  try {
    spool.append(std::string(17, 'x'));
  } catch (const records::RunError& error) {
    return error;
  }
  return {IZ_OK, "the spool was made"};
}

TEST(Spool, a_folder_that_cannot_be_used_is_for_the_operator_to_mend) {
  const test::TempDir folder;
  folder.write("file", "");
  for (const auto& [path, reason] :
       {std::pair{folder / "absent", "No such file or directory"}, std::pair{folder / "file", "Not a directory"}}) {
    const records::RunError error = refused(path);
    EXPECT_EQ(error.error_class(), static_cast<std::uint32_t>(IZ_ERR_CONFIG)) << error.what();
    EXPECT_THAT(error.what(), HasSubstr(path.string() + ": " + reason));
    EXPECT_THAT(error.what(), HasSubstr("paths.spool_dir"));
  }
}

TEST(Spool, a_folder_that_may_not_be_written_is_for_the_operator_to_mend) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const test::TempDir folder;
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_EQ(refused(folder.path()).error_class(), static_cast<std::uint32_t>(IZ_ERR_CONFIG));
}

TEST(Spool, one_that_is_rewound_is_written_over) {
  const test::TempDir folder;
  Spool spool({.directory = folder.path(), .memory = 16, .file = 60});
  spool.append(std::string(50, 'x'));
  spool.append("tail");
  spool.rewind();
  EXPECT_EQ(spool.size(), 0U);
  EXPECT_EQ(spool.append(std::string(50, 'y')), 0U) << "what it held counts no more";
  EXPECT_EQ(spool.append("end"), 50U);
  std::string read;
  spool.read(48, 5, read);
  EXPECT_EQ(read, "yyend");
}

TEST(Spool, what_does_not_fit_into_memory_is_read_back_from_the_file) {
  const test::TempDir folder;
  Spool spool({.directory = folder.path(), .memory = 16});
  EXPECT_EQ(spool.append("0123456789"), 0U);
  EXPECT_EQ(spool.append(std::string(40, 'x')), 10U);
  EXPECT_EQ(spool.append("end"), 50U);
  std::string read;
  spool.read(5, 10, read);
  EXPECT_EQ(read, "56789xxxxx");
  spool.read(48, 5, read);
  EXPECT_EQ(read, "xxend");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace iz::ingest
