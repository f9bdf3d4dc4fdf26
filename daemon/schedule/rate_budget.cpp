// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "schedule/rate_budget.hpp"

#include <algorithm>
#include <cmath>

namespace iz::schedule {
namespace {

using std::chrono::microseconds;

constexpr std::chrono::seconds kOneVolley{1};
// Of a limit of one a year the spacing is still a number of microseconds.
constexpr double kSlowestPace = 1e-8;

microseconds spacing(double pace, double slots) {
  return microseconds(static_cast<microseconds::rep>(std::llround(slots / std::max(pace, kSlowestPace) * 1e6)));
}

double ceiling_of(const store::RateState& state, const RateLimit& limit) {
  return limit.per_second > 0 ? limit.per_second : state.ceiling;
}

}  // namespace

double rate_at(const store::RateState& state, const RateLimit& limit, RateInstant now) {
  if (state.slowed_at == RateInstant{}) return limit.per_second;
  const auto since = std::max(state.slowed_at, state.paused_until);
  if (now >= since + kForgiven) return limit.per_second;
  const double ceiling = ceiling_of(state, limit);
  const double passed = std::max(0.0, std::chrono::duration<double>(now - since) / kForgiven);
  return std::min(ceiling, state.slowed_rate + ceiling * passed);
}

Reservation reserve(store::RateState& state, const RateLimit& limit, RateInstant now, unsigned count) {
  Reservation reservation;
  const double rate = rate_at(state, limit, now);
  if (rate <= 0) {
    reservation.limited = false;
    reservation.not_before = std::max(now, state.paused_until);
    return reservation;
  }
  const double pace = rate * kUsedShare;
  // A rest is made up for by the burst, a pause is not.
  const auto rested = now - spacing(pace, std::max(0.0, limit.burst - 1));
  // Nobody can have reserved beyond this: the server's clock was set back.
  const auto furthest = now + kNearFuture + std::max<microseconds>(kReservedAhead, spacing(pace, 1));
  const auto first = std::max({rested, std::min<RateInstant>(state.next_slot, furthest), state.paused_until});
  reservation.not_before = std::max(first, now);
  if (first > now + kNearFuture) return reservation;
  for (unsigned i = 0; i < count; ++i) {
    const auto slot = first + spacing(pace, i);
    if (i > 0 && slot >= reservation.not_before + kReservedAhead) break;
    reservation.slots.push_back(std::max(now, slot));
  }
  if (count > 0) state.next_slot = first + spacing(pace, static_cast<double>(reservation.slots.size()));
  return reservation;
}

void throttle(store::RateState& state, const RateLimit& limit, RateInstant now,
              std::optional<std::chrono::milliseconds> retry_after, double observed) {
  const bool same_volley =
      state.slowed_at != RateInstant{} && now < std::max<RateInstant>(state.slowed_at + kOneVolley, state.paused_until);
  const double before = rate_at(state, limit, now);
  if (retry_after) state.paused_until = std::max<RateInstant>(state.paused_until, now + *retry_after);
  if (same_volley) return;
  if (limit.per_second <= 0 && before <= 0) state.ceiling = std::max(kSlowestRate, observed);
  const double ceiling = ceiling_of(state, limit);
  const double current = before > 0 ? before : ceiling;
  const double left = limit.per_second > 0 ? kLeftOfALimit : kLeftOfAGuess;
  state.slowed_rate = std::max(std::min(kSlowestRate, ceiling), current * left);
  state.slowed_at = now;
}

void merge(store::RateState& state, const store::RateState& other) {
  state.next_slot = std::max(state.next_slot, other.next_slot);
  state.paused_until = std::max(state.paused_until, other.paused_until);
  if (other.slowed_at <= state.slowed_at) return;
  state.slowed_at = other.slowed_at;
  state.slowed_rate = other.slowed_rate;
  state.ceiling = other.ceiling;
}

}  // namespace iz::schedule
