// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/charges/charge_texts.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <infrazen/abi/records.h>

namespace iz::ingest {
namespace {

const std::vector<records::Column> kColumns{{IZ_CHARGE_SERVICE_NAME, {}},
                                            {IZ_CHARGE_BILLED_COST, {}},
                                            {IZ_CHARGE_REGION_ID, {}},
                                            {IZ_FIELD_EXTENSION, "x_Team"}};

records::BatchView batch_of(const std::vector<records::Cell>& cells) {
  records::BatchView batch;
  batch.kind = IZ_KIND_CHARGE;
  batch.columns = kColumns;
  batch.cells = cells;
  batch.rows = static_cast<std::uint32_t>(cells.size() / kColumns.size());
  return batch;
}

Digest key_of(const std::vector<records::Cell>& cells) {
  ChargeTexts texts;
  return texts.key(ChargePlan(kColumns), batch_of(cells), 0);
}

bool same(Digest a, Digest b) { return a.low == b.low && a.high == b.high; }

TEST(ChargeTexts, amounts_are_no_texts) {
  EXPECT_TRUE(same(key_of({"Disk", "1", "ru", "a"}), key_of({"Disk", "2.50", "ru", "a"})));
  EXPECT_FALSE(same(key_of({"Disk", "1", "ru", "a"}), key_of({"Disk", "1", "ru", "b"})));
}

TEST(ChargeTexts, where_a_cell_ends_and_whether_it_is_null_counts) {
  EXPECT_FALSE(same(key_of({"Disk", "1", "ru", "a"}), key_of({"Dis", "1", "kru", "a"})));
  EXPECT_FALSE(same(key_of({"Disk", "1", "", "a"}), key_of({"Disk", "1", {}, "a"})));
  EXPECT_FALSE(same(key_of({"Disk", "1", "a", {}}), key_of({"Disk", "1", {}, "a"})));
}

TEST(ChargeTexts, how_the_cells_lie_in_memory_does_not_count) {
  const std::string frame = "Disk1rua";
  const std::string_view at(frame);
  const std::string other = "ru", team = "a", service = "Disk";
  EXPECT_TRUE(same(key_of({at.substr(0, 4), at.substr(4, 1), at.substr(5, 2), at.substr(7, 1)}),
                   key_of({service, "1", other, team})));
}

TEST(ChargeTexts, what_was_added_is_found_until_it_is_cleared) {
  ChargeTexts texts;
  const Digest key{1, 2};
  EXPECT_EQ(texts.find(key), nullptr);
  texts.add(key).present = 5;
  ASSERT_NE(texts.find(key), nullptr);
  EXPECT_EQ(texts.find(key)->present, 5);
  EXPECT_EQ(texts.find({1, 3}), nullptr);
  texts.clear();
  EXPECT_EQ(texts.find(key), nullptr);
}

// 200,000 different texts are more than it holds: those that repeat are worth the memory, those that do not give it up.
TEST(ChargeTexts, charges_that_hardly_repeat_are_not_remembered) {
  const auto worth = [](bool repeat) {
    ChargeTexts texts;
    for (std::uint64_t i = 1; i <= 200'000 && texts.worth_it(); ++i) {
      const Digest key{i * 0x9E3779B97F4A7C15ULL, i};
      if (texts.find(key) == nullptr) texts.add(key).present = static_cast<std::uint8_t>(i);
      for (int again = 0; repeat && again < 2; ++again) {
        EXPECT_NE(texts.find(key), nullptr);
        EXPECT_EQ(texts.find(key)->present, static_cast<std::uint8_t>(i));
      }
    }
    return texts.worth_it();
  };
  EXPECT_TRUE(worth(true));
  EXPECT_FALSE(worth(false));
}

}  // namespace
}  // namespace iz::ingest
