// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// The columns of FOCUS Cost and Usage, 1.0 to 1.4, as far as reading a file needs them.
namespace iz::focus {

enum class Version : std::uint8_t { v1_0, v1_1, v1_2, v1_3, v1_4 };

[[nodiscard]] std::string_view to_string(Version version);
// "1.2", "v1.2", "1.2.0"
[[nodiscard]] std::optional<Version> parse_version(std::string_view text);

enum class Level : std::uint8_t {
  other,      // Conditional or Recommended
  mandatory,  // a file without it breaks the specification
  needed,     // mandatory, and without it no charge can be represented: the file is refused
};

struct Column {
  std::string_view name;
  std::uint32_t field;  // IZ_CHARGE_*
  Version since;
  Version until;
  Level level;
  bool instant;

  [[nodiscard]] bool in(Version version) const { return since <= version && version <= until; }
};

[[nodiscard]] std::span<const Column> columns();                 // sorted by name
[[nodiscard]] const Column* find_column(std::string_view name);  // nullptr: not of FOCUS

}  // namespace iz::focus
