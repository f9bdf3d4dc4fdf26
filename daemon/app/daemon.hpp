// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>

#include "app/estate/connectors.hpp"
#include "app/estate/database_watch.hpp"
#include "app/estate/lease_owner.hpp"
#include "app/hooks/hooks.hpp"
#include "app/reloader.hpp"
#include "app/run/dispatcher.hpp"
#include "app/run/runner.hpp"
#include "app/service_notifier.hpp"
#include "app/view/live_status.hpp"
#include "app/view/view.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "jobs/job_loop.hpp"
#include "journal/log.hpp"
#include "schedule/lease_keeper.hpp"
#include "schedule/rate_desk.hpp"
#include "serve/http/http_server.hpp"
#include "serve/http/router.hpp"
#include "store/session/database.hpp"
#include "supervise/supervisor.hpp"

namespace iz::app {

// infrazend, put together. The members are the parts in the order they start; they end in the reverse order.
class Daemon {
 public:
  Daemon(std::filesystem::path config_file, config::Settings settings, config::SecretStore secrets, journal::Log& log);

  // Runs until SIGTERM or SIGINT, or until it cannot go on. Returns the exit status (sysexits).
  [[nodiscard]] int run();

 private:
  [[nodiscard]] std::shared_ptr<const config::Settings> current_settings() const;
  void ready_once();
  void wait_for_signal();
  void take(std::shared_ptr<const config::Settings> settings);
  void stop(const std::string& reason, int status);
  [[nodiscard]] std::string hanging_part() const;
  [[nodiscard]] std::string one_line() const;

  const std::filesystem::path config_file_;
  mutable std::mutex settings_mutex_;  // written on the main thread, read by the job thread too
  std::shared_ptr<const config::Settings> settings_;
  const config::SecretStore secrets_;
  journal::Log& log_;
  const std::thread::id main_thread_ = std::this_thread::get_id();
  const WallTime started_ = wall_now();

  boost::asio::io_context io_{1};
  boost::asio::thread_pool control_{1};
  boost::asio::thread_pool testers_{2};
  LeaseOwner owner_;
  LiveStatus live_;
  store::Database database_;
  supervise::Supervisor supervisor_;
  Connectors connectors_;
  schedule::LeaseKeeper leases_;
  schedule::RateDesk rates_;
  Runner runner_;
  Dispatcher dispatcher_;
  DatabaseWatch watch_;
  Hooks hooks_;
  jobs::JobLoop jobs_;
  ServiceNotifier notifier_;
  Reloader reloader_;
  View view_;
  serve::Router router_;
  serve::HttpServer server_;
  boost::asio::signal_set signals_;
  bool ready_ = false;
  bool stopping_ = false;
  int exit_status_ = 0;
};

}  // namespace iz::app
