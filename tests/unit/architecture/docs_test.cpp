// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/paths.hpp"
#include "harness/temp_dir.hpp"

// What the documents point at is there: links, files and scripts, and the tests that docs/assurance.md calls as witnesses.
namespace iz::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <typename Take>
void each_file(const fs::path& tree, std::string_view extension, Take take) {
  for (auto entry = fs::recursive_directory_iterator(tree); entry != fs::recursive_directory_iterator(); ++entry) {
    const auto name = entry->path().filename().string();
    if (entry->is_directory() && (name == "build" || name.starts_with('.'))) {
      entry.disable_recursion_pending();
    } else if (entry->path().extension() == extension) {
      take(entry->path());
    }
  }
}

std::vector<std::string> all_matches(const std::string& text, const std::regex& pattern) {
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) found.push_back((*at)[1]);
  return found;
}

// Blocks of code hold brackets that are no links.
std::string without_code(const std::string& text) {
  std::string out;
  bool code = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    const auto line = text.substr(begin, end - begin);
    if (line.starts_with("```")) {
      code = !code;
    } else if (!code) {
      out += line;
    }
    begin = end;
  }
  return out;
}

// As GitHub makes them of headings.
std::set<std::string> anchors_of(const std::string& text) {
  static const std::regex kHeading("(?:^|\n)#+ +([^\n]+)");
  std::set<std::string> anchors;
  for (const auto& heading : all_matches(text, kHeading)) {
    std::string anchor;
    for (const char c : heading) {
      const auto byte = static_cast<unsigned char>(c);
      if (std::isalnum(byte) != 0 || byte >= 0x80 || c == '-' || c == '_') {
        anchor += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
      } else if (c == ' ') {
        anchor += '-';
      }
    }
    anchors.insert(anchor);
  }
  return anchors;
}

std::vector<std::string> broken_links(const fs::path& tree) {
  static const std::regex kLink(R"(\]\(([^)\s]+)\))");
  std::vector<std::string> broken;
  each_file(tree, ".md", [&](const fs::path& file) {
    for (const auto& link : all_matches(without_code(text_of(file)), kLink)) {
      if (link.find("://") != std::string::npos || link.starts_with("mailto:")) continue;
      const auto hash = link.find('#');
      const auto target = hash == 0 ? file : file.parent_path() / link.substr(0, hash);
      const bool there = fs::exists(target) && (hash == std::string::npos || target.extension() != ".md" ||
                                                anchors_of(text_of(target)).contains(link.substr(hash + 1)));
      if (!there) broken.push_back(file.lexically_relative(tree).string() + ": " + link);
    }
  });
  return broken;
}

// `daemon/wire`, `scripts/test --quick`: what stands in backquotes and begins with a folder of the repository.
std::vector<std::string> missing_paths(const fs::path& tree) {
  static const std::regex kPath(
      R"((?:`|\n|\$ |&& )((?:daemon|sdk|plugins|tests|scripts|docs|cmake|etc|systemd|\.ci)/[A-Za-z0-9_./-]*[A-Za-z0-9_])(?![A-Za-z0-9_./*{<-]))");
  std::vector<std::string> missing;
  each_file(tree, ".md", [&](const fs::path& file) {
    for (const auto& path : all_matches("\n" + text_of(file), kPath)) {
      // Folders of connectors name their own files.
      if (!fs::exists(tree / path) && !fs::exists(file.parent_path() / path)) {
        missing.push_back(file.lexically_relative(tree).string() + ": " + path);
      }
    }
  });
  return missing;
}

std::set<std::string> tests_of(const fs::path& tree) {
  static const std::regex kTest(R"(\bTEST(?:_[FP])?\((\w+,\s*\w+)\))");
  std::set<std::string> names;
  each_file(tree / "tests", ".cpp", [&](const fs::path& file) {
    for (auto name : all_matches(text_of(file), kTest)) {
      const auto comma = name.find(',');
      const auto test = name.substr(name.find_first_not_of(" \n", comma + 1));
      names.insert(name.substr(0, comma) + "." + test);
      names.insert(name.substr(0, comma) + ".*");
      names.insert("…" + test);
    }
  });
  return names;
}

TEST(Documents, every_link_leads_somewhere) {
  EXPECT_THAT(broken_links(kSourceDir), IsEmpty());
}

TEST(Documents, every_file_and_script_they_name_is_there) {
  EXPECT_THAT(missing_paths(kSourceDir), IsEmpty());
}

TEST(Documents, every_test_that_the_assurance_names_exists) {
  static const std::regex kWitness("`((?:[A-Z][A-Za-z0-9]*\\.|…)[a-z_0-9]*\\*?)`");
  const auto tests = tests_of(kSourceDir);
  const auto named = all_matches(text_of(kSourceDir / "docs/assurance.md"), kWitness);
  EXPECT_GT(named.size(), 50U);
  std::vector<std::string> missing;
  for (const auto& name : named) {
    if (!tests.contains(name)) missing.push_back(name);
  }
  EXPECT_THAT(missing, IsEmpty());
}

TEST(Documents, a_broken_reference_is_caught) {
  const TempDir tree;
  tree.write("there.md", "# What, is here?\n```\n[x](code.md)\n```\n[a](#what-is-here) [b](#nothing) [c](gone.md) [d](https://a/b)\n");
  tree.write("docs/deep.md", "[up](../there.md#what-is-here) [up](../there.md#nothing) `scripts/none --quick` `scripts/*` `docs/deep.md`\n");
  EXPECT_THAT(broken_links(tree.path()), testing::UnorderedElementsAre("there.md: #nothing", "there.md: gone.md",
                                                                       "docs/deep.md: ../there.md#nothing"));
  EXPECT_THAT(missing_paths(tree.path()), ElementsAre("docs/deep.md: scripts/none"));
}

}  // namespace
}  // namespace iz::test
