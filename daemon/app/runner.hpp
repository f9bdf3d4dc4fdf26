// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/connectors.hpp"
#include "app/live_status.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "journal/log.hpp"
#include "schedule/lease_keeper.hpp"
#include "schedule/planner.hpp"
#include "serve/daemon_view.hpp"
#include "store/database.hpp"
#include "store/streams.hpp"
#include "supervise/supervisor.hpp"

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
    ended,         // it ran: `end`
    postponed,     // the lease is somebody else's: look again at `when`; or the database is away: when it is back
    ran_elsewhere  // another daemon has done it: `history`
  } kind = Kind::ended;
  schedule::RunEnd end;
  schedule::Instant when;
  std::string reason;
  schedule::StreamHistory history;
  bool database_lost = false;
  bool quarantined = false;
};

// Carries out one run from lease to end_run, on a worker thread; several at a time.
class Runner {
 public:
  struct Parts {
    store::Database& database;
    const supervise::Supervisor& supervisor;
    Connectors& connectors;
    schedule::LeaseKeeper& leases;
    const config::SecretStore& secrets;
    journal::Log& log;
    LiveStatus& live;
    store::Uuid owner;  // of this process
  };
  explicit Runner(const Parts& parts) : parts_(parts) {}

  // Never throws: whatever goes wrong is in the report, the journal and the status.
  [[nodiscard]] RunReport run(const RunOrder& order, std::stop_source stop);

  // `infrazen connection test`: asks the connector to try its credentials and hosts. Writes nothing.
  [[nodiscard]] serve::TestReport test(const config::Settings& settings, const config::Connection& connection,
                                       std::stop_token stop);

  // After the database came back: sessions that were idle meanwhile are dead.
  void forget_sessions();

 private:
  [[nodiscard]] RunReport run_leased(const RunOrder& order, const config::Connection& connection,
                                     const store::StreamState& state, store::StreamLease lease, std::stop_source stop);
  [[nodiscard]] RunReport judge(const RunOrder& order, const store::StreamState& state,
                                const supervise::RunOutcome& outcome, schedule::Instant started,
                                const std::string& run_id);
  [[nodiscard]] std::unique_ptr<store::MarkSession> take_session();
  void give_back(std::unique_ptr<store::MarkSession> session);

  Parts parts_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<store::MarkSession>> idle_sessions_;
};

// "transient", "auth", …: the word for an IZ_ERR_* in journal, status and database.
[[nodiscard]] std::string_view error_class_name(std::uint32_t error_class);

}  // namespace iz::app
