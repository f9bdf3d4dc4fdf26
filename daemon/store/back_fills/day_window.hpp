// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace iz::store {

// The days of a back-fill: [since, until), days of UTC.
struct DayWindow {
  std::chrono::sys_days since;
  std::chrono::sys_days until;
  bool operator==(const DayWindow&) const = default;

  // As the ABI has them.
  [[nodiscard]] std::int64_t since_us() const { return std::chrono::microseconds(since.time_since_epoch()).count(); }
  [[nodiscard]] std::int64_t until_us() const { return std::chrono::microseconds(until.time_since_epoch()).count(); }
};

[[nodiscard]] std::string to_text(std::chrono::sys_days day);  // 2026-03-01
// Of that form and no other.
[[nodiscard]] std::optional<std::chrono::sys_days> parse_day(std::string_view text);

}  // namespace iz::store
