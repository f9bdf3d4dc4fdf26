// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "wire/batch_codec.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace iz::wire {
namespace {

using records::Cell;
using records::Column;

// A batch with all there is: null and empty cells, an extension column, positions.
class Batch : public testing::Test {
 protected:
  Batch() {
    batch.kind = IZ_KIND_RESOURCE;
    batch.scope = "folder-1";
    batch.origin = "https://api.example.com/v1";
    batch.columns = columns;
    batch.cells = cells;
    batch.rows = 2;
    batch.positions = positions;
    encode_batch(batch, bytes);
  }
  // Overwrites one u32 of the encoded form.
  void poke(std::size_t at, std::uint32_t value) { std::memcpy(bytes.data() + at, &value, sizeof value); }
  records::BatchView decode() { return decode_batch(bytes, views); }

  Column columns[3] = {{IZ_RESOURCE_TYPE, {}}, {IZ_RESOURCE_NAME, {}}, {IZ_FIELD_EXTENSION, "flavor"}};
  Cell cells[6] = {"vm", {}, "m1.small", "disk", "", "x"};
  std::uint64_t positions[2] = {7, 1ULL << 40};
  records::BatchView batch;
  Bytes bytes;
  BatchViews views;

  static constexpr std::size_t kPositionsAt = 32;
  static constexpr std::size_t kColumnsAt = kPositionsAt + 2 * 8;
  static constexpr std::size_t kLengthsAt = kColumnsAt + 3 * 8;
};

TEST_F(Batch, comes_back_as_it_was) {
  const auto out = decode();
  EXPECT_EQ(out.kind, IZ_KIND_RESOURCE);
  EXPECT_EQ(out.scope, "folder-1");
  EXPECT_EQ(out.origin, "https://api.example.com/v1");
  EXPECT_EQ(out.rows, 2U);
  ASSERT_EQ(out.columns.size(), 3U);
  EXPECT_EQ(out.columns[2].field, IZ_FIELD_EXTENSION);
  EXPECT_EQ(out.columns[2].name, "flavor");
  EXPECT_EQ(out.cell(0, 0), "vm");
  EXPECT_TRUE(records::is_null(out.cell(0, 1)));
  EXPECT_FALSE(records::is_null(out.cell(1, 1)));
  EXPECT_EQ(out.cell(1, 1), "");
  EXPECT_EQ(out.cell(1, 2), "x");
  EXPECT_EQ(out.position(1), 1ULL << 40);
}

TEST_F(Batch, cells_are_views_into_the_payload) {
  const auto out = decode();
  const auto* begin = reinterpret_cast<const char*>(bytes.data());
  EXPECT_GE(out.cell(0, 0).data(), begin);
  EXPECT_LT(out.cell(0, 0).data(), begin + bytes.size());
}

TEST_F(Batch, null_scope_and_origin_stay_null) {
  batch.scope = {};
  batch.origin = {};
  bytes.clear();
  encode_batch(batch, bytes);
  EXPECT_TRUE(records::is_null(decode().scope));
  EXPECT_TRUE(records::is_null(decode().origin));
}

TEST_F(Batch, decodes_at_any_alignment) {
  Bytes shifted(bytes.size() + 1);
  std::memcpy(shifted.data() + 1, bytes.data(), bytes.size());
  const auto out = decode_batch(std::span(shifted).subspan(1), views);
  EXPECT_EQ(out.position(0), 7U);
  EXPECT_EQ(out.cell(1, 2), "x");
}

TEST_F(Batch, every_cut_is_refused) {
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW((void)decode_batch(std::span(bytes).first(size), views), MalformedFrame) << size;
  }
}

TEST_F(Batch, bytes_left_over_are_refused) {
  bytes.push_back(std::byte{0});
  EXPECT_THROW((void)decode(), MalformedFrame);
}

TEST_F(Batch, an_absurd_head_is_refused_before_anything_is_allocated) {
  struct Case {
    std::size_t at;
    std::uint32_t value;
  };
  for (const Case& test : {Case{0, 0},
                           {0, IZ_KIND_METRIC},
                           {0, 4711},
                           {4, 0xFFFFFFFF},
                           {4, 65537},
                           {8, 0xFFFFFFFF},
                           {8, 1025},
                           {12, 2},
                           {16, IZ_SCOPE_MAX + 1},
                           {20, 5000},
                           {24, 0xFFFFFFFF},
                           {28, 0xFFFFFFFE}}) {
    const Bytes before = bytes;
    poke(test.at, test.value);
    EXPECT_THROW((void)decode(), MalformedFrame) << test.at << " " << test.value;
    bytes = before;
  }
}

TEST_F(Batch, lengths_that_do_not_add_up_are_refused) {
  for (const std::uint32_t length : {1U, 3U, 0xFFFFFFFEU, IZ_CELL_MAX + 1}) {
    const Bytes before = bytes;
    poke(kLengthsAt, length);
    EXPECT_THROW((void)decode(), MalformedFrame) << length;
    bytes = before;
  }
}

TEST_F(Batch, an_unknown_field_is_refused) {
  poke(kColumnsAt, 9999);
  EXPECT_THROW((void)decode(), MalformedFrame);
}

TEST_F(Batch, a_column_twice_is_refused) {
  poke(kColumnsAt + 8, IZ_RESOURCE_TYPE);
  EXPECT_THROW((void)decode(), MalformedFrame);
}

TEST_F(Batch, names_and_scopes_are_text) {
  for (const char* scope : {"\xFF", "a\xC3"}) {
    batch.scope = scope;
    bytes.clear();
    encode_batch(batch, bytes);
    EXPECT_THROW((void)decode(), MalformedFrame);
  }
  batch.scope = std::string_view("a\0b", 3);
  bytes.clear();
  encode_batch(batch, bytes);
  EXPECT_THROW((void)decode(), MalformedFrame);
}

TEST_F(Batch, an_extension_column_without_a_name_is_refused) {
  columns[2].name = "";
  bytes.clear();
  encode_batch(batch, bytes);
  EXPECT_THROW((void)decode(), MalformedFrame);
}

// Whatever is flipped, the decoder either refuses or returns views inside of the payload (checked by the sanitizers).
TEST_F(Batch, random_damage_never_reads_outside) {
  std::mt19937 random(20260901);
  std::uint64_t bytes_seen = 0;
  for (int i = 0; i < 20000; ++i) {
    Bytes damaged = bytes;
    for (std::uint32_t flips = random() % 4 + 1; flips > 0; --flips) {
      damaged[random() % damaged.size()] = static_cast<std::byte>(random());
    }
    try {
      const auto out = decode_batch(damaged, views);
      for (const Cell cell : out.cells) {
        for (const char c : cell) bytes_seen += static_cast<unsigned char>(c);
      }
    } catch (const MalformedFrame&) {
      ++bytes_seen;
    }
  }
  EXPECT_GT(bytes_seen, 0U);
}

class Segments : public testing::Test {
 protected:
  Segments() {
    segments[0] = {
        "vm", "vm-1", "cpu", "percent", {}, 1'000'000, std::span(deltas).first(2), std::span(values).first(3)};
    segments[1] = {"vm", "vm-2", "cpu", {}, "CPUUtilization", -5, {}, std::span(values).subspan(3, 1)};
    encode_segments(segments, bytes);
  }
  std::int32_t deltas[2] = {1000, 60000};
  double values[4] = {1.5, -2.25, 1e300, 0.0};
  records::SegmentView segments[2];
  Bytes bytes;
  SegmentViews views;
};

TEST_F(Segments, come_back_as_they_were) {
  for (const std::size_t shift : {std::size_t{0}, std::size_t{1}}) {
    Bytes shifted(bytes.size() + shift);
    std::memcpy(shifted.data() + shift, bytes.data(), bytes.size());
    const auto out = decode_segments(std::span(shifted).subspan(shift), views);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_EQ(out[0].external_id, "vm-1");
    EXPECT_THAT(out[0].delta_ms, testing::ElementsAre(1000, 60000));
    EXPECT_THAT(out[0].values, testing::ElementsAre(1.5, -2.25, 1e300));
    EXPECT_TRUE(records::is_null(out[0].provider_metric_id));
    EXPECT_EQ(out[1].t0_us, -5);
    EXPECT_TRUE(out[1].delta_ms.empty());
    EXPECT_TRUE(records::is_null(out[1].metric_unit));
    EXPECT_EQ(out[1].provider_metric_id, "CPUUtilization");
  }
}

TEST_F(Segments, every_cut_is_refused) {
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW((void)decode_segments(std::span(bytes).first(size), views), MalformedFrame) << size;
  }
}

TEST_F(Segments, time_that_stands_still_and_values_that_are_none_are_refused) {
  const auto refused = [this] {
    bytes.clear();
    encode_segments(segments, bytes);
    try {
      (void)decode_segments(bytes, views);
    } catch (const MalformedFrame&) {
      return true;
    }
    return false;
  };
  deltas[1] = 0;
  EXPECT_TRUE(refused());
  deltas[1] = -1;
  EXPECT_TRUE(refused());
  deltas[1] = 1;
  EXPECT_FALSE(refused());
  values[2] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(refused());
  values[2] = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(refused());
}

TEST_F(Segments, random_damage_never_reads_outside) {
  std::mt19937 random(20260902);
  double sum = 0;
  for (int i = 0; i < 20000; ++i) {
    Bytes damaged = bytes;
    damaged[random() % damaged.size()] = static_cast<std::byte>(random());
    damaged[random() % damaged.size()] = static_cast<std::byte>(random());
    try {
      for (const auto& segment : decode_segments(damaged, views)) {
        for (const double value : segment.values) sum += value > 0 ? 1 : 0;
        for (const char c : segment.external_id) sum += c;
      }
    } catch (const MalformedFrame&) {
      sum += 1;
    }
  }
  EXPECT_GT(sum, 0);
}

}  // namespace
}  // namespace iz::wire
