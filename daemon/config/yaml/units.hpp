// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// How people write durations and sizes. nullopt = not one.
namespace iz::config {

// "500ms", "90s", "5m", "1h30m", "7d", "2w"; "0". A bare number has no unit and is refused.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
// The shortest form that parse_duration() reads back: "1h30m".
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);
// Bytes: "512MiB", "1GiB", "64KiB", "10MB" (powers of ten), "4096".
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);
// Is this a zone of the installed tz database?
[[nodiscard]] bool is_time_zone(std::string_view name);

}  // namespace iz::config
