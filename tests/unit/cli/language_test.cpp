// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/output/language.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "cli/context.hpp"
#include "cli/output/times.hpp"
#include "harness/paths.hpp"

namespace iz::cli {
namespace {

std::vector<std::string> placeholders(std::string_view text) {
  static const std::regex pattern("\\{[^}]*\\}");
  const std::string copy(text);
  std::vector<std::string> out;
  for (std::sregex_iterator it(copy.begin(), copy.end(), pattern), end; it != end; ++it) out.push_back(it->str());
  return out;
}

TEST(Language, translations_take_the_same_arguments) {
  std::set<std::string_view> seen;
  for (const auto& phrase : phrases()) {
    EXPECT_EQ(placeholders(phrase.en), placeholders(phrase.ru)) << phrase.en;
    EXPECT_TRUE(seen.insert(phrase.en).second) << "twice: " << phrase.en;
  }
}

// What a translated text is called with in the sources: say("…"), text("…"), add("name", "…", …).
TEST(Language, everything_that_is_said_has_a_translation) {
  const std::regex calls(R"re((?:say|\btext)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+))re");
  const std::regex literal(R"re("((?:[^"\\]|\\.)*)")re");
  int found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(test::kSourceDir / "daemon/cli")) {
    if (entry.path().extension() != ".cpp") continue;
    std::ifstream in(entry.path());
    const std::string source{std::istreambuf_iterator<char>(in), {}};
    for (std::sregex_iterator it(source.begin(), source.end(), calls), end; it != end; ++it) {
      const std::string pieces = (*it)[1];
      std::string english;
      for (std::sregex_iterator piece(pieces.begin(), pieces.end(), literal); piece != end; ++piece)
        english += (*piece)[1];
      ++found;
      EXPECT_NE(Language(true)(english), english) << entry.path().filename() << ": no Russian for \"" << english << '"';
    }
  }
  EXPECT_GT(found, 60);
}

TEST(Language, the_first_variable_that_is_set_decides) {
  ::unsetenv("LC_ALL");
  ::setenv("LC_MESSAGES", "", 1);
  ::setenv("LANG", "ru_RU.UTF-8", 1);
  EXPECT_EQ(Language::of_environment().code(), "ru");
  ::setenv("LC_ALL", "C", 1);
  EXPECT_EQ(Language::of_environment().code(), "en");
  ::unsetenv("LC_ALL");
}

TEST(Times, are_said_in_the_two_largest_units) {
  using namespace std::chrono_literals;
  EXPECT_EQ(span_of(0s), "0s");
  EXPECT_EQ(span_of(59s), "59s");
  EXPECT_EQ(span_of(3661s), "1h 1m");
  EXPECT_EQ(span_of(86400s + 5s), "1d");
  EXPECT_EQ(span_of(100h), "4d 4h");
}

TEST(Times, instants_of_the_socket_are_read) {
  const auto at = parse_instant("2026-08-29T10:40:01.500Z");
  ASSERT_TRUE(at);
  EXPECT_EQ(at->time_since_epoch().count() % 100'000, 1'500);
  EXPECT_FALSE(parse_instant(""));
  EXPECT_FALSE(parse_instant("yesterday"));
}

}  // namespace
}  // namespace iz::cli
