// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/rates/shared_budget.hpp"

#include <algorithm>
#include <utility>

namespace iz::host {
namespace {

using namespace std::chrono_literals;

// A thread that was busy or not scheduled may be as late as one slot is from the next, within these bounds; more would
// bunch requests that the limit keeps apart.
constexpr RateBudget::Clock::duration kLateAtLeast = 30ms;
constexpr RateBudget::Clock::duration kLateAtMost = 100ms;
// The one behind a late one makes up for some of that, not for all at once.
constexpr double kClosest = 0.7;
// The next portion is asked for when the present one ends so soon.
constexpr auto kAskAhead = 200ms;
// Requests are expected to come as they did lately.
constexpr auto kLately = 50ms;

SharedRateBudget::Clock::time_point instant(std::int64_t nanoseconds) {
  return SharedRateBudget::Clock::time_point(std::chrono::nanoseconds(nanoseconds));
}

}  // namespace

RateBudget::Clock::time_point SharedRateBudget::ready_at(const std::string& host, Clock::time_point now,
                                                         std::size_t waiting) {
  const std::lock_guard lock(mutex_);
  Bucket& bucket = buckets_[host];
  const auto ask = [&](std::size_t wanted) {
    if (bucket.asked) return;
    bucket.asked = true;
    seams_.ask({host, static_cast<std::uint32_t>(std::min<std::size_t>(wanted, wire::kMaxRateSlots))});
  };
  if (!bucket.known) {
    ask(waiting);
    return kUnknown;
  }
  if (bucket.not_before > now) return bucket.not_before;
  if (!bucket.limited) return now;
  const auto late = std::clamp(bucket.spacing, kLateAtLeast, kLateAtMost);
  while (!bucket.slots.empty() && (bucket.slots.front() + late < now || bucket.slots.front() < bucket.not_before))
    bucket.slots.pop_front();
  const std::size_t wanted = waiting + bucket.sent.since(now - kLately);
  if (bucket.slots.size() < wanted && (bucket.slots.empty() || bucket.slots.back() < now + kAskAhead))
    ask(wanted - bucket.slots.size());
  if (bucket.slots.empty()) return kUnknown;
  const auto closest = std::chrono::duration_cast<Clock::duration>(kClosest * bucket.spacing);
  return std::max(bucket.slots.front(), bucket.taken + closest);
}

void SharedRateBudget::take(const std::string& host, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  Bucket& bucket = buckets_[host];
  if (bucket.limited && !bucket.slots.empty()) bucket.slots.pop_front();
  bucket.taken = now;
  bucket.sent.add(now);
}

void SharedRateBudget::throttled(const std::string& host, Clock::time_point now,
                                 std::optional<std::chrono::milliseconds> retry_after) {
  const std::lock_guard lock(mutex_);
  Bucket& bucket = buckets_[host];
  if (retry_after) bucket.not_before = std::max(bucket.not_before, now + *retry_after);
  bucket.slots.clear();
  bucket.limited = true;
  seams_.report({host, retry_after ? retry_after->count() : -1, bucket.sent.rate(now)});
}

void SharedRateBudget::on_change(std::function<void()> changed) {
  const std::lock_guard lock(mutex_);
  changed_ = std::move(changed);
}

void SharedRateBudget::granted(const wire::RateGrant& grant) {
  const std::lock_guard lock(mutex_);
  Bucket& bucket = buckets_[std::string(grant.host)];
  if (grant.answers) bucket.asked = false;
  bucket.known = true;
  bucket.limited = grant.limited;
  bucket.not_before = std::max(bucket.not_before, instant(grant.not_before));
  for (const std::int64_t slot : grant.slots) bucket.slots.push_back(instant(slot));
  for (std::size_t i = 1; i < grant.slots.size(); ++i) {
    const auto gap = instant(grant.slots[i]) - instant(grant.slots[i - 1]);
    bucket.spacing = i == 1 ? gap : std::min<Clock::duration>(bucket.spacing, gap);
  }
  if (changed_) changed_();
}

}  // namespace iz::host
