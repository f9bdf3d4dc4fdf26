// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/rates/budget.hpp"

#include <algorithm>

namespace iz::host {
namespace {

using namespace std::chrono_literals;

constexpr auto kObserved = 10s;
constexpr auto kSlowAtMostEvery = 1s;  // one burst of 429s is one message
constexpr auto kForgiven = 60s;
constexpr double kSlowest = 0.1;  // a second
// What a 429 leaves, of a limit that is configured and of a rate that was only observed.
constexpr double kLeftOfALimit = 0.75;
constexpr double kLeftOfAGuess = 0.5;
constexpr double kGrowth = 0.02;

}  // namespace

std::string budget_host_of(const Url& url) {
  std::string name = url.host.find(':') == std::string::npos ? url.host : '[' + url.host + ']';
  if (url.port != (url.secure() ? 443 : 80)) name += ':' + std::to_string(url.port);
  return name;
}

void SentLately::add(Clock::time_point now) {
  sent_.push_back(now);
  while (sent_.front() + kObserved < now || sent_.size() > 100'000) sent_.pop_front();
}

double SentLately::rate(Clock::time_point now) {
  while (!sent_.empty() && sent_.front() + kObserved < now) sent_.pop_front();
  if (sent_.empty()) return 1.0;
  const double seconds = std::max(1.0, std::chrono::duration<double>(now - sent_.front()).count());
  return static_cast<double>(sent_.size()) / seconds;
}

std::size_t SentLately::since(Clock::time_point then) const {
  return static_cast<std::size_t>(sent_.end() - std::ranges::lower_bound(sent_, then));
}

RateBucket& LocalRateBudget::bucket(const std::string& host) {
  const auto found = buckets_.find(host);
  if (found != buckets_.end()) return found->second;
  const wire::RateLimit* limit = wire::rate_limit_of(limits_, host);
  return buckets_.emplace(host, limit == nullptr ? RateBucket(0, 1) : RateBucket(limit->per_second, limit->burst))
      .first->second;
}

RateBucket::RateBucket(double requests_per_second, double burst)
    : configured_(std::max(requests_per_second, 0.0)),
      burst_(std::max(1.0, burst)),
      ceiling_(configured_),
      rate_(configured_),
      tokens_(burst_) {}

void RateBucket::refill(Clock::time_point now) {
  if (refilled_ && now > *refilled_) {
    tokens_ = std::min(burst_, tokens_ + rate_ * std::chrono::duration<double>(now - *refilled_).count());
  }
  if (!refilled_ || now > *refilled_) refilled_ = now;
}

RateBudget::Clock::time_point RateBucket::ready_at(Clock::time_point now) {
  if (rate_ <= 0) return std::max(now, paused_until_);
  refill(now);
  // A millionth of a token is rounding, not a reason to wait.
  if (tokens_ >= 1.0 - 1e-6) return std::max(now, paused_until_);
  const auto wait = std::chrono::duration<double>((1.0 - tokens_) / rate_);
  return std::max(now + std::chrono::ceil<Clock::duration>(wait), paused_until_);
}

void RateBucket::take(Clock::time_point now) {
  if (rate_ > 0) {
    refill(now);
    tokens_ -= 1.0;
  }
  sent_.add(now);
}

void RateBucket::throttled(Clock::time_point now, std::optional<std::chrono::milliseconds> retry_after) {
  if (retry_after) paused_until_ = std::max(paused_until_, now + *retry_after);
  if (last_throttled_ && now < *last_throttled_ + kSlowAtMostEvery) return;
  last_throttled_ = now;
  if (rate_ <= 0) {
    rate_ = ceiling_ = std::max(kSlowest, sent_.rate(now));
    tokens_ = 0;
    refilled_ = now;
  }
  refill(now);
  const double slowest = std::min(kSlowest, ceiling_);
  rate_ = std::max(slowest, rate_ * (configured_ > 0 ? kLeftOfALimit : kLeftOfAGuess));
  tokens_ = std::min(tokens_, 1.0);
}

void RateBucket::succeeded(Clock::time_point now) {
  if (!last_throttled_) return;
  rate_ = std::min(ceiling_, rate_ + ceiling_ * kGrowth);
  if (now < *last_throttled_ + kForgiven) return;
  last_throttled_.reset();
  rate_ = ceiling_ = configured_;
}

}  // namespace iz::host
