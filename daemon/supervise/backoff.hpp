// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>

// When a connection is tried again after a failed run. Pure: the caller brings the count of failures and the random
// number.
namespace iz::supervise {

struct BackoffPolicy {
  std::chrono::milliseconds base{10'000};
  std::chrono::milliseconds cap{30 * 60'000};
  std::chrono::milliseconds rate_limited_default{60'000};  // when the provider named no time
};

// Exponential back-off with full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015):
// uniform in [0, min(cap, base × 2^(failures - 1))]. `failures` counts the one just seen; `uniform` is in [0, 1).
[[nodiscard]] std::chrono::milliseconds backoff(const BackoffPolicy& policy, unsigned failures, double uniform);

enum class NextRun : std::uint8_t {
  at_interval,  // as if it had gone well
  after_delay,  // not before `delay` from now
  on_change     // when the operator changed a setting or credential, or asked for a run
};

struct Retry {
  NextRun when = NextRun::at_interval;
  std::chrono::milliseconds delay{0};
  bool breaker_step = false;  // counts as one more failure in a row
};

// `error_class` is an IZ_ERR_*; `failures` is the count of failures in a row before this one.
[[nodiscard]] Retry after_failure(const BackoffPolicy& policy, std::uint32_t error_class, std::int64_t retry_after_ms,
                                  unsigned failures, double uniform);

}  // namespace iz::supervise
