// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace iz::wire {

// UTF-8 without NUL: what a log line, a database text and a terminal can hold.
[[nodiscard]] bool is_text(std::string_view bytes);

// The same bytes with each offending one replaced by U+FFFD, cut at a character boundary to at most `max_bytes`.
[[nodiscard]] std::string to_text(std::string_view bytes, std::size_t max_bytes);

// Cuts at a character boundary.
[[nodiscard]] std::string_view cut_text(std::string_view text, std::size_t max_bytes);

}  // namespace iz::wire
