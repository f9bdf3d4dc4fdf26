// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Frames as a hostile connector-host would send them: the first two bytes are the type, the rest the payload.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "wire/batch_codec.hpp"
#include "wire/messages.hpp"

namespace {

using iz::wire::FrameType;

void decode(FrameType type, std::span<const std::byte> payload) {
  using namespace iz::wire;
  static BatchViews batches;
  static SegmentViews segments;
  switch (type) {
    case FrameType::start: (void)decode_start(payload); break;
    case FrameType::mark_done: (void)decode_mark_done(payload); break;
    case FrameType::manifest: (void)decode_manifest(payload); break;
    case FrameType::batch: (void)decode_batch(payload, batches); break;
    case FrameType::segments: (void)decode_segments(payload, segments); break;
    case FrameType::scope_open:
    case FrameType::scope_close: (void)decode_scope_event(payload); break;
    case FrameType::mark: (void)decode_mark(payload); break;
    case FrameType::finding: (void)decode_finding(payload); break;
    case FrameType::checkpoint: (void)decode_checkpoint(payload); break;
    case FrameType::progress: (void)decode_progress(payload); break;
    case FrameType::log: (void)decode_log(payload); break;
    case FrameType::check_result: (void)decode_check_result(payload); break;
    case FrameType::done: (void)decode_done(payload); break;
    case FrameType::pong: (void)decode_pong(payload); break;
    case FrameType::rate_grant: (void)decode_rate_grant(payload); break;
    case FrameType::rate_ask: (void)decode_rate_ask(payload); break;
    case FrameType::rate_throttled: (void)decode_rate_throttled(payload); break;
    case FrameType::admission: (void)decode_admission(payload); break;
    case FrameType::observation: (void)decode_observation(payload); break;
    case FrameType::cancel:
    case FrameType::ping: break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::uint16_t type = 0;
  std::memcpy(&type, data, sizeof type);
  try {
    decode(static_cast<FrameType>(type), std::as_bytes(std::span(data + 2, size - 2)));
  } catch (const iz::wire::MalformedFrame&) {
  }
  return 0;
}
