// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <zlib.h>

#include "support/byte_source.hpp"

namespace iz::support {
namespace {

std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  std::string in(text);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

std::string inflate_all(std::string_view compressed, std::size_t most_at_once = SIZE_MAX) {
  MemorySource source(compressed, most_at_once);
  GzipSource gunzip(source, "bill.csv.gz");
  std::string out;
  std::vector<char> buffer(1000);
  while (const std::size_t count = gunzip.read(buffer)) out.append(buffer.data(), count);
  EXPECT_EQ(gunzip.read(buffer), 0U);
  return out;
}

SourceFault::Kind fault_of(std::string_view compressed) {
  try {
    (void)inflate_all(compressed);
  } catch (const SourceFault& fault) {
    EXPECT_NE(std::string(fault.what()).find("bill.csv.gz"), std::string::npos);
    return fault.kind();
  }
  ADD_FAILURE() << "no fault";
  return {};
}

std::string text() {
  std::string lines;
  for (int i = 0; i < 2000; ++i) lines += "row " + std::to_string(i * 7919 % 1009) + "\n";
  return lines;
}

TEST(Gzip, a_stream_comes_out_as_it_went_in_whatever_the_size_of_reads) {
  EXPECT_EQ(inflate_all(gzip(text())), text());
  EXPECT_EQ(inflate_all(gzip(text()), 1), text());
  EXPECT_EQ(inflate_all(gzip("")), "");
}

TEST(Gzip, members_follow_each_other_and_zeros_behind_them_are_padding) {
  EXPECT_EQ(inflate_all(gzip("one ") + gzip("two ") + gzip("") + gzip("three")), "one two three");
  EXPECT_EQ(inflate_all(gzip("one") + std::string(512, '\0')), "one");
}

TEST(Gzip, a_stream_without_its_end_is_cut_off) {
  const std::string whole = gzip(text());
  EXPECT_EQ(fault_of(whole.substr(0, whole.size() / 2)), SourceFault::Kind::truncated);
  EXPECT_EQ(fault_of(whole.substr(0, whole.size() - 1)), SourceFault::Kind::truncated);
  EXPECT_EQ(fault_of(whole + gzip("next").substr(0, 12)), SourceFault::Kind::truncated);
}

TEST(Gzip, changed_bytes_and_garbage_behind_the_end_are_damage) {
  std::string damaged = gzip(text());
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);  // the check sum
  EXPECT_EQ(fault_of(damaged), SourceFault::Kind::corrupt);
  EXPECT_EQ(fault_of(gzip("one") + "garbage"), SourceFault::Kind::corrupt);
}

TEST(Gzip, it_is_told_by_its_first_bytes) {
  EXPECT_TRUE(GzipSource::recognises(gzip("x")));
  EXPECT_FALSE(GzipSource::recognises("BilledCost,"));
}

}  // namespace
}  // namespace iz::support
