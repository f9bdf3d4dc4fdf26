// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/charges/charge_part.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"

namespace iz::ingest {
namespace {

constexpr std::chrono::sys_days kDay{std::chrono::year(2026) / 9 / 1};

// A part that was delivered before, and the charges of one bill that come to it again.
class Part {
 public:
  explicit Part(std::uint64_t spool_memory = 4U << 20) : spool({folder.path(), spool_memory}) { bill.bill_id = 7; }

  void take(int day, std::uint64_t hash) {
    EncodedCharge charge;
    charge.bill = &bill;
    charge.charge_day = kDay + std::chrono::days(day);
    charge.row_hash = {hash, ~hash};
    auto& of_day = part.count(charge);
    part.keep(of_day, "charge " + std::to_string(hash), spool);
    part.settle(of_day);
  }
  // What take() would have made of these hashes.
  static store::CostBucket stored(int day, const std::vector<std::uint64_t>& hashes) {
    Part other;
    for (const auto hash : hashes) other.take(day, hash);
    return bucket_of(other.part.days().front());
  }
  std::vector<std::string> kept(std::size_t day) {
    std::vector<std::string> list;
    std::string scratch;
    for_each_charge(part.days()[day], spool, scratch, [&](std::string_view encoded) { list.emplace_back(encoded); });
    return list;
  }

  test::TempDir folder;
  Spool spool;
  Bill bill;
  ChargePart part{"2026-09", {1, true}};
};

TEST(ChargePart, a_day_that_is_as_it_was_is_not_kept) {
  Part part;
  part.part.expect({Part::stored(0, {1, 2, 2}), Part::stored(1, {3})});
  part.take(0, 2);
  part.take(0, 1);
  EXPECT_EQ(part.kept(0).size(), 2U);
  part.take(0, 2);  // in whatever order, and as often as it was there
  EXPECT_TRUE(part.kept(0).empty());
  EXPECT_EQ(part.part.kept_bytes(), 0U);
  part.take(1, 4);
  EXPECT_EQ(part.kept(1), std::vector<std::string>{"charge 4"});
  EXPECT_FALSE(part.part.days()[1].settled);
}

TEST(ChargePart, what_comes_to_a_settled_day_is_kept) {
  Part part;
  part.part.expect({Part::stored(0, {1, 2})});
  for (const std::uint64_t hash : {1U, 2U, 2U, 5U}) part.take(0, hash);
  EXPECT_TRUE(part.part.days()[0].settled);
  EXPECT_EQ(part.kept(0), (std::vector<std::string>{"charge 2", "charge 5"}));
  EXPECT_EQ(bucket_of(part.part.days()[0]).charges, 4);
  EXPECT_EQ(bucket_of(part.part.days()[0]).hash_sum, Part::stored(0, {5, 2, 2, 1}).hash_sum);
}

TEST(ChargePart, days_that_came_before_the_stored_ones_were_known_are_settled_too) {
  Part part(1);
  part.take(0, 1);
  part.part.spool_all(part.spool);
  EXPECT_NE(part.part.spooled_bytes(), 0U);
  part.take(1, 2);
  part.part.expect({Part::stored(0, {1}), Part::stored(1, {2, 3})});
  EXPECT_TRUE(part.part.days()[0].settled);
  EXPECT_TRUE(part.kept(0).empty());
  EXPECT_EQ(part.part.spooled_bytes(), 0U);
  EXPECT_FALSE(part.part.days()[1].settled);
  part.take(1, 3);
  EXPECT_TRUE(part.part.days()[1].settled);
  EXPECT_EQ(part.part.kept_bytes(), 0U);
}

}  // namespace
}  // namespace iz::ingest
