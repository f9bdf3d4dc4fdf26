// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace iz::journal {

// syslog's numbers, so that PRIORITY is the value.
enum class Severity : std::uint8_t { critical = 2, error = 3, warning = 4, notice = 5, info = 6, debug = 7 };
[[nodiscard]] std::string_view name_of(Severity severity);
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view name);

// One entry of the catalogue daemon/journal/messages.yaml.
struct Message {
  std::string_view name;
  std::string_view id;  // MESSAGE_ID: 32 hex digits
  Severity severity;
  std::string_view en;  // with {placeholders}
  std::string_view ru;
};

}  // namespace iz::journal
