// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <string_view>

// Cursors are JSON. One that would be larger than a cursor may be is compressed.
namespace iz::beget {

// Throws infrazen::Error (permanent) naming `what` it keeps track of when it does not fit all the same.
[[nodiscard]] std::string cursor_of(std::string json, const char* what);
// Throws infrazen::Error (internal) for what cursor_of() did not make.
[[nodiscard]] std::string json_of(std::string_view cursor);
// For readers of the JSON in it: the Error (internal) for one that makes no sense.
[[noreturn]] void damaged_cursor();

}  // namespace iz::beget
