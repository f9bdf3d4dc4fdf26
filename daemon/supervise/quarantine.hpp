// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <span>

namespace iz::supervise {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;

// A connection whose connector crashed `crashes` times within `window` is set aside until an operator resumes it.
struct QuarantineRule {
  std::size_t crashes = 5;
  std::chrono::minutes window{10};
};

// `crashes`: the instants of the connection's crashes since it was last resumed, in any order.
[[nodiscard]] bool must_quarantine(const QuarantineRule& rule, std::span<const Instant> crashes, Instant now);

}  // namespace iz::supervise
