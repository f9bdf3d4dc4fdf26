// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "support/json.hpp"
#include <infrazen/metrics.hpp>

namespace iz::support {

// Metrics are measurements, and no money: doubles. From a number or a text of digits; null, "NaN" and what is no finite
// number were not measured.
[[nodiscard]] inline std::optional<double> measured(const JsonValue& value) {
  const std::string_view digits = value.text();
  double number = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || fault != std::errc() || end != digits.data() + digits.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

// In the order of time, each instant once: of two the one that was read first.
[[nodiscard]] inline std::vector<infrazen::Point> in_order(std::vector<infrazen::Point> points) {
  std::ranges::stable_sort(points, {}, &infrazen::Point::at);
  const auto same = [](const infrazen::Point& one, const infrazen::Point& other) { return one.at == other.at; };
  points.erase(std::unique(points.begin(), points.end(), same), points.end());
  return points;
}

}  // namespace iz::support
