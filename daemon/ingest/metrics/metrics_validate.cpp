// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/metrics/metrics_validate.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "records/utf8.hpp"

namespace iz::ingest {

namespace {

constexpr std::size_t kMaxPoints = 65536;
constexpr std::size_t kMaxText = 1024;
constexpr std::size_t kMaxShown = 200;
constexpr std::int64_t kYear2200Us = 7'258'118'400'000'000;

}  // namespace

std::optional<SegmentFault> shape_fault(const records::SegmentView& segment) {
  const std::size_t n = segment.values.size();
  if (n == 0 || n > kMaxPoints || segment.delta_ms.size() != n - 1) {
    return SegmentFault{"segment_shape",
                        fmt::format("a segment of {} values and {} distances: 1 to {} values and one distance "
                                    "fewer are needed; it is left out",
                                    n, segment.delta_ms.size(), kMaxPoints),
                        std::to_string(n)};
  }
  std::int64_t last_ms = 0;
  std::int32_t least = std::numeric_limits<std::int32_t>::max();
  for (const std::int32_t delta : segment.delta_ms) {
    last_ms += delta;
    if (delta < least) least = delta;
  }
  if (least <= 0) {
    return SegmentFault{"instants_order", "a segment's instants do not ascend: it is left out", std::to_string(least)};
  }
  if (segment.t0_us < 0 || segment.t0_us >= kYear2200Us || last_ms >= (kYear2200Us - segment.t0_us + 999) / 1000) {
    return SegmentFault{"instant_range", "a segment's instants are not within the years 1970 to 2199: it is left out",
                        std::to_string(segment.t0_us)};
  }
  return std::nullopt;
}

std::optional<SegmentFault> name_fault(const records::SegmentView& segment) {
  const std::array needed{std::pair{std::string_view("resource_type"), segment.resource_type},
                          std::pair{std::string_view("external_id"), segment.external_id},
                          std::pair{std::string_view("metric_name"), segment.metric_name}};
  for (const auto& [what, text] : needed) {
    if (text.empty()) return SegmentFault{"missing", fmt::format("{} is missing: the segment is left out", what), {}};
  }
  const std::array all{needed[0], needed[1], needed[2], std::pair{std::string_view("metric_unit"), segment.metric_unit},
                       std::pair{std::string_view("provider_metric_id"), segment.provider_metric_id}};
  for (const auto& [what, text] : all) {
    if (text.size() > kMaxText) {
      return SegmentFault{"too_long",
                          fmt::format("{} is longer than {} bytes: the segment is left out", what, kMaxText),
                          printable(text)};
    }
    if (!records::is_utf8(text)) {
      return SegmentFault{"utf8", fmt::format("{} is not UTF-8 or has a NUL: the segment is left out", what),
                          printable(text)};
    }
  }
  return std::nullopt;
}

std::size_t first_not_finite(std::span<const double> values) {
  // x - x is 0 for a number and NaN otherwise: one sum tells for all of them whether a closer look is needed.
  double sum = 0;
  for (const double value : values) sum += value - value;
  if (sum == 0) return values.size();
  std::size_t i = 0;
  while (i < values.size() && std::isfinite(values[i])) ++i;
  return i;
}

std::vector<FinitePoints> finite_points(const records::SegmentView& segment) {
  std::vector<FinitePoints> pieces;
  std::int64_t at_ms = 0;    // since t0
  std::int64_t kept_ms = 0;  // of the point kept last
  for (std::size_t i = 0; i < segment.values.size(); ++i) {
    if (i > 0) at_ms += segment.delta_ms[i - 1];
    if (!std::isfinite(segment.values[i])) continue;
    const std::int64_t distance = at_ms - kept_ms;
    if (pieces.empty() || distance > std::numeric_limits<std::int32_t>::max()) {
      pieces.push_back({.t0_us = segment.t0_us + at_ms * 1000, .delta_ms = {}, .values = {}});
    } else {
      pieces.back().delta_ms.push_back(static_cast<std::int32_t>(distance));
    }
    kept_ms = at_ms;
    pieces.back().values.push_back(segment.values[i]);
  }
  return pieces;
}

store::SeriesName name_of(const records::SegmentView& segment) {
  return {.resource_type = segment.resource_type,
          .external_id = segment.external_id,
          .metric_name = segment.metric_name,
          .metric_unit = segment.metric_unit,
          .provider_metric_id = segment.provider_metric_id};
}

std::string leaf_suffix(std::int32_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("{:04}{:02}{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string printable(std::string_view text) {
  std::string shown(text.substr(0, kMaxShown));
  while (!shown.empty() && text.size() > kMaxShown && (static_cast<unsigned char>(shown.back()) & 0x80) != 0)
    shown.pop_back();
  if (records::is_utf8(shown)) return shown;
  for (char& c : shown) {
    if (c < ' ' || c > '~') c = '?';
  }
  return shown;
}

}  // namespace iz::ingest
