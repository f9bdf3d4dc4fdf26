// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "wire/batch_codec.hpp"
#include "wire/text.hpp"

namespace iz::wire {
namespace {

using records::SegmentView;

constexpr std::uint32_t kMaxTextBytes = 1024;

struct Descriptor {
  std::int64_t t0_us = 0;
  std::uint32_t points = 0;
  std::uint32_t lengths[5] = {};
};
static_assert(sizeof(Descriptor) == 32);

struct Head {
  std::uint32_t count = 0;
  std::uint32_t zero = 0;
  std::uint64_t points = 0;
};
static_assert(sizeof(Head) == 16);

// The numbers in place, or, from a payload that is not aligned, copied.
template <class Number>
std::span<const Number> numbers(std::span<const std::byte> bytes, std::vector<Number>& copy) {
  const std::size_t count = bytes.size() / sizeof(Number);
  if (count == 0) return {};
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(Number) == 0) {
    return {reinterpret_cast<const Number*>(bytes.data()), count};
  }
  copy.resize(count);
  std::memcpy(copy.data(), bytes.data(), bytes.size());
  return copy;
}

std::string_view take_text(ByteReader& reader, std::uint32_t length, bool nullable) {
  if (length == kNull) {
    if (!nullable) throw MalformedFrame("segment without a resource or metric name");
    return {};
  }
  if (length > kMaxTextBytes) throw MalformedFrame(fmt::format("segment with a text of {} bytes", length));
  const auto bytes = reader.take(length);
  const std::string_view text(length == 0 ? "" : reinterpret_cast<const char*>(bytes.data()), length);
  if (!is_text(text)) throw MalformedFrame("segment with a text that is not UTF-8 or holds a NUL");
  return text;
}

}  // namespace

void encode_segments(std::span<const SegmentView> segments, Bytes& out) {
  Head head{static_cast<std::uint32_t>(segments.size()), 0, 0};
  for (const auto& segment : segments) head.points += segment.values.size();
  ByteWriter writer(out);
  writer.raw(std::as_bytes(std::span(&head, 1)));
  for (const auto& segment : segments) {
    const auto length = [](std::string_view text) {
      return text.data() == nullptr ? kNull : static_cast<std::uint32_t>(text.size());
    };
    const Descriptor descriptor{
        segment.t0_us,
        static_cast<std::uint32_t>(segment.values.size()),
        {length(segment.resource_type), length(segment.external_id), length(segment.metric_name),
         length(segment.metric_unit), length(segment.provider_metric_id)}};
    writer.raw(std::as_bytes(std::span(&descriptor, 1)));
  }
  for (const auto& segment : segments) writer.raw(std::as_bytes(segment.values));
  for (const auto& segment : segments) writer.raw(std::as_bytes(segment.delta_ms));
  for (const auto& segment : segments) {
    for (const auto text : {segment.resource_type, segment.external_id, segment.metric_name, segment.metric_unit,
                            segment.provider_metric_id}) {
      writer.raw(as_bytes(text));
    }
  }
}

std::span<const SegmentView> decode_segments(std::span<const std::byte> payload, SegmentViews& views) {
  ByteReader reader(payload);
  Head head;
  std::memcpy(&head, reader.take(sizeof head).data(), sizeof head);
  if (head.zero != 0 || head.count > kMaxSegments || head.points > kMaxPoints || head.points < head.count) {
    throw MalformedFrame(fmt::format("{} segments with {} points", head.count, head.points));
  }
  const auto descriptors = reader.take(std::size_t{head.count} * sizeof(Descriptor));
  const auto values = numbers(reader.take(head.points * sizeof(double)), views.values);
  const auto deltas = numbers(reader.take((head.points - head.count) * sizeof(std::int32_t)), views.deltas);
  if (!std::ranges::all_of(values, [](double value) { return std::isfinite(value); })) {
    throw MalformedFrame("segment with a value that is not finite");
  }
  if (!std::ranges::all_of(deltas, [](std::int32_t delta) { return delta > 0; })) {
    throw MalformedFrame("segment whose points do not follow each other in time");
  }

  views.segments.resize(head.count);
  std::size_t point = 0;
  std::size_t delta = 0;
  for (std::size_t i = 0; i < head.count; ++i) {
    Descriptor descriptor;
    std::memcpy(&descriptor, descriptors.data() + i * sizeof descriptor, sizeof descriptor);
    if (descriptor.points == 0 || descriptor.points > kMaxPointsOfSegment ||
        descriptor.points > values.size() - point || descriptor.points - 1 > deltas.size() - delta) {
      throw MalformedFrame(fmt::format("segment of {} points", descriptor.points));
    }
    SegmentView& segment = views.segments[i];
    segment.resource_type = take_text(reader, descriptor.lengths[0], false);
    segment.external_id = take_text(reader, descriptor.lengths[1], false);
    segment.metric_name = take_text(reader, descriptor.lengths[2], false);
    segment.metric_unit = take_text(reader, descriptor.lengths[3], true);
    segment.provider_metric_id = take_text(reader, descriptor.lengths[4], true);
    segment.t0_us = descriptor.t0_us;
    segment.values = values.subspan(point, descriptor.points);
    segment.delta_ms = deltas.subspan(delta, descriptor.points - 1);
    point += descriptor.points;
    delta += descriptor.points - 1;
  }
  if (point != values.size())
    throw MalformedFrame(fmt::format("{} points belong to no segment", values.size() - point));
  reader.end();
  return views.segments;
}

}  // namespace iz::wire
