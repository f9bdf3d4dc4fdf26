// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

// JSON as text: secrets are put in and tokens taken out without touching the rest of the document.
namespace iz::host {

struct JsonString {
  std::size_t begin = 0;  // of what is between the quotes
  std::size_t end = 0;
  std::string value;  // unescaped
};

// The string at a JSON pointer (RFC 6901). nullopt: not JSON, nothing there, or not a string.
[[nodiscard]] std::optional<JsonString> find_json_string(std::string_view json, std::string_view pointer);

// The text as it stands between the quotes of a JSON string.
[[nodiscard]] std::string json_escape(std::string_view text);

// Every "${secret:<name>}" inside of a string is replaced by lookup(name), escaped. Outside of strings nothing is.
[[nodiscard]] std::string fill_placeholders(std::string_view json,
                                            const std::function<std::string_view(std::string_view name)>& lookup);

}  // namespace iz::host
