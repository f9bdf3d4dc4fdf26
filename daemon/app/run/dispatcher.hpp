// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "app/estate/estate.hpp"
#include "app/run/runner.hpp"
#include "schedule/planner.hpp"

namespace iz::app {

// Carries the planner's decisions to the workers and their reports back. Everything here runs on the main thread.
class Dispatcher {
 public:
  Dispatcher(boost::asio::io_context& io, Runner& runner, journal::Log& log, LiveStatus& live, unsigned workers);

  // The configuration to run from now on, with what the database remembers. Runs under way end under the one they began
  // with.
  void adopt(std::shared_ptr<const config::Settings> settings, const std::vector<EstateConnection>& estate);
  // What other daemons and operators have changed in the database meanwhile.
  void refresh(const std::vector<EstateConnection>& remembered);

  // Nothing is started before, nor after suspend(): the database is away.
  void resume_work();
  void suspend_work() { working_ = false; }
  // Told when a run finds that the database is gone.
  void on_database_lost(std::function<void(const std::string&)> callback) { database_lost_ = std::move(callback); }

  // Told of each connection whether it is in quarantine, whenever that is looked at.
  void on_quarantine(std::function<void(const std::string& connection, bool now)> callback) {
    quarantine_ = std::move(callback);
  }

  [[nodiscard]] schedule::Planner::RequestAnswer request(const schedule::StreamKey& key, schedule::Mode mode,
                                                         const std::string& actor);
  // Events of the stream have come into the inbox.
  void events_came(const schedule::StreamKey& key);
  [[nodiscard]] schedule::Planner::RequestAnswer may_back_fill(const schedule::StreamKey& key) const {
    return planner_.may_back_fill(key);
  }
  // One of the stream has been asked for, again if `repeated`, and stands in the database.
  void back_fill_came(const schedule::StreamKey& key, bool repeated);
  // One has been withdrawn: `run_id` of the run of it that is under way, which ends if it is ours; "" = it waited.
  void back_fill_withdrawn(const schedule::StreamKey& key, const std::string& run_id);
  void set_paused(const std::string& connection, bool paused);
  void clear_quarantine(const std::string& connection);

  // Cancels every run and starts no other; `stopped` is called once the last one is gone.
  void stop(std::function<void()> stopped);

  [[nodiscard]] schedule::StreamStatus status(const schedule::StreamKey& key) const;
  [[nodiscard]] std::vector<schedule::StreamKey> streams_of(const std::string& connection) const;
  [[nodiscard]] std::size_t stream_count() const noexcept { return rules_.size(); }
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& misconfigured() const { return misconfigured_; }
  [[nodiscard]] unsigned running() const noexcept { return planner_.running(); }
  [[nodiscard]] boost::asio::thread_pool& workers() noexcept { return workers_; }
  // Of stop(), for what else the workers do.
  [[nodiscard]] std::stop_token stop_token() const noexcept { return stop_.get_token(); }

 private:
  void set_quarantined(const std::string& connection, const std::string& reason);
  void leave_quarantine(const std::string& connection);
  void start_due();
  void start(const schedule::PlannedRun& run);
  void ended(const schedule::PlannedRun& run, const RunReport& report);
  void arm_timer();
  [[nodiscard]] schedule::Instant after_loss(const schedule::StreamKey& key);

  boost::asio::io_context& io_;
  Runner& runner_;
  journal::Log& log_;
  LiveStatus& live_;
  schedule::Planner planner_{schedule::Limits{}};
  std::shared_ptr<const config::Settings> settings_;
  std::map<schedule::StreamKey, schedule::StreamRule> rules_;
  std::map<schedule::StreamKey, std::string> actors_;  // of requests not yet started
  std::map<schedule::StreamKey, std::stop_source> under_way_;
  std::map<schedule::StreamKey, unsigned> losses_;  // runs in a row that found the database gone
  std::map<std::string, std::string, std::less<>> misconfigured_;
  boost::asio::thread_pool workers_;
  boost::asio::steady_timer timer_;
  std::function<void(const std::string&)> database_lost_;
  std::function<void(const std::string&, bool)> quarantine_;
  std::function<void()> stopped_;
  std::stop_source stop_;
  bool working_ = false;
  bool stopping_ = false;
};

}  // namespace iz::app
