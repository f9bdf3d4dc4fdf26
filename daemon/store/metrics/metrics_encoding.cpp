// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/metrics/metrics_encoding.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

namespace iz::store {

namespace {

constexpr double kExactIntegers = 9007199254740992.0;  // 2^53: every integer up to here is a double
constexpr std::int64_t kInt4Max = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kInt2Max = std::numeric_limits<std::int16_t>::max();

// The values as integers over `divisor`, or false when one of them would not come back bit for bit.
bool as_integers(std::span<const MetricPoint> points, std::int32_t divisor, std::vector<std::int64_t>& integers) {
  integers.clear();
  for (const MetricPoint& point : points) {
    const double scaled = std::nearbyint(point.value * divisor);
    if (!(std::abs(scaled) <= kExactIntegers)) return false;
    const auto integer = static_cast<std::int64_t>(scaled);
    const double back = static_cast<double>(integer) / divisor;
    if (std::bit_cast<std::uint64_t>(back) != std::bit_cast<std::uint64_t>(point.value)) return false;  // -0.0 too
    integers.push_back(integer);
  }
  return true;
}

void encode_values(std::span<const MetricPoint> points, SealedSegment& segment) {
  std::vector<std::int64_t> integers;
  integers.reserve(points.size());
  for (const std::int32_t divisor : {1, 10, 100, 1000, 10000}) {
    if (!as_integers(points, divisor, integers)) continue;
    const auto [low, high] = std::minmax_element(integers.begin(), integers.end());
    const std::int64_t range = *high - *low;
    if (range > 2 * kInt4Max + 1) break;
    segment.divisor = divisor;
    if (range <= 2 * kInt2Max + 1) {
      segment.base = *low + kInt2Max + 1;
      for (const std::int64_t value : integers) segment.v2.push_back(static_cast<std::int16_t>(value - segment.base));
    } else {
      segment.base = *low + kInt4Max + 1;
      for (const std::int64_t value : integers) segment.v4.push_back(static_cast<std::int32_t>(value - segment.base));
    }
    return;
  }
  for (const MetricPoint& point : points) segment.v8.push_back(point.value);
}

// The largest unit that every distance is a multiple of.
std::int64_t common_unit(std::span<const MetricPoint> points) {
  std::int64_t unit = 0;
  for (std::size_t i = 1; i < points.size(); ++i) unit = std::gcd(unit, points[i].at_us - points[i - 1].at_us);
  return unit == 0 ? 1 : unit;
}

void encode_instants(std::span<const MetricPoint> points, SealedSegment& segment) {
  const std::int64_t last = (points.back().at_us - segment.t0_us) / segment.unit_us;
  if (last == static_cast<std::int64_t>(points.size()) - 1) return;  // regular: the index says it
  for (const MetricPoint& point : points) {
    const std::int64_t at = (point.at_us - segment.t0_us) / segment.unit_us;
    if (last <= kInt2Max) {
      segment.at2.push_back(static_cast<std::int16_t>(at));
    } else {
      segment.at4.push_back(static_cast<std::int32_t>(at));
    }
  }
}

void encode_aggregates(std::span<const MetricPoint> points, SealedSegment& segment) {
  segment.n = static_cast<std::int32_t>(points.size());
  segment.min = segment.max = points.front().value;
  for (const MetricPoint& point : points) {
    segment.sum += point.value;
    segment.min = std::min(segment.min, point.value);
    segment.max = std::max(segment.max, point.value);
  }
}

}  // namespace

std::vector<MetricPoint> count_once(std::vector<ArrivedPoint> points) {
  std::sort(points.begin(), points.end(), [](const ArrivedPoint& a, const ArrivedPoint& b) {
    return a.point.at_us != b.point.at_us ? a.point.at_us < b.point.at_us : a.arrival < b.arrival;
  });
  std::vector<MetricPoint> once;
  once.reserve(points.size());
  for (const ArrivedPoint& arrived : points) {
    if (!once.empty() && once.back().at_us == arrived.point.at_us) {
      once.back() = arrived.point;
    } else {
      once.push_back(arrived.point);
    }
  }
  return once;
}

std::vector<SealedSegment> seal_points(std::span<const MetricPoint> points) {
  std::vector<SealedSegment> segments;
  const std::int64_t unit = common_unit(points);
  while (!points.empty()) {
    const std::int64_t limit =
        points.front().at_us + std::min(kInt4Max, std::numeric_limits<std::int64_t>::max() / unit / 2) * unit;
    const auto end =
        std::partition_point(points.begin(), points.end(), [&](const MetricPoint& p) { return p.at_us <= limit; });
    const auto part = points.first(static_cast<std::size_t>(end - points.begin()));
    SealedSegment& segment = segments.emplace_back();
    segment.t0_us = part.front().at_us;
    segment.unit_us = unit;
    encode_instants(part, segment);
    encode_values(part, segment);
    encode_aggregates(part, segment);
    points = points.subspan(part.size());
  }
  return segments;
}

std::vector<MetricPoint> unseal_points(const SealedSegment& segment) {
  std::vector<MetricPoint> points(static_cast<std::size_t>(segment.n));
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::int64_t at = static_cast<std::int64_t>(i);
    if (!segment.at2.empty()) at = segment.at2[i];
    if (!segment.at4.empty()) at = segment.at4[i];
    points[i].at_us = segment.t0_us + at * segment.unit_us;
    if (!segment.v8.empty()) {
      points[i].value = segment.v8[i];
    } else {
      const std::int64_t integer = segment.base + (segment.v2.empty() ? segment.v4[i] : segment.v2[i]);
      points[i].value = static_cast<double>(integer) / segment.divisor;
    }
  }
  return points;
}

}  // namespace iz::store
