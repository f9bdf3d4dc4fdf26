// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/listing/known_rows.hpp"

#include <string>

#include <gtest/gtest.h>

#include "store/encoding/hash128.hpp"

namespace iz::store {
namespace {

TEST(KnownRows, finds_what_was_put_in_through_every_growth) {
  KnownRows rows;
  EXPECT_EQ(rows.find(hash128("0")), nullptr);
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = std::to_string(i);
    rows.insert(hash128(text)).hash = hash128(text, 1);
  }
  EXPECT_EQ(rows.size(), 10'000U);
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = std::to_string(i);
    ASSERT_NE(rows.find(hash128(text)), nullptr);
    EXPECT_EQ(rows.find(hash128(text))->hash, hash128(text, 1));
  }
  EXPECT_EQ(rows.find(hash128("10000")), nullptr);
}

TEST(KnownRows, finds_in_any_order_and_between_insertions) {
  KnownRows rows;
  for (int i = 0; i < 3'000; ++i) {
    EXPECT_EQ(rows.find(hash128(std::to_string(i))), nullptr);
    rows.insert(hash128(std::to_string(i))).scope = i;
    const int earlier = i * 7 % (i + 1);
    ASSERT_NE(rows.find(hash128(std::to_string(earlier))), nullptr);
    EXPECT_EQ(rows.find(hash128(std::to_string(earlier)))->scope, earlier);
  }
  for (int i = 3'000; i-- > 0;) EXPECT_EQ(rows.find(hash128(std::to_string(i)))->scope, i);
}

TEST(KnownRows, keys_that_share_a_slot_stay_apart) {
  KnownRows rows;
  for (std::uint8_t i = 0; i < 100; ++i) {
    Uuid key;  // the slot comes from the first bytes
    key.bytes[15] = i;
    rows.insert(key).scope = i;
  }
  for (std::uint8_t i = 0; i < 100; ++i) {
    Uuid key;
    key.bytes[15] = i;
    EXPECT_EQ(rows.find(key)->scope, i);
  }
}

TEST(KnownRows, a_row_costs_less_than_a_hundred_bytes) {
  KnownRows rows;
  rows.reserve(100'000);
  for (int i = 0; i < 100'000; ++i) rows.insert(hash128(std::to_string(i)));
  EXPECT_EQ(rows.find(hash128("x")), nullptr);  // looked for everywhere
  EXPECT_LT(rows.memory_bytes(), 100'000U * 100U);
}

TEST(Hash128, where_a_text_ends_counts_and_null_is_not_empty) {
  EXPECT_NE(hash128({"ab", "c"}), hash128({"a", "bc"}));
  EXPECT_NE(hash128({"a", ""}), hash128({"a", std::string_view{}}));
  EXPECT_NE(resource_key("a", "b", "c"), resource_key("", "ab", "c"));
}

// The canonical order of bytes: a hash in the database means the same on every machine.
TEST(Hash128, is_stored_big_endian) { EXPECT_EQ(to_string(hash128("")), "99aa06d3-0147-98d8-6001-c324468d497f"); }

}  // namespace
}  // namespace iz::store
