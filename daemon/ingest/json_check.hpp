// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace iz::ingest {

enum class JsonShape : std::uint8_t { object, array, scalar, malformed, unstorable, duplicate_key, too_deep };

// What a text, which is UTF-8, is as JSON, and whether PostgreSQL's jsonb takes it as it is: unstorable is what is
// well-formed and has a \u0000, or a number of more than 300 digits or 1100 decimals.
[[nodiscard]] JsonShape check_json(std::string_view text);

// Appends text as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view text);

}  // namespace iz::ingest
