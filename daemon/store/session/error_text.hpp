// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <string_view>

namespace iz::store {

// What libpq or the server says over several lines, as one for the journal, the status and the table of runs. The
// excerpt of the statement ("LINE 1: …" and the caret under it) is left out: it shows values, and the message names
// what it is about.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace iz::store
