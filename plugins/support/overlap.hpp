// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <chrono>

#include <infrazen/time.hpp>

namespace iz::support {

// Where a read of points begins that goes on from `horizon`, up to which everything was read: at the begin of the step
// that holds the instant `overlap` before it, as a provider may have got points of these steps since. Steps are whole
// multiples of `step` since the epoch. An overlap does not reach further back than to `earliest`, and where the horizon
// is before that the read begins at the horizon. 0: nothing is read again.
[[nodiscard]] inline infrazen::Micros read_begin(infrazen::Micros horizon, std::chrono::microseconds overlap,
                                                 std::chrono::microseconds step, infrazen::Micros earliest) {
  if (overlap.count() <= 0) return horizon;
  const auto wanted = (horizon - overlap).time_since_epoch();
  const infrazen::Micros begin(wanted - wanted % step);
  return std::max(begin, std::min(horizon, earliest));
}

}  // namespace iz::support
