// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string>

#include "config/settings.hpp"
#include "store/streams/errand_failure.hpp"
#include "supervise/run.hpp"

namespace iz::app {

// What an errand says of its tries.
struct ErrandTries {
  std::int32_t failed = 0;  // before this one, as far as they count
  unsigned most = 1;        // so many in all; then somebody has to look
  bool hopeless = false;    // another one would end as this did
};

// What becomes of an errand whose run ended so. Who stops a run is not its failure, nor is a provider that says
// "later"; what is tried again is tried with growing delays. `uniform` is in [0, 1). Pure.
[[nodiscard]] store::ErrandFailure errand_failure(const supervise::RunOutcome& outcome, const ErrandTries& tries,
                                                  const config::Limits& limits, std::string message, double uniform);

// The provider or the connector may do better the next time, whatever the errand is.
[[nodiscard]] bool may_pass(const supervise::RunOutcome& outcome);

}  // namespace iz::app
