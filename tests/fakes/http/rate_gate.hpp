// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "fakes/http/server.hpp"

namespace iz::test {

// A provider's limit: not more than `per_second` requests within any second; what is above gets a 429, and does not
// count.
class RateGate {
 public:
  using Clock = std::chrono::steady_clock;
  explicit RateGate(std::size_t per_second) : per_second_(per_second) {}

  // nullopt: it may pass. Else the 429.
  std::optional<Reply> refuse() {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    while (!passed_lately_.empty() && passed_lately_.front() + std::chrono::seconds(1) <= now)
      passed_lately_.pop_front();
    if (passed_lately_.size() >= per_second_) {
      ++throttled_;
      return Reply{.status = 429, .body = "too many requests"};
    }
    passed_lately_.push_back(now);
    passed_.push_back(now);
    return std::nullopt;
  }

  [[nodiscard]] std::size_t throttled() const {
    const std::lock_guard lock(mutex_);
    return throttled_;
  }
  [[nodiscard]] std::size_t passed() const {
    const std::lock_guard lock(mutex_);
    return passed_.size();
  }
  // Requests a second from the first to the last, as a share of the limit.
  [[nodiscard]] double used() const {
    const std::lock_guard lock(mutex_);
    if (passed_.size() < 2) return 0;
    const double seconds = std::chrono::duration<double>(passed_.back() - passed_.front()).count();
    return static_cast<double>(passed_.size() - 1) / seconds / static_cast<double>(per_second_);
  }

 private:
  const std::size_t per_second_;
  mutable std::mutex mutex_;
  std::deque<Clock::time_point> passed_lately_;
  std::vector<Clock::time_point> passed_;
  std::size_t throttled_ = 0;
};

}  // namespace iz::test
