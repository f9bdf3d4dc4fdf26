// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/inventory/row_hash.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace iz::ingest {
namespace {

store::Uuid hash(std::vector<records::Column> columns, std::vector<records::Cell> cells, std::uint64_t seed = 1) {
  RowHasher hasher(seed);
  records::BatchView batch;
  batch.columns = columns;
  batch.cells = cells;
  batch.rows = 1;
  hasher.begin(batch);
  return hasher.row(batch, 0);
}

constexpr std::uint32_t kA = 16;
constexpr std::uint32_t kB = 17;
constexpr std::uint32_t kX = IZ_FIELD_EXTENSION;

TEST(RowHash, the_order_of_columns_does_not_count) {
  EXPECT_EQ(hash({{kA, {}}, {kB, {}}}, {"1", "2"}), hash({{kB, {}}, {kA, {}}}, {"2", "1"}));
  EXPECT_NE(hash({{kA, {}}, {kB, {}}}, {"1", "2"}), hash({{kA, {}}, {kB, {}}}, {"2", "1"}));
  EXPECT_EQ(hash({{kX, "u"}, {kX, "v"}}, {"1", "2"}), hash({{kX, "v"}, {kX, "u"}}, {"2", "1"}));
}

TEST(RowHash, a_column_of_nulls_is_as_good_as_none_and_null_is_not_empty) {
  EXPECT_EQ(hash({{kA, {}}, {kB, {}}}, {"1", {}}), hash({{kA, {}}}, {"1"}));
  EXPECT_NE(hash({{kA, {}}, {kB, {}}}, {"1", ""}), hash({{kA, {}}}, {"1"}));
}

TEST(RowHash, where_one_cell_ends_counts) {
  EXPECT_NE(hash({{kA, {}}, {kB, {}}}, {"12", "3"}), hash({{kA, {}}, {kB, {}}}, {"1", "23"}));
}

TEST(RowHash, another_normaliser_or_other_declared_columns_are_another_hash) {
  const std::vector<records::ExtensionColumn> one{{"a", records::ColumnType::text, ""}};
  const std::vector<records::ExtensionColumn> retyped{{"a", records::ColumnType::integer, ""}};
  const auto seed = RowHasher::seed_of(1, {});
  EXPECT_NE(seed, RowHasher::seed_of(2, {}));
  EXPECT_NE(seed, RowHasher::seed_of(1, one));
  EXPECT_NE(RowHasher::seed_of(1, retyped), RowHasher::seed_of(1, one));
  EXPECT_NE(hash({{kA, {}}}, {"1"}, 1), hash({{kA, {}}}, {"1"}, 2));
}

}  // namespace
}  // namespace iz::ingest
