// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace iz::focus {

// * stands for any characters but '/', ** for any at all, ? for one. A pattern without '/' is held against the file's
// name, one with '/' against its whole relative path.
[[nodiscard]] bool matches(std::string_view pattern, std::string_view path);

[[nodiscard]] bool matches_any(const std::vector<std::string>& patterns, std::string_view path);

}  // namespace iz::focus
