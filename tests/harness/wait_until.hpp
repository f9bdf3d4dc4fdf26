// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <thread>

#include "harness/paths.hpp"

namespace iz::test {

// How much longer things may take under sanitizers.
inline constexpr int kSlowness = kSanitized ? 4 : 1;
// How much longer than it takes on an idle machine something is waited for. Costs nothing where it happens in time, and
// a machine that is busy with other things is no defect of what is tested.
inline constexpr int kPatience = kSanitized ? 8 : 4;

// Polls until the condition holds; false when the time, `kPatience` times as much as is said, is up. For what another
// process does: never sleep and hope.
template <typename Condition>
[[nodiscard]] bool wait_until(Condition&& condition, std::chrono::milliseconds timeout = std::chrono::seconds(10),
                              std::chrono::milliseconds interval = std::chrono::milliseconds(5)) {
  const auto deadline = std::chrono::steady_clock::now() + timeout * kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(interval);
  }
  return true;
}

}  // namespace iz::test
