// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "records/utf8.hpp"

#include <string>

#include <gtest/gtest.h>

namespace iz::records {
namespace {

TEST(Utf8, is_well_formed_text_without_nul) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("plain text that is longer than eight bytes"));
  EXPECT_TRUE(is_utf8("счёт за сентябрь, 日本, 🧾"));
  EXPECT_FALSE(is_utf8(std::string_view("abc\0defghijk", 12)));
  EXPECT_FALSE(is_utf8("\xc0\xaf")) << "overlong";
  EXPECT_FALSE(is_utf8("\xe0\x80\xaf")) << "overlong";
  EXPECT_FALSE(is_utf8("\xed\xa0\x80")) << "a surrogate";
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80")) << "beyond Unicode";
  EXPECT_FALSE(is_utf8("\x80"));
  EXPECT_FALSE(is_utf8("cut off \xd1"));
}

// Words are taken eight bytes at once: whatever stands at whatever place must be seen all the same.
TEST(Utf8, a_fault_is_seen_at_every_place_of_every_length) {
  const std::string good[] = {"a", "ж", "日", "🧾"};
  const std::string bad[] = {std::string(1, '\0'), "\x80", "\xc1\x81", "\xd1", "\xe6\x97", "\xf0\x9f\xa7", "\xff"};
  for (std::size_t before = 0; before < 20; ++before) {
    for (std::size_t after = 0; after < 20; ++after) {
      for (const std::string& character : good) {
        EXPECT_TRUE(is_utf8(std::string(before, 'x') + character + std::string(after, 'y'))) << before << ' ' << after;
      }
      for (const std::string& fault : bad) {
        EXPECT_FALSE(is_utf8(std::string(before, 'x') + fault + std::string(after, 'y'))) << before << ' ' << after;
      }
    }
  }
}

}  // namespace
}  // namespace iz::records
