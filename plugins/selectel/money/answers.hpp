// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "support/json.hpp"
#include <infrazen/decimal.hpp>
#include <infrazen/time.hpp>

// What the answers of api.selectel.ru about money have in common.
namespace iz::selectel {

// Throws infrazen::Error for a 200 that says "status": "error".
void require_success(const support::JsonValue& root, const std::string& origin);
// The rows of an answer that is {"status", "data": […]} or the bare array. Throws when it is neither.
[[nodiscard]] support::JsonValue rows_of(const support::JsonValue& root, const std::string& origin);

// Kopecks as roubles, exact: 93 is 0.93, 0.5 is 0.005. Throws infrazen::Error when the value is no number.
[[nodiscard]] infrazen::Decimal roubles(const support::JsonValue& kopecks, const std::string& what);

// A wall clock without a zone, "2026-03-01T09:00:00", `offset` ahead of UTC. One with Z or an offset of its own is
// taken at its word.
[[nodiscard]] std::optional<infrazen::Micros> wall_clock(std::string_view text, std::chrono::minutes offset);
// "2026-03-01T09:00:00" of the wall clock.
[[nodiscard]] std::string wall_text(infrazen::Micros at, std::chrono::minutes offset);
// The day on that clock.
[[nodiscard]] std::chrono::sys_days wall_day(infrazen::Micros at, std::chrono::minutes offset);

}  // namespace iz::selectel
