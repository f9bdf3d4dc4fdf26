// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "app/estate/connectors.hpp"
#include "app/run/run_report.hpp"
#include "app/run/session_pool.hpp"
#include "app/view/live_status.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "ingest/inventory/kept_listings.hpp"
#include "ingest/run_ingest.hpp"
#include "journal/log.hpp"
#include "schedule/lease_keeper.hpp"
#include "schedule/rate_desk.hpp"
#include "serve/daemon_view.hpp"
#include "store/session/database.hpp"
#include "store/streams/streams.hpp"
#include "supervise/supervisor.hpp"

namespace iz::app {

class Errand;
class EventBatch;

// Carries out one run from lease to end_run, on a worker thread; several at a time.
class Runner {
 public:
  struct Parts {
    store::Database& database;
    const supervise::Supervisor& supervisor;
    Connectors& connectors;
    schedule::LeaseKeeper& leases;
    schedule::RateDesk& rates;
    const config::SecretStore& secrets;
    journal::Log& log;
    LiveStatus& live;
    store::Uuid owner;  // of this process
  };
  explicit Runner(const Parts& parts) : parts_(parts), sessions_(parts.database.conninfo()) {}

  // Never throws: whatever goes wrong is in the report, the journal and the status.
  [[nodiscard]] RunReport run(const RunOrder& order, std::stop_source stop);

  // `infrazen connection test`: tries credentials, settings and hosts, and asks the connector to try its permissions.
  // Writes nothing, needs no database, ends within a minute. `progress` sees the report as it grows, on this thread.
  using TestProgress = std::function<void(const serve::TestReport&)>;
  [[nodiscard]] serve::TestReport test(const config::Settings& settings, const config::Connection& connection,
                                       std::stop_token stop, const TestProgress& progress = {});

  // After the database came back: what was kept of it may no longer hold.
  void forget_database() {
    sessions_.forget();
    kept_.clear();
  }

 private:
  // A run that has its lease and its row in `runs`.
  struct Begun {
    const RunOrder& order;
    const config::Connection& connection;
    store::StreamLease& lease;
    std::int64_t number;
    std::string id;  // the number, for people
    schedule::Instant started;
    std::uint32_t mode;  // IZ_SYNC_*
  };
  // How it went. What our side lost is no fault of the connection's.
  struct Went {
    supervise::RunOutcome outcome;
    ingest::RunTotals totals;
    bool database_lost = false;
    bool lease_lost = false;
  };
  [[nodiscard]] RunReport run_leased(const RunOrder& order, const config::Connection& connection,
                                     const store::StreamState& state, store::StreamLease lease, std::stop_source stop);
  [[nodiscard]] RunReport run_events(const RunOrder& order, const config::Connection& connection,
                                     store::StreamLease lease, std::stop_source stop);
  [[nodiscard]] RunReport run_back_fill(const RunOrder& order, const config::Connection& connection,
                                        store::StreamLease lease, std::stop_source stop);
  // `errand`: what the run is sent for instead of the stream's sync.
  [[nodiscard]] Went carry_out(const Begun& run, std::stop_source stop, Errand* errand = nullptr);
  [[nodiscard]] RunReport events_ended(const Begun& run, const Went& went, const EventBatch& events);
  // The end of every run beside the schedule, however it went: its row, its word in the journal if it succeeded, what a
  // crash means for its connection.
  [[nodiscard]] RunReport errand_ended(const Begun& run, const Went& went, const std::string& message);
  void say_succeeded(const Begun& run, const Went& went);
  void count_crash(const Begun& run, const store::RunEnd& end, RunReport& report);
  [[nodiscard]] RunReport interrupted(const Begun& run, const Went& went);
  void tell(const Begun& run, const Went& went, const RunReport& report);
  void record(const Begun& run, const Went& went, RunReport& report);

  Parts parts_;
  SessionPool sessions_;
  ingest::KeptListings kept_;
};

}  // namespace iz::app
