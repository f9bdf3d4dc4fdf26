// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/encoding.hpp"

#include <string>

#include <gtest/gtest.h>

namespace iz::support {
namespace {

TEST(Encoding, plain_text_is_told_at_any_place_of_an_odd_byte) {
  for (std::size_t size = 0; size < 70; ++size) {
    std::string text(size, 'a');
    EXPECT_TRUE(is_plain_ascii(text));
    for (std::size_t i = 0; i < size; ++i) {
      for (const char odd : {'\0', '\x80', '\xFF'}) {
        text[i] = odd;
        EXPECT_FALSE(is_plain_ascii(text)) << size << " " << i;
      }
      text[i] = 'a';
    }
  }
}

TEST(Encoding, text_is_well_formed_utf8_without_nul) {
  using namespace std::string_view_literals;
  EXPECT_TRUE(is_text("сервер — € 𐍈"));
  EXPECT_TRUE(is_text(""));
  for (const std::string_view bad : {"\xC0\x80"sv, "\xED\xA0\x80"sv, "\xF4\x90\x80\x80"sv, "a\0b"sv, "\xE2\x82"sv,
                                     "\x80"sv, "\xFF"sv, "\xE0\x9F\xBF"sv, "\xF0\x8F\xBF\xBF"sv}) {
    EXPECT_FALSE(is_text(bad));
  }
}

TEST(Encoding, windows_1251_reads_as_the_same_words) {
  std::string out;
  append_windows_1251(out,
                      "\xD1\xE5\xF0\xE2\xE5\xF0 \xB9"
                      "1 \xA8\xB8 \x88");
  EXPECT_EQ(out, "Сервер №1 Ёё €");
  EXPECT_TRUE(looks_like_windows_1251("\xD1\xE5\xF0\xE2\xE5\xF0"));
  EXPECT_FALSE(looks_like_windows_1251("caf\x82 \x81\x99"));
}

TEST(Encoding, repair_replaces_only_what_is_broken) {
  std::string out;
  append_repaired(out, "ok \xD1 я");
  EXPECT_EQ(out, "ok \xEF\xBF\xBD я");
}

TEST(Encoding, a_cut_text_has_no_part_of_a_character) {
  EXPECT_EQ(cut_text("abc", 3), "abc");
  EXPECT_EQ(cut_text("abc", 2), "ab");
  EXPECT_EQ(cut_text("a\xD0\x96z", 3), "a\xD0\x96");
  EXPECT_EQ(cut_text("a\xD0\x96z", 2), "a");
  EXPECT_EQ(cut_text("\xF0\x9F\x98\x80", 3), "");
}

}  // namespace
}  // namespace iz::support
