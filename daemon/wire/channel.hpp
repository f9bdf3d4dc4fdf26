// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>

#include "wire/frame.hpp"

// Frames over the socketpair. A reader and a writer share the descriptor, which neither of them owns.
namespace iz::wire {

// Reads frames one after another into one buffer that is kept. Payloads start on a 16-byte boundary.
class FrameReader {
 public:
  explicit FrameReader(int fd) : fd_(fd) {}

  enum class Result : std::uint8_t {
    frame,   // type() and payload() are valid until the next read()
    again,   // nothing more has arrived (only without `wait`)
    closed,  // the other side is gone; truncated() says whether in the middle of a frame
  };
  // Throws MalformedFrame, or std::system_error when the socket fails.
  [[nodiscard]] Result read(bool wait);

  [[nodiscard]] FrameType type() const { return header_.type; }
  [[nodiscard]] std::span<const std::byte> payload() const { return {buffer_.get(), header_.length}; }
  // The same for an owner of secrets, who wipes them.
  [[nodiscard]] std::span<std::byte> writable_payload() { return {buffer_.get(), header_.length}; }
  [[nodiscard]] bool truncated() const { return got_ != 0; }

 private:
  Result fill(std::byte* into, std::size_t want, bool wait);

  int fd_;
  FrameHeader header_;
  std::byte head_[kHeaderSize] = {};
  bool in_payload_ = false;
  std::size_t got_ = 0;  // bytes of the header, or of the payload, so far
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t capacity_ = 0;
};

enum class SendResult : std::uint8_t { sent, closed, timed_out };

// Sends one whole frame; not for two threads at once. Without `timeout` it blocks as long as the other side does not
// read: that is the backpressure. After anything but `sent` the stream is unusable. Throws std::system_error when the
// socket fails.
[[nodiscard]] SendResult send_frame(int fd, FrameType type, std::span<const std::byte> payload,
                                    std::chrono::milliseconds timeout = std::chrono::milliseconds::max());

}  // namespace iz::wire
