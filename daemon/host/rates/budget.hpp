// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/request/url.hpp"
#include "wire/messages.hpp"

namespace iz::host {

// How often requests may be sent to each host. It belongs to the provider's account: every attempt, retries and
// redirects too, takes from it. A host is named as budget_host_of() does.
class RateBudget {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr Clock::time_point kUnknown = Clock::time_point::max();
  virtual ~RateBudget() = default;

  // [engine's thread]
  // When the next of the `waiting` requests may go; not after `now` if at once; kUnknown: on_change will tell.
  [[nodiscard]] virtual Clock::time_point ready_at(const std::string& host, Clock::time_point now,
                                                   std::size_t waiting) = 0;
  // One request goes now.
  virtual void take(const std::string& host, Clock::time_point now) = 0;
  // The provider answered 429 (or 503 with Retry-After): nothing goes for so long, and slower after that.
  virtual void throttled(const std::string& host, Clock::time_point now,
                         std::optional<std::chrono::milliseconds> retry_after) = 0;
  virtual void succeeded(const std::string& host, Clock::time_point now) = 0;
  // Called from any thread when ready_at may say something else. Set before the first question.
  virtual void on_change(std::function<void()> /*changed*/) {}
};

// "api.example.com", with ":port" where it is not the scheme's own.
[[nodiscard]] std::string budget_host_of(const Url& url);

// Requests of the last ten seconds.
class SentLately {
 public:
  using Clock = RateBudget::Clock;
  void add(Clock::time_point now);
  // A second, on average.
  [[nodiscard]] double rate(Clock::time_point now);
  [[nodiscard]] std::size_t since(Clock::time_point then) const;

 private:
  std::deque<Clock::time_point> sent_;
};

// A token bucket of one host, for this run alone. A 429 leaves three quarters of a configured rate, each success gives
// back 2 % of it. Where none is configured, half of what was under way is left, until a minute without 429 lifts the
// limit.
class RateBucket {
 public:
  using Clock = RateBudget::Clock;
  // requests_per_second = 0: not limited until the provider says so.
  RateBucket(double requests_per_second, double burst);

  [[nodiscard]] Clock::time_point ready_at(Clock::time_point now);
  void take(Clock::time_point now);
  void throttled(Clock::time_point now, std::optional<std::chrono::milliseconds> retry_after);
  void succeeded(Clock::time_point now);

  // 0 = not limited.
  [[nodiscard]] double rate() const { return rate_; }

 private:
  void refill(Clock::time_point now);

  double configured_;
  double burst_;
  double ceiling_;  // where the rate grows back to
  double rate_;
  double tokens_;
  std::optional<Clock::time_point> refilled_;
  Clock::time_point paused_until_{};
  std::optional<Clock::time_point> last_throttled_;
  SentLately sent_;
};

// For a host that has no daemon to ask (`infrazen plugin check`, tests): a bucket for each host it talks to.
class LocalRateBudget final : public RateBudget {
 public:
  explicit LocalRateBudget(std::span<const wire::RateLimit> limits) : limits_(limits.begin(), limits.end()) {}

  [[nodiscard]] Clock::time_point ready_at(const std::string& host, Clock::time_point now, std::size_t) override {
    return bucket(host).ready_at(now);
  }
  void take(const std::string& host, Clock::time_point now) override { bucket(host).take(now); }
  void throttled(const std::string& host, Clock::time_point now,
                 std::optional<std::chrono::milliseconds> retry_after) override {
    bucket(host).throttled(now, retry_after);
  }
  void succeeded(const std::string& host, Clock::time_point now) override { bucket(host).succeeded(now); }

 private:
  RateBucket& bucket(const std::string& host);

  std::vector<wire::RateLimit> limits_;
  std::map<std::string, RateBucket, std::less<>> buckets_;
};

}  // namespace iz::host
