// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/yaml/value.hpp"

// What an unquoted scalar means by YAML's core schema.
namespace iz::config {

[[nodiscard]] std::optional<bool> as_boolean(const Value& value);  // true, false
[[nodiscard]] std::optional<std::int64_t> as_integer(const Value& value);
[[nodiscard]] std::optional<double> as_number(const Value& value);  // finite
// Is the text a number as JSON writes it? Then it can be passed on digit by digit.
[[nodiscard]] bool is_json_number(std::string_view text);

}  // namespace iz::config
