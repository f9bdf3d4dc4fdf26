// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <infrazen/abi/sink.h>

// The private framing between infrazend and infrazen-connector-host, over one SOCK_STREAM socketpair. Both ends are the
// same build on the same machine, so numbers are in host order; nothing else is taken on trust: what is read comes from
// a process that runs a stranger's code.
//
//   frame   = u32 payload bytes, u16 type, u16 flags (0), payload
//   credit  = the socket: a sender blocks when the other side does not read
namespace iz::wire {

enum class FrameType : std::uint16_t {
  // infrazend → connector-host
  start = 1,
  mark_done = 2,
  cancel = 3,
  ping = 4,
  rate_grant = 5,
  // connector-host → infrazend
  manifest = 16,
  batch = 17,
  segments = 18,
  scope_open = 19,
  scope_close = 20,
  mark = 21,
  finding = 22,
  checkpoint = 23,
  progress = 24,
  log = 25,
  check_result = 26,
  done = 27,
  pong = 28,
  admission = 29,
  rate_ask = 30,
  rate_throttled = 31,
  observation = 40,
};

[[nodiscard]] std::string_view name_of(FrameType type);

inline constexpr std::size_t kHeaderSize = 8;
inline constexpr std::uint32_t kNull = 0xFFFFFFFF;  // the length of a null text

// Caps of one frame. A batch of the ABI is split into frames well below these by the sender.
inline constexpr std::uint32_t kMaxCells = 262144;
inline constexpr std::uint32_t kMaxColumns = IZ_BATCH_COLUMNS_MAX;
inline constexpr std::uint32_t kMaxNameBytes = 128;
inline constexpr std::uint32_t kMaxOriginBytes = 4096;
inline constexpr std::uint32_t kMaxSegments = IZ_SEGMENTS_MAX;
inline constexpr std::uint32_t kMaxPointsOfSegment = IZ_SEGMENT_POINTS_MAX;
inline constexpr std::uint32_t kMaxPoints = 524288;
inline constexpr std::uint32_t kMaxBulkPayload = IZ_BATCH_BYTES_MAX + 4U * 1024 * 1024;
inline constexpr std::uint32_t kMaxControlPayload = 1024 * 1024;

// The most payload bytes a frame of this type may have.
[[nodiscard]] std::uint32_t max_payload(FrameType type);

// What was read is not what the other side may send. The run it came from is over.
class MalformedFrame : public std::runtime_error {
 public:
  explicit MalformedFrame(const std::string& what) : std::runtime_error(what) {}
};

struct FrameHeader {
  std::uint32_t length = 0;
  FrameType type = FrameType::ping;
};

// Throws MalformedFrame for an unknown type, a flag that is not 0 or a length beyond the type's cap.
[[nodiscard]] FrameHeader parse_header(std::span<const std::byte, kHeaderSize> bytes);
void write_header(const FrameHeader& header, std::span<std::byte, kHeaderSize> out);

}  // namespace iz::wire
