// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <string_view>

#include "records/manifest.hpp"

namespace iz::ingest {

// Appends `"name":value` (and a comma before it, unless it is the object's first) for a cell of an extension column; `out` is a
// JSON object under construction. Scalars are written as strings: the column's type in the database reads them, digit by
// digit. Returns nullptr, or the rule that the cell breaks, and then nothing is appended.
[[nodiscard]] const char* append_extension(std::string& out, const records::ExtensionColumn& column, std::string_view cell);

}  // namespace iz::ingest
