// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "supervise/backoff.hpp"

#include <algorithm>

#include <infrazen/abi/base.h>

namespace iz::supervise {

using std::chrono::milliseconds;

milliseconds backoff(const BackoffPolicy& policy, unsigned failures, double uniform) {
  if (failures == 0) return milliseconds(0);
  milliseconds most = policy.base;
  for (unsigned i = 1; i < failures && most < policy.cap; ++i) most *= 2;
  most = std::min(most, policy.cap);
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(most.count()) * uniform));
}

Retry after_failure(const BackoffPolicy& policy, std::uint32_t error_class, std::int64_t retry_after_ms,
                    unsigned failures, double uniform) {
  const milliseconds asked(std::max<std::int64_t>(retry_after_ms, 0));
  switch (error_class) {
    case IZ_ERR_TRANSIENT: return {NextRun::after_delay, std::max(asked, backoff(policy, failures + 1, uniform)), true};
    case IZ_ERR_RATE_LIMITED:
      return {NextRun::after_delay, asked > milliseconds(0) ? asked : policy.rate_limited_default, false};
    case IZ_ERR_AUTH:
    case IZ_ERR_CONFIG: return {NextRun::on_change, milliseconds(0), true};
    case IZ_ERR_INTERNAL: return {NextRun::after_delay, backoff(policy, failures + 1, uniform), true};
    case IZ_ERR_PERMANENT: return {NextRun::at_interval, milliseconds(0), true};
    default: return {NextRun::at_interval, milliseconds(0), false};  // IZ_OK, IZ_ERR_CANCELLED
  }
}

}  // namespace iz::supervise
