// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "wire/channel.hpp"

#include <cstring>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "wire/descriptor.hpp"

namespace iz::wire {
namespace {

using Result = FrameReader::Result;

struct Pair {
  Pair() {
    int pair[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    near = Descriptor(pair[0]);
    far = Descriptor(pair[1]);
  }
  Descriptor near;
  Descriptor far;
};

class Channel : public testing::Test, protected Pair {};

std::span<const std::byte> bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

TEST_F(Channel, frames_come_in_order_and_payloads_are_aligned) {
  const std::string big(3'000'000, 'b');
  std::jthread sender([&] {
    EXPECT_EQ(send_frame(far.get(), FrameType::ping, {}), SendResult::sent);
    EXPECT_EQ(send_frame(far.get(), FrameType::batch, bytes(big)), SendResult::sent);
    EXPECT_EQ(send_frame(far.get(), FrameType::log, bytes("last")), SendResult::sent);
  });
  FrameReader reader(near.get());
  ASSERT_EQ(reader.read(true), Result::frame);
  EXPECT_EQ(reader.type(), FrameType::ping);
  EXPECT_TRUE(reader.payload().empty());
  ASSERT_EQ(reader.read(true), Result::frame);
  EXPECT_EQ(reader.payload().size(), big.size());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(reader.payload().data()) % 16, 0U);
  ASSERT_EQ(reader.read(true), Result::frame);
  EXPECT_EQ(std::memcmp(reader.payload().data(), "last", 4), 0);
}

TEST_F(Channel, a_frame_that_comes_byte_by_byte_is_one_frame) {
  unsigned char frame[kHeaderSize + 3] = {3, 0, 0, 0, 24, 0, 0, 0, 'a', 'b', 'c'};
  FrameReader reader(near.get());
  for (const unsigned char byte : frame) {
    EXPECT_EQ(reader.read(false), Result::again);
    ASSERT_EQ(::send(far.get(), &byte, 1, 0), 1);
  }
  EXPECT_EQ(reader.read(false), Result::frame);
  EXPECT_EQ(reader.payload().size(), 3U);
}

TEST_F(Channel, an_end_between_frames_is_not_truncated_and_one_inside_is) {
  FrameReader reader(near.get());
  const unsigned char half[kHeaderSize + 1] = {3, 0, 0, 0, 24, 0, 0, 0, 'a'};
  for (const std::size_t size : {std::size_t{3}, kHeaderSize, sizeof half}) {
    Pair other;
    FrameReader cut(other.near.get());
    ASSERT_EQ(::send(other.far.get(), half, size, 0), static_cast<ssize_t>(size));
    other.far.reset();
    EXPECT_EQ(cut.read(true), Result::closed);
    EXPECT_TRUE(cut.truncated()) << size;
  }
  far.reset();
  EXPECT_EQ(reader.read(true), Result::closed);
  EXPECT_FALSE(reader.truncated());
}

TEST_F(Channel, a_header_is_checked_before_its_payload_is_awaited) {
  const std::uint32_t too_long[2] = {0xFFFFFFFF, 17};
  const std::uint32_t control_too_long[2] = {kMaxControlPayload + 1, 24};
  const std::uint32_t unknown_type[2] = {0, 999};
  const std::uint32_t unknown_flag[2] = {0, 4U | (1U << 16)};
  for (const auto* header : {too_long, control_too_long, unknown_type, unknown_flag}) {
    Pair other;
    ASSERT_EQ(::send(other.far.get(), header, 8, 0), 8);
    FrameReader reader(other.near.get());
    EXPECT_THROW((void)reader.read(true), MalformedFrame) << header[1];
  }
}

TEST_F(Channel, a_sender_gives_up_when_nobody_reads) {
  const std::string big(8'000'000, 'b');
  EXPECT_EQ(send_frame(far.get(), FrameType::batch, bytes(big), std::chrono::milliseconds(50)), SendResult::timed_out);
  near.reset();
  EXPECT_EQ(send_frame(far.get(), FrameType::ping, {}), SendResult::closed);
}

}  // namespace
}  // namespace iz::wire
