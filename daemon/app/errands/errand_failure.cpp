// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/errands/errand_failure.hpp"

#include <algorithm>
#include <utility>

#include "supervise/backoff.hpp"
#include <infrazen/abi/base.h>

namespace iz::app {

bool may_pass(const supervise::RunOutcome& outcome) {
  return outcome.crashed || outcome.error_class == IZ_ERR_RATE_LIMITED || outcome.error_class == IZ_ERR_TRANSIENT;
}

store::ErrandFailure errand_failure(const supervise::RunOutcome& outcome, const ErrandTries& tries,
                                    const config::Limits& limits, std::string message, double uniform) {
  store::ErrandFailure failure;
  failure.error_class = outcome.error_class;
  failure.message = std::move(message);
  if (outcome.error_class == IZ_ERR_CANCELLED) {
    failure.counts = false;
    failure.again = std::chrono::milliseconds(0);
    return failure;
  }
  const bool throttled = outcome.error_class == IZ_ERR_RATE_LIMITED;
  const auto before = static_cast<unsigned>(std::max(tries.failed, 0));
  failure.counts = !throttled;
  if (tries.hopeless || (failure.counts && before + 1 >= tries.most)) return failure;  // given up
  failure.again = supervise::after_failure({limits.backoff_min, limits.backoff_max},
                                           throttled ? IZ_ERR_RATE_LIMITED : IZ_ERR_TRANSIENT, outcome.retry_after_ms,
                                           before, uniform)
                      .delay;
  return failure;
}

}  // namespace iz::app
