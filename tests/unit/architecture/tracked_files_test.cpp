// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/paths.hpp"
#include "harness/process.hpp"
#include "harness/temp_dir.hpp"

namespace iz::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> tracked_files(const fs::path& tree) {
  const auto listed = run({"git", "-c", "safe.directory=*", "-C", tree, "ls-files", "-z"});
  std::vector<fs::path> result;
  if (!listed.status.ok()) return result;
  for (std::size_t begin = 0; begin < listed.out.size();) {
    const auto end = listed.out.find('\0', begin);
    result.emplace_back(listed.out.substr(begin, end - begin));
    begin = end + 1;
  }
  return result;
}

// Whether `text` names `path` or something below it, rather than a longer name or a longer path ending like it.
bool mentions(const std::string& text, const std::string& path) {
  for (auto at = text.find(path); at != std::string::npos; at = text.find(path, at + 1)) {
    const auto is_name = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
    };
    const bool starts = at == 0 || !(is_name(text[at - 1]) || text[at - 1] == '/' || text[at - 1] == '.');
    const auto after = at + path.size();
    const bool ends = after == text.size() || !is_name(text[after]);
    if (starts && ends) return true;
  }
  return false;
}

std::vector<std::string> files_that_mention(const fs::path& tree, const std::string& path) {
  std::vector<std::string> result;
  for (const auto& file : tracked_files(tree)) {
    std::ifstream in(tree / file, std::ios::binary);
    if (mentions(std::string{std::istreambuf_iterator<char>(in), {}}, path)) result.push_back(file.string());
  }
  return result;
}

TEST(TrackedFiles, none_names_the_folder_of_this_checkout) {
  // A checkout in /src or /build says nothing: such words have a meaning of their own.
  if (std::distance(kSourceDir.begin(), kSourceDir.end()) < 3)
    GTEST_SKIP() << kSourceDir << " is too short to look for";
  if (tracked_files(kSourceDir).empty()) GTEST_SKIP() << "not a git checkout";
  EXPECT_EQ(files_that_mention(kSourceDir, kSourceDir.string()), std::vector<std::string>{});
  const auto data = kSourceDir.parent_path() / "shared";  // named relative to the checkout, or not at all
  EXPECT_EQ(files_that_mention(kSourceDir, data.string()), std::vector<std::string>{});
}

TEST(TrackedFiles, a_mention_is_caught) {
  const TempDir tree;
  tree.write("good.txt", "/home/someone/checkouts /home/someone/checkout2 /mnt/home/someone/checkout");
  tree.write("bad.txt", "see /home/someone/checkout/build.log");
  ASSERT_TRUE(run({"git", "-C", tree.path(), "init", "-q"}).status.ok());
  ASSERT_TRUE(run({"git", "-C", tree.path(), "add", "good.txt", "bad.txt"}).status.ok());
  EXPECT_EQ(files_that_mention(tree.path(), "/home/someone/checkout"), std::vector<std::string>{"bad.txt"});
}

}  // namespace
}  // namespace iz::test
