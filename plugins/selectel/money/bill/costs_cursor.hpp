// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <string_view>

namespace iz::selectel {

// Which billing days are in.
struct CostsCursor {
  std::chrono::sys_days first{};          // ever read
  std::chrono::sys_days next{};           // the first that was not read yet
  std::chrono::sys_days month{};          // the first that is not settled yet, its first day
  std::set<std::chrono::sys_days> again;  // before `next`, and could not be read

  // Empty (first == epoch) for a text that is none.
  static CostsCursor parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool empty() const { return first == std::chrono::sys_days(); }
};

}  // namespace iz::selectel
