// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <infrazen/arena.hpp>
#include <infrazen/record_buffer.hpp>
#include <infrazen/sink.hpp>
#include <infrazen/time.hpp>

namespace infrazen {

// What is measured, on which resource. Empty unit and provider id mean none. Views are copied when points are pushed.
struct Series {
  std::string_view resource_type{};
  std::string_view external_id{};
  std::string_view name{};  // normalised: "cpu_utilization"
  std::string_view unit{};  // "percent", "bytes"
  std::string_view provider_metric_id{};
};

struct Point {
  Micros at;
  double value = 0;
};

// Points of many series on their way into segments.
class MetricBuffer final : public PendingRecords {
 public:
  explicit MetricBuffer(const Sink& sink) : sink_(sink) {}

  // Points in the order of time, at least a millisecond apart. A point that is not after the one before is an Error;
  // values that are not finite, which providers send for "nothing measured", are left out.
  void push(const Series& series, std::span<const Point> points) {
    const std::string_view texts[] = {arena_.copy(series.resource_type), arena_.copy(series.external_id),
                                      arena_.copy(series.name), arena_.copy(none(series.unit)),
                                      arena_.copy(none(series.provider_metric_id))};
    std::int64_t last_ms = 0;
    Pending* open = nullptr;
    for (const Point& point : points) {
      if (!std::isfinite(point.value)) continue;
      const std::int64_t us = point.at.time_since_epoch().count();
      const std::int64_t step = open == nullptr ? 0 : (us - open->t0_us) / 1000 - last_ms;
      if (open != nullptr && step <= 0) {
        throw Error(ErrorClass::internal, "metric " + std::string(series.name) + " of " +
                                              std::string(series.external_id) + ": point at " + to_text(point.at) +
                                              " is not after the one before");
      }
      if (open == nullptr || step > std::numeric_limits<std::int32_t>::max() || open->count == IZ_SEGMENT_POINTS_MAX) {
        segments_.push_back(
            {{texts[0], texts[1], texts[2], texts[3], texts[4]}, us, deltas_.size(), values_.size(), 0});
        open = &segments_.back();
        last_ms = 0;
      } else {
        deltas_.push_back(static_cast<std::int32_t>(step));
        last_ms += step;
      }
      values_.push_back(point.value);
      ++open->count;
    }
    if (segments_.size() >= kSegments || values_.size() >= kPoints) flush();
  }

  void flush() override {
    if (segments_.empty()) return;
    raw_.clear();
    for (const Pending& s : segments_) {
      raw_.push_back({sizeof(iz_metric_segment), s.count, to_abi_text(s.texts[0]), to_abi_text(s.texts[1]),
                      to_abi_text(s.texts[2]), to_abi(s.texts[3]), to_abi(s.texts[4]), s.t0_us,
                      deltas_.data() + s.first_delta, values_.data() + s.first_value});
    }
    sink_.push_metrics(raw_);
    segments_.clear();
    deltas_.clear();
    values_.clear();
    arena_.clear();
  }

 private:
  static constexpr std::size_t kSegments = 4096;
  static constexpr std::size_t kPoints = 128 * 1024;
  struct Pending {
    std::string_view texts[5];
    std::int64_t t0_us;
    std::size_t first_delta;
    std::size_t first_value;
    std::uint32_t count;
  };
  static std::string_view none(std::string_view text) { return text.empty() ? std::string_view() : text; }

  Sink sink_;
  Arena arena_;
  std::vector<Pending> segments_;
  std::vector<std::int32_t> deltas_;
  std::vector<double> values_;
  std::vector<iz_metric_segment> raw_;
};

}  // namespace infrazen
