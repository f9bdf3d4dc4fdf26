// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>

namespace iz::journal {

// Where an event was logged. std::source_location, which clang 14 cannot compile with libstdc++ 12.
class SourcePlace {
 public:
  constexpr SourcePlace() = default;
  // As a default argument: the place of the call.
  static constexpr SourcePlace current(const char* file = __builtin_FILE(), const char* function = __builtin_FUNCTION(),
                                       std::uint32_t line = __builtin_LINE()) {
    SourcePlace place;
    place.file_ = file;
    place.function_ = function;
    place.line_ = line;
    return place;
  }

  [[nodiscard]] constexpr const char* file_name() const noexcept { return file_; }
  [[nodiscard]] constexpr const char* function_name() const noexcept { return function_; }
  [[nodiscard]] constexpr std::uint32_t line() const noexcept { return line_; }

 private:
  const char* file_ = "";
  const char* function_ = "";
  std::uint32_t line_ = 0;
};

}  // namespace iz::journal
