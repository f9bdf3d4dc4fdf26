// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <chrono>

namespace iz::serve {

// So many a second on average, and up to `burst` at once. The caller tells the time. Not thread-safe.
class TokenBucket {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  TokenBucket(double per_second, double burst) : per_second_(per_second), burst_(burst), tokens_(burst) {}

  [[nodiscard]] bool take(Instant now) {
    if (now > filled_) {
      const std::chrono::duration<double> passed = filled_ == Instant{} ? std::chrono::seconds(0) : now - filled_;
      tokens_ = std::min(burst_, tokens_ + passed.count() * per_second_);
      filled_ = now;
    }
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }
  // When the next one is there.
  [[nodiscard]] std::chrono::seconds wait() const {
    return std::chrono::seconds(static_cast<std::int64_t>(std::max(0.0, 1 - tokens_) / per_second_) + 1);
  }

 private:
  double per_second_;
  double burst_;
  double tokens_;
  Instant filled_{};
};

}  // namespace iz::serve
