// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "cli/context.hpp"

// Times of the status socket, as people say them.
namespace iz::cli {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

// RFC 3339 in UTC.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);

// "3m ago", "in 2h", the two largest units: "1d 4h ago"; "-" for nullopt.
[[nodiscard]] std::string relative(const Context& context, std::optional<Instant> at, Instant now);
// "1d 4h".
[[nodiscard]] std::string span_of(std::chrono::seconds length);

}  // namespace iz::cli
