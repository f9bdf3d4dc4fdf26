// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// The host services as a connector sees them, through the real process.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"
#include "integration/supervision/supervised_run.hpp"

namespace iz::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> lines_of(const SupervisedRun& run, std::string_view start) {
  std::vector<std::string> lines;
  for (const auto& line : run.observer.lines) {
    if (line.starts_with(start)) lines.push_back(line);
  }
  return lines;
}

TEST(Services, a_granted_folder_is_listed_sorted_and_never_left) {
  const TempDir dir;
  dir.write("granted/b.txt", "two");
  dir.write("granted/a.txt", "one");
  dir.write("granted/sub/c.txt", "three");
  dir.write("granted/sub-file", "four");
  dir.write("outside.txt", "secret");
  std::filesystem::create_symlink(dir / "outside.txt", dir / "granted/link.txt");
  std::filesystem::create_directory_symlink(dir.path(), dir / "granted/up");
  auto spec = spec_of("fine");
  spec.files = {{"path", dir / "granted"}};
  const SupervisedRun run(spec);
  EXPECT_EQ(run.outcome.error_class, IZ_OK) << run.outcome.message;
  EXPECT_THAT(lines_of(run, "file: "),
              ElementsAre("file: a.txt one", "file: b.txt two", "file: sub-file four", "file: sub/c.txt three"));
  EXPECT_THAT(lines_of(run, "escaped: "), ElementsAre());
}

TEST(Services, a_granted_file_is_all_that_can_be_read_of_its_folder) {
  const TempDir dir;
  dir.write("bill.csv", "cost");
  dir.write("nothing.txt", "not granted");
  auto spec = spec_of("fine");
  spec.files = {{"path", dir / "bill.csv"}};
  const SupervisedRun run(spec);
  EXPECT_THAT(lines_of(run, "file: "), ElementsAre("file: bill.csv cost"));
  EXPECT_THAT(lines_of(run, "escaped: "), ElementsAre());
}

TEST(Services, a_granted_path_that_does_not_exist_names_its_setting) {
  auto spec = spec_of("fine");
  spec.files = {{"path", "/nonexistent/bills"}};
  const SupervisedRun run(spec);
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_CONFIG);
  EXPECT_THAT(run.outcome.message, HasSubstr("/nonexistent/bills"));
  EXPECT_THAT(run.outcome.message, HasSubstr("`path`"));
}

TEST(Services, nothing_granted_means_nothing_listed) {
  const SupervisedRun run(spec_of("fine"));
  EXPECT_THAT(run.observer.line("files: "), HasSubstr("no path is granted under setting `path`"));
}

TEST(Services, a_secret_signs_without_being_seen) {
  auto spec = spec_of("fine");
  spec.secrets = {{"token", "s3cret-token", false}};
  const SupervisedRun run(spec);
  // printf message | openssl dgst -sha256 -hmac s3cret-token
  EXPECT_EQ(run.observer.line("sign: "), "440e8ead4ae23b84240ee05b9974bf64a2e38d679c8b5719b020d62eb4958802");
  EXPECT_THAT(run.observer.line("reveal: "), HasSubstr("the operator did not grant"));
  EXPECT_EQ(run.observer.line("the token is "), "***, is it not");
  for (const auto& line : run.observer.lines) EXPECT_THAT(line, Not(HasSubstr("s3cret")));
}

TEST(Services, a_secret_is_revealed_only_by_manifest_and_operator) {
  auto spec = spec_of("fine");
  spec.secrets = {{"token", "s3cret-token", true}};
  // It was revealed, and masked on its way through the log.
  EXPECT_EQ(SupervisedRun(spec).observer.line("reveal: "), "***");
}

TEST(Services, a_secret_that_is_not_there_is_named) {
  EXPECT_THAT(SupervisedRun(spec_of("fine")).observer.line("sign: "), HasSubstr("no secret \"token\""));
}

}  // namespace
}  // namespace iz::test
