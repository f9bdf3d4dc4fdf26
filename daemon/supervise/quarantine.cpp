// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "supervise/quarantine.hpp"

#include <algorithm>

namespace iz::supervise {

bool must_quarantine(const QuarantineRule& rule, std::span<const Instant> crashes, Instant now) {
  const auto recent = std::ranges::count_if(crashes, [&](Instant crash) { return crash > now - rule.window; });
  return rule.crashes > 0 && static_cast<std::size_t>(recent) >= rule.crashes;
}

}  // namespace iz::supervise
