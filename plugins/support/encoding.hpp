// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Text that is not, or not surely, UTF-8.
namespace iz::support {

// Every byte in 1…127: then there is nothing to look at. Some 20 GB/s.
[[nodiscard]] bool is_plain_ascii(std::string_view text);

// Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates) without NUL.
[[nodiscard]] bool is_text(std::string_view text);

// The beginning of UTF-8, at most so many bytes, without a part of a character.
[[nodiscard]] std::string_view cut_text(std::string_view text, std::size_t most);

// Windows-1251 as UTF-8, appended. 0x98, which it does not define, and NUL become U+FFFD.
void append_windows_1251(std::string& out, std::string_view bytes);

// Whether bytes that are no UTF-8 read well as Windows-1251: most of the high ones are Cyrillic letters.
[[nodiscard]] bool looks_like_windows_1251(std::string_view bytes);

// UTF-8 with each NUL and each byte that belongs to no character replaced by U+FFFD, appended.
void append_repaired(std::string& out, std::string_view bytes);

}  // namespace iz::support
