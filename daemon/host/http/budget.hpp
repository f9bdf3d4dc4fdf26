// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace iz::host {

// How often requests may be sent. It belongs to the provider's account: every attempt, retries and redirects too, takes
// from it. One thread.
class RateBudget {
 public:
  using Clock = std::chrono::steady_clock;
  virtual ~RateBudget() = default;

  // When the next request may go; not after `now` if at once.
  [[nodiscard]] virtual Clock::time_point ready_at(Clock::time_point now) = 0;
  // One request goes now.
  virtual void take(Clock::time_point now) = 0;
  // The provider answered 429 (or 503 with Retry-After): nothing goes for so long, and slower after that.
  virtual void throttled(Clock::time_point now, std::optional<std::chrono::milliseconds> retry_after) = 0;
  virtual void succeeded(Clock::time_point now) = 0;
};

// A token bucket for this run alone. A 429 halves the rate, each success gives back 2 % of what was configured (of
// what was under way when nothing was configured, until a minute without 429 lifts the limit again).
class LocalRateBudget final : public RateBudget {
 public:
  // requests_per_second = 0: not limited until the provider says so.
  LocalRateBudget(double requests_per_second, std::uint32_t burst);

  [[nodiscard]] Clock::time_point ready_at(Clock::time_point now) override;
  void take(Clock::time_point now) override;
  void throttled(Clock::time_point now, std::optional<std::chrono::milliseconds> retry_after) override;
  void succeeded(Clock::time_point now) override;

  // 0 = not limited.
  [[nodiscard]] double rate() const { return rate_; }

 private:
  void refill(Clock::time_point now);
  [[nodiscard]] double observed_rate(Clock::time_point now);

  const double configured_;
  const double burst_;
  double ceiling_;  // where the rate grows back to
  double rate_;
  double tokens_;
  std::optional<Clock::time_point> refilled_;
  Clock::time_point paused_until_{};
  std::optional<Clock::time_point> last_throttled_;
  std::deque<Clock::time_point> sent_;  // within the last ten seconds
};

}  // namespace iz::host
