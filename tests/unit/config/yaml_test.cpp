// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/yaml/yaml.hpp"

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"

namespace iz::config {
namespace {

using ::testing::HasSubstr;

std::string problem_of(std::string_view text) {
  try {
    static_cast<void>(parse_yaml(text, "x.yaml"));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no problem";
}

TEST(Yaml, every_value_knows_its_line_and_column) {
  const Value root = parse_yaml("a: 1\nb:\n  - x\n  -   y\n", "x.yaml");
  EXPECT_EQ(root.find("a")->at, (Position{"x.yaml", 1, 4}));
  EXPECT_EQ(root.members[1].key_at, (Position{"x.yaml", 2, 1}));
  EXPECT_EQ(root.find("b")->items[1].at, (Position{"x.yaml", 4, 7}));
}

TEST(Yaml, json_follows_the_core_schema) {
  const Value root =
      parse_yaml("n: 5\nt: '5'\nb: true\nq: \"true\"\nz: ~\nm: {k: [1.50, 007, 1e3, \"a\\nb\"]}\n", "x.yaml");
  EXPECT_EQ(to_json(root), R"({"n":5,"t":"5","b":true,"q":"true","z":null,"m":{"k":[1.50,"007",1e3,"a\u000ab"]}})");
}

TEST(Yaml, an_empty_file_is_null) {
  EXPECT_TRUE(parse_yaml("# nothing\n", "x.yaml").is_null());
}

TEST(Yaml, what_yaml_refuses_is_told_with_its_place) {
  EXPECT_THAT(problem_of("a: [1, 2\nb: 3\n"), HasSubstr("x.yaml:2:"));
  EXPECT_THAT(problem_of("a: [1, 2\nb: 3\n"), HasSubstr("not valid YAML"));
}

TEST(Yaml, a_duplicate_key_names_the_first_one) {
  EXPECT_EQ(problem_of("a: 1\nb: 2\na: 3\n"), "x.yaml:3:1: 'a' is here twice; the first is in line 1");
}

TEST(Yaml, a_second_document_is_refused) {
  EXPECT_THAT(problem_of("a: 1\n---\nb: 2\n"), HasSubstr("second document"));
}

TEST(Yaml, aliases_and_merge_keys_work) {
  const Value root = parse_yaml("base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}\nsame: *b\n", "x.yaml");
  EXPECT_EQ(to_json(*root.find("use")), R"({"y":3,"x":1})");
  EXPECT_EQ(to_json(*root.find("same")), R"({"x":1,"y":2})");
}

TEST(Yaml, aliases_that_multiply_are_stopped) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + below;
    for (int k = 0; k < 9; ++k) bomb += ", " + below;
    bomb += "]\n";
  }
  EXPECT_THAT(problem_of(bomb), HasSubstr("aliases included"));
}

TEST(Yaml, depth_is_bounded_also_through_aliases) {
  EXPECT_THAT(problem_of(std::string(40, '[') + std::string(40, ']')), HasSubstr("nested deeper"));
  EXPECT_THAT(problem_of("a: &a " + std::string(20, '[') + std::string(20, ']') + "\nb: " + std::string(20, '[') +
                         "*a" + std::string(20, ']') + "\n"),
              HasSubstr("nested deeper"));
}

TEST(Yaml, a_huge_file_is_refused_unread) {
  EXPECT_THAT(problem_of(std::string(2 << 20, '#')), HasSubstr("larger than"));
}

TEST(Yaml, a_file_that_everybody_may_write_to_is_refused) {
  const test::TempDir dir;
  const auto file = dir.write("c.yaml", "a: 1\n");
  ASSERT_EQ(::chmod(file.c_str(), 0666), 0);
  EXPECT_THROW(static_cast<void>(read_yaml(file)), ConfigError);
  ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
  EXPECT_EQ(to_json(read_yaml(file)), R"({"a":1})");
}

}  // namespace
}  // namespace iz::config
