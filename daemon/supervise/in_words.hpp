// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <string>

#include <fmt/format.h>

namespace iz::supervise {

// "250 ms", "90 s", "2 h": the largest unit that is exact.
[[nodiscard]] inline std::string in_words(std::chrono::milliseconds time) {
  const auto count = time.count();
  if (count % 1000 != 0 || count == 0) return fmt::format("{} ms", count);
  if (count % 3'600'000 == 0) return fmt::format("{} h", count / 3'600'000);
  return fmt::format("{} s", count / 1000);
}

}  // namespace iz::supervise
