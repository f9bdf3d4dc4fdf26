// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <charconv>
#include <cmath>
#include <optional>

#include "support/json.hpp"

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

}  // namespace iz::support
