// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "schedule/planner.hpp"
#include "store/streams/streams.hpp"
#include "supervise/run.hpp"

// One run in the planner's words: what it lets go, and what it is to be told of the end. Pure.
namespace iz::app {

// One run that the planner let go.
struct RunOrder {
  schedule::PlannedRun run;
  schedule::StreamRule rule;
  std::shared_ptr<const config::Settings> settings;  // as of the start of the run
  std::string actor;                                 // who asked for it; empty = the schedule
};

// What the planner is to be told of it.
struct RunReport {
  enum class Kind : std::uint8_t {
    ended,           // it ran: `end`
    postponed,       // the lease is somebody else's: look again at `when`; or the database is away: when it is back
    events_handled,  // a run of events of the inbox: `waits_until`
    back_filled,     // a run of a back-fill: `waits_until`
    ran_elsewhere    // another daemon has done it: `history`
  } kind = Kind::ended;
  schedule::RunEnd end;
  schedule::Instant when;
  std::string reason;
  schedule::StreamHistory history;
  std::optional<schedule::Instant> waits_until;  // when the next ones of its kind are due
  bool database_lost = false;
  bool quarantined = false;
};

[[nodiscard]] RunReport postponed(schedule::Instant when, std::string reason);
// Until the database is back.
[[nodiscard]] RunReport database_lost(std::string reason);
[[nodiscard]] RunReport ran_elsewhere(std::optional<schedule::Instant> due, const store::StreamState& state);

// What the outcome of a run that began at `started` and ended at `now` means for the next one. `reason` is its message,
// fit to be shown; `failures` are those in a row before it; `uniform` is in [0, 1).
struct RunTimes {
  schedule::Instant started;
  schedule::Instant now;
  double uniform = 0;
};
[[nodiscard]] RunReport ended(const RunOrder& order, const supervise::RunOutcome& outcome, int failures,
                              const std::string& reason, const RunTimes& times);

// A run beside the schedule, which says nothing of it.
[[nodiscard]] RunReport beside(RunReport::Kind kind, std::optional<schedule::Instant> waits_until);

// The row of `runs` for it; `message` as above.
[[nodiscard]] store::RunEnd run_end(const supervise::RunOutcome& outcome, const RunReport& report, bool full,
                                    std::string message);

[[nodiscard]] std::optional<schedule::Instant> to_planner(const std::optional<store::Instant>& instant);

// "transient", "auth", …: the word for an IZ_ERR_* in journal, status and database.
[[nodiscard]] std::string_view error_class_name(std::uint32_t error_class);

}  // namespace iz::app
