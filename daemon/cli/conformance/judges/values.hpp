// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "records/kinds.hpp"

// Whether a cell is what its field says.
namespace iz::cli::conformance {

enum class ValueFault : std::uint8_t { none, malformed, not_utc };

[[nodiscard]] ValueFault fault_of(records::FieldType type, std::string_view text);

// Digits that only a binary fraction has (0.30000000000000004, 0.69999999999999996), or an exponent, as printf writes
// them.
[[nodiscard]] bool looks_like_double(std::string_view number);

}  // namespace iz::cli::conformance
