// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/back_fills/day_window.hpp"
#include "store/session/database.hpp"
#include "store/session/mark_session.hpp"
#include "store/streams/errand_failure.hpp"
#include "store/streams/streams.hpp"

// Windows of days that somebody asked streams for. Each is carried out under the lease of its stream, so that one
// daemon does it at a time, and becomes done in a transaction of that lease. What is asked for outlives a restart.
namespace iz::store {

// The most that may wait for one stream: more is a script that has run away.
inline constexpr std::int64_t kMostBackFillsWaiting = 100;

struct BackFillRow {
  std::int64_t id = 0;
  std::string connection;
  std::string stream;
  DayWindow window;
  std::string state;  // waiting, running, done, failed, withdrawn
  std::string actor;
  Instant asked{};
  std::int32_t attempts = 0;        // that failed
  std::optional<Instant> next_try;  // while it waits
  std::optional<Instant> settled;
  std::optional<std::int64_t> run_id;  // its last run
  bool run_under_way = false;          // that one has not ended
  std::uint32_t error_class = 0;
  std::string error;
  bool repeated = false;  // of ask_back_fill: it had been asked for already
};

// Asks for a window. One that waits, has not begun and has all of its days stands for it; else it is a new one.
// RunError (permanent) when the stream is not registered or too many wait.
[[nodiscard]] BackFillRow ask_back_fill(Database& database, std::string_view connection, std::string_view stream,
                                        const DayWindow& window, std::string_view actor);

// The newest first; connection and stream empty = all.
[[nodiscard]] std::vector<BackFillRow> list_back_fills(Database& database, std::string_view connection,
                                                       std::string_view stream, std::size_t limit);

// Takes one back that waits or runs: no run of it begins any more, and however one that is under way ends, it stays
// withdrawn. One that is settled stays what it is; the row tells. nullopt: there is none of that number.
[[nodiscard]] std::optional<BackFillRow> withdraw_back_fill(Database& database, std::int64_t id,
                                                            std::string_view actor);

struct BackFill {
  std::int64_t id = 0;
  DayWindow window;
  std::string actor;
  std::int32_t attempts = 0;
};
// The oldest of the stream's that is due.
[[nodiscard]] std::optional<BackFill> due_back_fill(Database& database, const StreamLease& lease);
// Those of the stream that wait.
struct BackFillsWaiting {
  std::int64_t count = 0;
  std::optional<Instant> due;  // the first one
};
[[nodiscard]] BackFillsWaiting back_fills_waiting(Database& database, const StreamLease& lease);

// begin_run for it: the run and the back-fill know of each other.
[[nodiscard]] std::int64_t begin_back_fill(Database& database, const StreamLease& lease, const BackFill& back_fill);
// In the transaction that ends its run: all its records are in the database with it, or before it.
void back_fill_done(MarkTransaction& transaction, std::int64_t id, std::int64_t run_id);

// False: it had been withdrawn meanwhile, or its stream is not ours any more, and nothing was noted.
bool back_fill_failed(Database& database, const StreamLease& lease, std::int64_t id, const ErrandFailure& failure);

}  // namespace iz::store
