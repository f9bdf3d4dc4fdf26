// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "app/connectors.hpp"
#include "app/database_watch.hpp"
#include "app/dispatcher.hpp"
#include "app/live_status.hpp"
#include "app/runner.hpp"
#include "jobs/job_loop.hpp"
#include "serve/daemon_view.hpp"

namespace iz::app {

// The daemon as the status socket shows it. On the main thread; what needs the database goes to the control thread.
class View : public serve::DaemonView {
 public:
  struct Parts {
    boost::asio::io_context& io;
    boost::asio::thread_pool& control;
    store::Database& database;
    Connectors& connectors;
    Runner& runner;
    Dispatcher& dispatcher;
    DatabaseWatch& watch;
    jobs::JobLoop& jobs;
    LiveStatus& live;
    journal::Log& log;
    WallTime started;
    std::function<std::shared_ptr<const config::Settings>()> settings;
    std::function<serve::ReloadReport(const std::string& actor)> reload;
    std::function<std::string()> hanging_part;
    std::function<bool()> stopping;
  };
  explicit View(Parts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] serve::DaemonStatus status() const override;
  [[nodiscard]] std::vector<serve::PluginStatus> plugins() const override;
  void runs(const serve::HistoryQuery& query, serve::Done<std::vector<serve::RunRow>> done) override;
  void findings(const serve::HistoryQuery& query, serve::Done<std::vector<serve::FindingRow>> done) override;
  void sync(const serve::SyncRequest& request, const std::string& actor,
            serve::Done<std::vector<std::string>> done) override;
  void pause(const std::string& connection, const std::string& actor, serve::Done<std::monostate> done) override;
  void resume(const std::string& connection, const std::string& actor, serve::Done<std::monostate> done) override;
  void test(const std::string& connection, serve::Done<serve::TestReport> done) override;
  void reload(const std::string& actor, serve::Done<serve::ReloadReport> done) override;
  void audit(const serve::AuditEntry& entry) override;

  void configuration_loaded(WallTime when) {
    configuration_loaded_ = when;
    configuration_problem_.clear();
  }
  void configuration_refused(std::string problem) { configuration_problem_ = std::move(problem); }

 private:
  [[nodiscard]] serve::ConnectionStatus connection_status(const config::Connection& connection) const;
  // Runs `ask` on the control thread and completes with what it returns, or with 503 while the database is away.
  template <typename T, typename Ask>
  void from_database(serve::Done<T> done, Ask ask);

  Parts parts_;
  WallTime configuration_loaded_ = wall_now();
  std::string configuration_problem_;
};

}  // namespace iz::app
