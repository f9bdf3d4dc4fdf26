// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "config/yaml/value.hpp"

namespace iz::config {

// A configuration is small. What is larger or deeper than this is a mistake or an attack (aliases that multiply).
inline constexpr std::size_t kMaxYamlBytes = 1U << 20;
inline constexpr std::size_t kMaxYamlNodes = 100'000;  // after expanding aliases
inline constexpr std::size_t kMaxYamlDepth = 32;

// One YAML document. Throws ConfigError: what YAML itself refuses (the first fault), duplicate keys, keys that are not
// plain, several documents, and the bounds above. `file` is only for messages. An empty document is null.
[[nodiscard]] Value parse_yaml(std::string_view text, const std::string& file);

// The same from a file; one that everybody may write to is refused.
[[nodiscard]] Value read_yaml(const std::filesystem::path& file);

}  // namespace iz::config
