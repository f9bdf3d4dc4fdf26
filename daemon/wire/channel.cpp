// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "wire/channel.hpp"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <system_error>

namespace iz::wire {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kFirstCapacity = 65536;

bool peer_is_gone(int error) {
  return error == EPIPE || error == ECONNRESET;
}

// Waits for room in the socket. False when the time is up.
bool wait_writable(int fd, std::chrono::milliseconds timeout, Clock::time_point deadline) {
  int wait_ms = -1;
  if (timeout != std::chrono::milliseconds::max()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    wait_ms = static_cast<int>(std::min<std::chrono::milliseconds::rep>(left.count(), 1'000'000));
  }
  pollfd poller{fd, POLLOUT, 0};
  if (::poll(&poller, 1, wait_ms) < 0 && errno != EINTR) throw std::system_error(errno, std::system_category(), "poll");
  return true;
}

}  // namespace

FrameReader::Result FrameReader::fill(std::byte* into, std::size_t want, bool wait) {
  while (got_ < want) {
    const ssize_t received = ::recv(fd_, into + got_, want - got_, wait ? 0 : MSG_DONTWAIT);
    if (received > 0) {
      got_ += static_cast<std::size_t>(received);
    } else if (received == 0 || peer_is_gone(errno)) {
      return Result::closed;
    } else if (errno == EAGAIN) {
      return Result::again;
    } else if (errno != EINTR) {
      throw std::system_error(errno, std::system_category(), "recv");
    }
  }
  return Result::frame;
}

FrameReader::Result FrameReader::read(bool wait) {
  if (!in_payload_) {
    const Result result = fill(head_, kHeaderSize, wait);
    if (result != Result::frame) return result;
    header_ = parse_header(head_);
    if (capacity_ < header_.length) {
      // Doubling keeps the number of allocations small; a frame is never copied, so nothing is kept of the old buffer.
      capacity_ = std::max<std::size_t>(
          {kFirstCapacity, header_.length, std::min<std::size_t>(capacity_ * 2, kMaxBulkPayload)});
      buffer_.reset();
      buffer_ = std::make_unique_for_overwrite<std::byte[]>(capacity_);
    }
    in_payload_ = true;
    got_ = 0;
  }
  const Result result = fill(buffer_.get(), header_.length, wait);
  if (result != Result::frame) {
    if (result == Result::closed && got_ == 0) got_ = kHeaderSize;  // a header without its payload is cut off too
    return result;
  }
  in_payload_ = false;
  got_ = 0;
  return Result::frame;
}

SendResult send_frame(int fd, FrameType type, std::span<const std::byte> payload, std::chrono::milliseconds timeout) {
  const auto deadline = timeout == std::chrono::milliseconds::max() ? Clock::time_point::max() : Clock::now() + timeout;
  std::byte head[kHeaderSize];
  write_header({static_cast<std::uint32_t>(payload.size()), type}, head);
  std::size_t sent = 0;
  const std::size_t total = kHeaderSize + payload.size();
  while (sent < total) {
    iovec parts[2];
    std::size_t count = 0;
    if (sent < kHeaderSize) parts[count++] = {head + sent, kHeaderSize - sent};
    const std::size_t from = sent > kHeaderSize ? sent - kHeaderSize : 0;
    if (from < payload.size()) {
      parts[count++] = {const_cast<std::byte*>(payload.data()) + from, payload.size() - from};
    }
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = count;
    const ssize_t written = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (written >= 0) {
      sent += static_cast<std::size_t>(written);
    } else if (peer_is_gone(errno)) {
      return SendResult::closed;
    } else if (errno == EAGAIN) {
      if (!wait_writable(fd, timeout, deadline)) return SendResult::timed_out;
    } else if (errno != EINTR) {
      throw std::system_error(errno, std::system_category(), "sendmsg");
    }
  }
  return SendResult::sent;
}

}  // namespace iz::wire
