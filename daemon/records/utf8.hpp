// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <string_view>

namespace iz::records {

// Bytes of the well-formed character that starts at `at` (Unicode 15, table 3-7); 0 when there is none, or when it is NUL.
[[nodiscard]] std::size_t utf8_character(std::string_view bytes, std::size_t at) noexcept;

// UTF-8 without NUL: what a log line, a database text and a terminal can hold. Asked of every text of every record.
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

}  // namespace iz::records
