// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "journal/message.hpp"
#include "journal/source_place.hpp"

namespace iz::journal {

struct Field;

// One log entry, masked and escaped, on its way to where it is written.
struct Entry {
  Severity severity = Severity::info;
  std::chrono::system_clock::time_point time;
  std::string text;
  std::string_view message_name;  // empty for free text
  std::string_view message_id;
  std::vector<std::pair<std::string, std::string>> fields;  // names as given
  SourcePlace where;
  std::string_view identifier;
};

// "run of {stream}" → "run of costs"; a placeholder that no field fills stays as it is.
[[nodiscard]] std::string filled(std::string_view text, std::span<const Field> fields);
// Control characters but tab, and bytes that are not UTF-8, written as \xNN: nobody forges a second line or a colour.
[[nodiscard]] std::string escaped(std::string_view text);

// What journald gets: "NAME=value" each. MESSAGE, PRIORITY, CODE_*, SYSLOG_IDENTIFIER, MESSAGE_ID, INFRAZEN_*.
[[nodiscard]] std::vector<std::string> journal_fields(const Entry& entry);
// "2026-09-01T12:00:00.123Z warning  run of …"; `colour` for a terminal.
[[nodiscard]] std::string text_line(const Entry& entry, bool colour);
[[nodiscard]] std::string json_line(const Entry& entry);

}  // namespace iz::journal
