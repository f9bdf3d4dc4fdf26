// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gtest/gtest.h>

#include "host/request/json.hpp"

namespace iz::host {
namespace {

std::string found(std::string_view json, std::string_view pointer) {
  const auto string = find_json_string(json, pointer);
  if (!string) return "nothing";
  return std::string(json.substr(string->begin, string->end - string->begin)) + " = " + string->value;
}

TEST(JsonStrings, are_found_by_pointer) {
  const std::string json =
      R"( {"a" : {"b":[1,"x\"y",{"c/d":"1","e~f":"2","":"3"}]}, "skip":["}",{"a":"no"}], "u":"\u20acuro"} )";
  EXPECT_EQ(found(json, "/a/b/1"), R"(x\"y = x"y)");
  EXPECT_EQ(found(json, "/a/b/2/c~1d"), "1 = 1");
  EXPECT_EQ(found(json, "/a/b/2/e~0f"), "2 = 2");
  EXPECT_EQ(found(json, "/a/b/2/"), "3 = 3");
  EXPECT_EQ(found(json, "/u"), R"(\u20acuro = €uro)");
  EXPECT_EQ(found(json, "/skip/1/a"), "no = no");
  EXPECT_EQ(found("\"whole\"", ""), "whole = whole");
}

TEST(JsonStrings, what_is_not_there_or_no_string_is_nothing) {
  for (const char* pointer : {"/x", "/a/9", "/a/01", "/n", "/o", "/o/x/y", "a", "/t", "/s/0", "/e/0", ""}) {
    EXPECT_EQ(found(R"({"a":["s"],"n":12.5e3,"o":{},"t":true,"s":"text","e":[]})", pointer), "nothing") << pointer;
  }
  for (const char* json : {"", "{", "{\"a\":\"b\"", "{'a':'b'}", "\xff", "<html>"})
    EXPECT_EQ(found(json, "/a"), "nothing") << json;
  EXPECT_EQ(found(std::string(100'000, '['), "/0"), "nothing") << "depth is bounded";
}

TEST(Placeholders, are_filled_inside_of_strings_only) {
  const auto fill = [](std::string_view json) {
    return fill_placeholders(
        json, [](std::string_view name) -> std::string_view { return name == "q" ? "a\"\\\n\x01" : "value"; });
  };
  EXPECT_EQ(fill(R"({"p":"${secret:x}"})"), R"({"p":"value"})");
  EXPECT_EQ(fill(R"({"p":"${secret:q}"})"), R"({"p":"a\"\\\n\u0001"})");
  EXPECT_EQ(fill(R"(["\"${secret:x}","${secret:x}${secret:x}"])"), R"(["\"value","valuevalue"])");
  EXPECT_EQ(fill(R"({"p":${secret:x}})"), R"({"p":${secret:x}})");
  EXPECT_EQ(fill(R"({"p":"${secret:x"})"), R"({"p":"${secret:x"})");
  EXPECT_EQ(fill(R"({"p":"$secret:x}", "n":1.10})"), R"({"p":"$secret:x}", "n":1.10})");
}

}  // namespace
}  // namespace iz::host
