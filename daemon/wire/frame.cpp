// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "wire/frame.hpp"

#include <cstring>

#include <fmt/format.h>

namespace iz::wire {

std::string_view name_of(FrameType type) {
  switch (type) {
    case FrameType::start: return "start";
    case FrameType::mark_done: return "mark_done";
    case FrameType::cancel: return "cancel";
    case FrameType::ping: return "ping";
    case FrameType::manifest: return "manifest";
    case FrameType::batch: return "batch";
    case FrameType::segments: return "segments";
    case FrameType::scope_open: return "scope_open";
    case FrameType::scope_close: return "scope_close";
    case FrameType::mark: return "mark";
    case FrameType::finding: return "finding";
    case FrameType::checkpoint: return "checkpoint";
    case FrameType::progress: return "progress";
    case FrameType::log: return "log";
    case FrameType::check_result: return "check_result";
    case FrameType::done: return "done";
    case FrameType::pong: return "pong";
    case FrameType::admission: return "admission";
    case FrameType::observation: return "observation";
    case FrameType::rate_grant: return "rate_grant";
    case FrameType::rate_ask: return "rate_ask";
    case FrameType::rate_throttled: return "rate_throttled";
  }
  return {};
}

std::uint32_t max_payload(FrameType type) {
  switch (type) {
    case FrameType::batch:
    case FrameType::segments:
    case FrameType::start:  // settings, cursor, checkpoint and secrets; from our own daemon
      return kMaxBulkPayload;
    default: return kMaxControlPayload;
  }
}

FrameHeader parse_header(std::span<const std::byte, kHeaderSize> bytes) {
  std::uint32_t length = 0;
  std::uint16_t type = 0;
  std::uint16_t flags = 0;
  std::memcpy(&length, bytes.data(), 4);
  std::memcpy(&type, bytes.data() + 4, 2);
  std::memcpy(&flags, bytes.data() + 6, 2);
  const FrameHeader header{length, static_cast<FrameType>(type)};
  if (name_of(header.type).empty()) throw MalformedFrame(fmt::format("frame of unknown type {}", type));
  if (flags != 0) throw MalformedFrame(fmt::format("{} frame with unknown flags {:#x}", name_of(header.type), flags));
  if (length > max_payload(header.type)) {
    throw MalformedFrame(fmt::format("{} frame of {} bytes, at most {} are allowed", name_of(header.type), length,
                                     max_payload(header.type)));
  }
  return header;
}

void write_header(const FrameHeader& header, std::span<std::byte, kHeaderSize> out) {
  const auto type = static_cast<std::uint16_t>(header.type);
  const std::uint16_t flags = 0;
  std::memcpy(out.data(), &header.length, 4);
  std::memcpy(out.data() + 4, &type, 2);
  std::memcpy(out.data() + 6, &flags, 2);
}

}  // namespace iz::wire
