// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "store/rates/rate_budgets.hpp"

// The arithmetic of rate budgets: how requests to one host, by one account, are spread over time. Pure.
//
// A budget is not a heap of tokens but a row of slots, evenly spaced, each good for one request at its time (the
// virtual scheduling algorithm, ITU-T I.371). Who takes slots takes time: a slot that is not used goes by, so what a
// dying run held is lost for as long as it was reserved ahead and never used by two; and however many take, together
// they keep the pace.
namespace iz::schedule {

using RateInstant = store::Instant;  // the database's clock

struct RateLimit {
  double per_second = 0;  // 0 = nobody has set one: free until the provider says otherwise
  double burst = 1;       // so many at once after a rest
  bool operator==(const RateLimit&) const = default;
};

// The share of a limit that is used: what leaves evenly arrives a little bunched, and a provider that counts each
// second must not count one too many.
inline constexpr double kUsedShare = 0.96;
// Slots are reserved at most so far ahead: what a run that dies may take with it, and how often a busy daemon asks.
inline constexpr std::chrono::milliseconds kReservedAhead{300};
// The first of them lies at most so far in the future: whoever would have to wait for longer asks again then.
inline constexpr std::chrono::milliseconds kNearFuture{1'000};
// What a 429 leaves of the rate: of one that somebody set, which is right but for what others use of it; and of one
// that was only observed. It grows back by the same amount each second, in kForgiven from nothing to all: additive
// increase, multiplicative decrease, by which all who share a limit come to share it evenly (Chiu and Jain, "Analysis
// of the increase and decrease algorithms for congestion avoidance in computer networks", 1989).
inline constexpr double kLeftOfALimit = 0.75;
inline constexpr double kLeftOfAGuess = 0.5;
inline constexpr std::chrono::seconds kForgiven{60};
// No 429 makes it slower than that, a second; what is configured may be.
inline constexpr double kSlowestRate = 0.1;

// Requests a second that the provider is believed to bear at `now`; 0 = no limit is known. It does not grow during a
// pause.
[[nodiscard]] double rate_at(const store::RateState& state, const RateLimit& limit, RateInstant now);

struct Reservation {
  std::vector<RateInstant> slots;
  RateInstant not_before{};  // when the next slot is free or the pause is over; with slots: that of the first
  bool limited = true;       // false: no limit is known, whoever is not paused may go at once
};
// Takes up to `count` slots, no more than kReservedAhead holds (but one); none when the first would lie beyond
// kNearFuture.
[[nodiscard]] Reservation reserve(store::RateState& state, const RateLimit& limit, RateInstant now, unsigned count);

// The provider answered 429, or 503 with Retry-After. `observed`: requests a second that were sent, for a host without
// a limit. Answers to what was sent before the first of them count as one.
void throttle(store::RateState& state, const RateLimit& limit, RateInstant now,
              std::optional<std::chrono::milliseconds> retry_after, double observed);

// What was learned of throttling on either side: a daemon that could not reach the database brings its own along.
void merge(store::RateState& state, const store::RateState& other);

}  // namespace iz::schedule
