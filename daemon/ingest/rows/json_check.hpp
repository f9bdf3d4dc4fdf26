// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string_view>

#include <infrazen/json.hpp>

namespace iz::ingest {

enum class JsonShape : std::uint8_t { object, array, scalar, malformed, unstorable, duplicate_key, too_deep };

// What a text, which is UTF-8, is as JSON, and whether PostgreSQL's jsonb takes it as it is: unstorable is what is
// well-formed and has a \u0000, or a number of more than 300 digits or 1100 decimals.
[[nodiscard]] JsonShape check_json(std::string_view text);

using infrazen::append_json_string;

}  // namespace iz::ingest
