// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/rows/validate.hpp"

#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"
#include "ingest/rows/json_check.hpp"
#include "ingest/rows/spool.hpp"
#include "records/run_sink.hpp"

namespace iz::ingest {
namespace {

TEST(Validate, instants_are_utc_between_1970_and_2199) {
  EXPECT_EQ(parse_instant("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_instant("2026-09-01T00:00:00Z"), 1'788'220'800'000'000);
  EXPECT_EQ(parse_instant("2026-09-01T00:00:00.5Z"), 1'788'220'800'500'000);
  EXPECT_EQ(parse_instant("2199-12-31T23:59:59.999999Z"), 7'258'118'399'999'999);
  for (const char* text : {"", "2026-09-01", "2026-09-01T00:00:00", "2026-09-01T00:00:00+03:00", "2026-09-01 00:00:00Z", "2026-02-29T00:00:00Z",
                           "9999-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2026-09-01T24:00:00Z", "2026-09-01T00:60:00Z",
                           "2026-09-01T00:00:00.Z", "2026-09-01T00:00:00.1234567Z", "2026-13-01T00:00:00Z", "2026-0x-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_instant(text).has_value()) << text;
  }
}

TEST(Validate, text_is_utf8_and_not_too_long) {
  EXPECT_STREQ(text_fault("\xc0\xaf", 4), "utf8");
  EXPECT_STREQ(text_fault("12345", 4), "too_long");
  EXPECT_EQ(text_fault("1234", 4), nullptr);
}

TEST(Validate, json_is_what_jsonb_takes) {
  EXPECT_EQ(check_json(R"({"a": [1, 2.50, null], "b": {"a": 1}})"), JsonShape::object);
  EXPECT_EQ(check_json(" [] "), JsonShape::array);
  EXPECT_EQ(check_json("17"), JsonShape::scalar);
  EXPECT_EQ(check_json(R"({"a": 1, "a": 2})"), JsonShape::duplicate_key);
  EXPECT_EQ(check_json(R"({"a": "\u0000"})"), JsonShape::unstorable);
  EXPECT_EQ(check_json(R"(["\ud800"])"), JsonShape::malformed);
  EXPECT_EQ(check_json("[5e-324, 1e299, 0.0001E+3]"), JsonShape::array);
  for (const char* number : {"1e-20000", "-1e-16384", "0e-20000", "1e999", "1e300", "0.0e-1100"}) {
    EXPECT_NE(check_json("[" + std::string(number) + "]"), JsonShape::array) << number;
    EXPECT_NE(check_json(number), JsonShape::scalar) << number << ", ending where the input ends";
  }
  EXPECT_EQ(check_json("[0." + std::string(20'000, '0') + "]"), JsonShape::unstorable);
  EXPECT_STREQ(json_fault("[1e-20000]", false, 1000), "json_range");
  EXPECT_EQ(check_json("{} x"), JsonShape::malformed);
  EXPECT_EQ(check_json("{"), JsonShape::malformed);
  EXPECT_EQ(check_json(""), JsonShape::malformed);
  EXPECT_EQ(check_json(std::string(100, '[') + std::string(100, ']')), JsonShape::too_deep);
  std::string quoted;
  append_json_string(quoted, "a\"b\\c\n");
  EXPECT_EQ(check_json("[" + quoted + "]"), JsonShape::array);
}

TEST(Spools, give_back_what_was_put_in_from_memory_and_from_the_file) {
  const iz::test::TempDir dir;
  Spool spool({dir.path(), 1000, 1U << 20});
  std::string all;
  for (int i = 0; i < 300; ++i) {
    const std::string piece(static_cast<std::size_t>(i * 7 % 500 + 1), static_cast<char>('a' + i % 26));
    EXPECT_EQ(spool.append(piece), all.size());
    all += piece;
  }
  const std::string large(300'000, 'z');
  EXPECT_EQ(spool.append(large), all.size());
  all += large;
  std::string out;
  for (const std::size_t offset : {std::size_t{0}, std::size_t{999}, std::size_t{40'000}, all.size() - 10}) {
    const auto size = std::min<std::size_t>(all.size() - offset, 70'000);
    spool.read(offset, size, out);
    EXPECT_EQ(out, all.substr(offset, size));
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir.path())) << "the file has no name";
  EXPECT_THROW(spool.append(std::string(1U << 20, 'x')), records::RunError);
  spool.clear();
  EXPECT_EQ(spool.size(), 0U);
  EXPECT_EQ(spool.append("again"), 0U);
}

}  // namespace
}  // namespace iz::ingest
