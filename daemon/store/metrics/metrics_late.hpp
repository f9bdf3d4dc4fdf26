// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "store/metrics/metrics_directory.hpp"
#include "store/session/mark_session.hpp"

// What is known of points that came again.
namespace iz::store {

struct PointAt {
  std::int64_t series_id = 0;
  std::int64_t at_us = 0;  // microseconds since the epoch
};

// Before a transaction that will ask for known values writes into a hot leaf: reading locks the parent first and the
// leaves then, and so does what drops a leaf (migration 0004). The other way round the two would wait for one another.
void lock_as_readers_do(MarkTransaction& tx);

// The value that a reader finds at each, in their order; nothing where there is none. Hot, late and sealed points and
// what `tx` itself has written count. Days from `today` (UTC) on are taken for not sealed. Reads, and writes nothing.
[[nodiscard]] std::vector<std::optional<double>> known_values(MarkTransaction& tx, std::span<const PointAt> points,
                                                              std::chrono::sys_days today);

// A series of the stream that ended a while ago (EndedSeries): what comes again of its last points is its own, and not
// its successor's.
struct Predecessor {
  SeriesIdentity identity;  // its successor's, too
  std::int64_t series_id = 0;
};
// Those that ended in the last `days`.
[[nodiscard]] std::vector<Predecessor> recent_predecessors(MarkTransaction& tx, std::chrono::days days);

}  // namespace iz::store
