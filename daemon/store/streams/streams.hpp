// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/back_fills/day_window.hpp"
#include "store/session/database.hpp"
#include "store/session/mark_session.hpp"

// Tenants, connections and streams as the database remembers them: leases, runs, breaker, quarantine, pause.
// All functions run one short transaction on a pooled session and throw RunError. Instants are the database's clock.
namespace iz::store {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;

struct ConnectionEntry {
  std::int32_t connection_id = 0;
  std::int32_t tenant_id = 0;
  std::string name;  // the configuration's id
};

struct ConnectionRegistration {
  std::string name;    // the configuration's id, immutable
  std::string tenant;  // name
  std::string connector;
  std::string provider;  // the manifest's; decides which table extension columns are in and who may bill
  std::string billing_time_zone;
  std::vector<std::string> streams;
};

// Creates or refreshes the rows of a connection and its streams. RunError (config) when the connection belongs to
// another tenant or connector already: an id is immutable.
ConnectionEntry register_connection(Database& database, const ConnectionRegistration& registration);
std::int32_t register_tenant(Database& database, std::string_view name, std::string_view title = {});

// ---- leases ---------------------------------------------------------------------------------------------------------
// Takes the stream for `owner` (one uuid per daemon, kept over its restarts) if it is free, expired, or ours already.
// nullopt = somebody else has it; `held_until` then says until when. Raises the epoch. `break_hold` takes it from an
// owner of another process on purpose: only for a daemon that knows the other one is gone.
struct LeaseHolder {
  Uuid owner;
  Instant expires;
};
[[nodiscard]] std::optional<StreamLease> acquire_lease(Database& database, std::int32_t stream_id, const Uuid& owner,
                                                       std::chrono::milliseconds length,
                                                       LeaseHolder* held_by = nullptr);
// False when it is not ours any more: the run has to end.
[[nodiscard]] bool renew_lease(Database& database, const StreamLease& lease, std::chrono::milliseconds length);
void release_lease(Database& database, const StreamLease& lease);
// Frees what an earlier process of `owner` held when it was killed, and closes its runs as lost. Returns how many
// streams. Only before this process takes its first lease, and only when that process is known to be gone.
std::size_t recover_leases(Database& database, const Uuid& owner);

// ---- runs -----------------------------------------------------------------------------------------------------------
enum class RunTrigger : std::uint8_t { schedule, manual, webhook, catch_up };
struct RunStart {
  std::uint32_t mode = 0;  // IZ_SYNC_*
  RunTrigger trigger = RunTrigger::schedule;
  std::string actor;                // who asked; empty = the daemon itself
  std::optional<DayWindow> window;  // of a back-fill
};
// A row of `runs`. Runs of this stream that an earlier epoch left open are closed as lost.
[[nodiscard]] std::int64_t begin_run(Database& database, const StreamLease& lease, const RunStart& start);

struct RunEnd {
  std::uint32_t error_class = 0;  // IZ_OK = succeeded
  std::string message;
  bool crashed = false;
  int signal = 0;
  std::int64_t cpu_ms = 0;
  std::int64_t max_rss_kb = 0;
  std::int64_t spawn_ms = 0;
  std::optional<Instant> next_due;       // of the stream, from the planner
  std::optional<Instant> breaker_until;  // set when backing off
  bool full = false;                     // mode was IZ_SYNC_FULL
  bool beside = false;                   // of events or a back-fill: says nothing of the stream's schedule
};
// Ends the run row and updates the stream (last success, consecutive failures, next_due, breaker). Does nothing to a
// stream whose epoch is not ours any more.
void end_run(Database& database, const StreamLease& lease, std::int64_t run_id, const RunEnd& end);

// ---- what is remembered ---------------------------------------------------------------------------------------------
struct StreamState {
  std::int32_t stream_id = 0;
  std::int32_t connection_id = 0;
  std::int32_t tenant_id = 0;
  std::string connection;
  std::string stream;
  std::string tenant;
  std::string connector;
  std::int64_t epoch = 0;
  std::int64_t mark_seq = 0;
  std::optional<Uuid> lease_owner;
  std::optional<Instant> lease_expires;
  bool lease_live = false;
  std::optional<Instant> last_start, last_success, last_full, last_mark, next_due, breaker_until;
  std::int32_t failures = 0;  // consecutive
  std::uint32_t last_error_class = 0;
  std::string last_error;
  std::int64_t last_records = 0;         // of the last run
  std::optional<Instant> events_due;     // the first of the inbox that waits
  std::int64_t events_waiting = 0;       // in the inbox
  std::int64_t events_dead = 0;          // given up
  std::optional<Instant> back_fill_due;  // the first of the back-fills that wait
  std::int64_t back_fills_waiting = 0;
  std::optional<std::int64_t> withdrawn_run;  // under way, of a back-fill that nobody wants any more
  bool paused = false;                        // the connection
  std::string paused_by;
  std::optional<Instant> quarantined_at;  // the connection
  std::string quarantine_reason;
};
// Of all connections, or of one.
[[nodiscard]] std::vector<StreamState> load_streams(Database& database, std::string_view connection = {});
void set_next_due(Database& database, std::int32_t stream_id, Instant when);

// ---- operator's and supervisor's decisions (audited) ----------------------------------------------------------------
void set_paused(Database& database, std::string_view connection, bool paused, std::string_view actor);
// Counts a crash. True when `crashes` of them fell into `window`: the connection is quarantined from now on.
bool record_crash(Database& database, std::int32_t connection_id, std::int64_t run_id, int signal,
                  std::string_view reason, unsigned crashes, std::chrono::milliseconds window);
// Ends quarantine and the breakers of the connection's streams. False when there is no such connection.
bool resume_connection(Database& database, std::string_view connection, std::string_view actor);

}  // namespace iz::store
