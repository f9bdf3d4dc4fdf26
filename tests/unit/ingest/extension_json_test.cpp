// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/inventory/extension_json.hpp"

#include <gtest/gtest.h>

namespace iz::ingest {
namespace {

using records::ColumnType;

TEST(ExtensionJson, scalars_are_strings_digit_by_digit_and_json_is_itself) {
  std::string out = "{";
  EXPECT_EQ(append_extension(out, {"d", ColumnType::decimal, ""}, "0.10"), nullptr);
  EXPECT_EQ(append_extension(out, {"t", ColumnType::text, ""}, "a\"\\\n"), nullptr);
  EXPECT_EQ(append_extension(out, {"j", ColumnType::json, ""}, "[1]"), nullptr);
  EXPECT_EQ(append_extension(out, {"b", ColumnType::boolean, ""}, "true"), nullptr);
  EXPECT_EQ(out, R"({"d":"0.10","t":"a\"\\\u000a","j":[1],"b":"true")");
}

TEST(ExtensionJson, what_does_not_fit_is_named_and_left_out) {
  std::string out = "{";
  EXPECT_STREQ(append_extension(out, {"i", ColumnType::integer, ""}, "4.5"), "integer_format");
  EXPECT_STREQ(append_extension(out, {"i", ColumnType::instant, ""}, "today"), "instant_format");
  EXPECT_STREQ(append_extension(out, {"b", ColumnType::boolean, ""}, "yes"), "boolean_format");
  EXPECT_NE(append_extension(out, {"d", ColumnType::decimal, ""}, "NaN"), nullptr);
  EXPECT_NE(append_extension(out, {"j", ColumnType::json, ""}, "{"), nullptr);
  EXPECT_EQ(out, "{");
}

}  // namespace
}  // namespace iz::ingest
