// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/packed.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace iz::support {
namespace {

TEST(Packed, a_text_comes_back_and_is_smaller_in_between) {
  const std::string text(10'000, 'a');
  const std::string bytes = deflated(text);
  EXPECT_LT(bytes.size(), std::size_t{100});
  EXPECT_EQ(inflated(bytes, text.size()), text);
  EXPECT_EQ(inflated(deflated(""), 0), "");
}

TEST(Packed, what_is_damaged_cut_or_of_another_size_is_nothing) {
  const std::string text = "one two three one two three";
  const std::string bytes = deflated(text);
  EXPECT_EQ(inflated(bytes, text.size() - 1), std::nullopt);
  EXPECT_EQ(inflated(bytes, text.size() + 1), std::nullopt);
  EXPECT_EQ(inflated("", 1), std::nullopt);
  EXPECT_EQ(inflated("nonsense", text.size()), std::nullopt);
  EXPECT_EQ(inflated(bytes, std::numeric_limits<std::uint64_t>::max()), std::nullopt) << "no memory is asked for";
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(inflated(std::string_view(bytes).substr(0, size), text.size()), std::nullopt) << size;
  std::string damaged = bytes;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);  // the check sum
  EXPECT_EQ(inflated(damaged, text.size()), std::nullopt);
}

TEST(Packed, numbers_take_as_many_bytes_as_they_need) {
  std::string bytes;
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t numbers[] = {0, 127, 128, 300, std::uint64_t{1} << 63, kMost};
  for (const std::uint64_t number : numbers) append_varint(bytes, number);
  EXPECT_EQ(bytes.substr(0, 6), std::string("\0\x7f\x80\x01\xac\x02", 6)) << "as protobuf.dev has it";
  std::string_view rest = bytes;
  for (const std::uint64_t number : numbers) EXPECT_EQ(take_varint(rest), number);
  EXPECT_TRUE(rest.empty());
}

TEST(Packed, a_number_that_breaks_off_or_never_ends_is_none) {
  for (std::string_view bytes : {std::string_view(), std::string_view("\x80"), std::string_view("\xff\xff"),
                                 std::string_view("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01")}) {
    EXPECT_EQ(take_varint(bytes), std::nullopt);
  }
}

}  // namespace
}  // namespace iz::support
