// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "app/hooks/hook_book.hpp"
#include "app/hooks/hook_checks.hpp"
#include "app/hooks/hook_endpoint.hpp"
#include "app/hooks/inbox_writer.hpp"
#include "app/view/live_status.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "journal/log.hpp"
#include "schedule/rate_desk.hpp"
#include "serve/http/tcp_server.hpp"
#include "supervise/supervisor.hpp"

namespace iz::app {

// The webhook listener, put together: sockets, a thread that serves them, the writer of the inbox, connectors' checks.
// Without an address in the configuration or a socket from systemd it does nothing and costs no thread. Its functions
// are called on the main thread, and so are its callbacks.
class Hooks {
 public:
  struct Parts {
    boost::asio::io_context& io;  // the main thread's
    std::string conninfo;
    const supervise::Supervisor& supervisor;
    const config::SecretStore& secrets;
    journal::Log& log;
    LiveStatus& live;
    schedule::RateDesk& rates;
    // Events of these connections' streams have come into the inbox.
    std::function<void(const std::set<std::pair<std::string, std::string>>& streams)> rang;
    std::function<void(const std::string& reason)> database_lost;
  };
  explicit Hooks(Parts parts);
  ~Hooks();
  Hooks(const Hooks&) = delete;
  Hooks& operator=(const Hooks&) = delete;

  // Listens; whoever comes waits until answer(). Throws std::runtime_error that names the address or the certificate.
  void start(const config::Settings& settings);
  // Answers, once the database has said something: a restart lets senders wait for it instead of sending them away.
  // Without connections adopted (the database is away) everybody is told to come again.
  void answer();
  // The connections to serve from now on; the certificate is read anew. `done` once both are in use.
  void adopt(const std::shared_ptr<const config::Settings>& settings, const std::vector<EstateConnection>& estate,
             std::function<void()> done);
  // Of one in quarantine no code runs: what only its connector could authenticate has to come again.
  void set_quarantined(const std::string& connection, bool now);
  // Takes no more and calls `done` once those who are here have their answers.
  void drain(std::function<void()> done);

  [[nodiscard]] bool listening() const noexcept { return server_ != nullptr; }
  [[nodiscard]] const std::map<std::string, std::shared_ptr<HookCounters>, std::less<>>& counters() const {
    return counters_;
  }

 private:
  void use_certificate(const config::Settings& settings);
  void ring(const std::string& connection, const std::string& stream);

  Parts parts_;
  std::map<std::string, std::shared_ptr<HookCounters>, std::less<>> counters_;
  std::mutex rung_mutex_;
  std::set<std::pair<std::string, std::string>> rung_;  // not told yet
  // They end in the reverse order: nobody calls the endpoint once it is gone.
  boost::asio::io_context hooks_io_{1};
  std::optional<HookEndpoint> endpoint_;
  std::optional<InboxWriter> writer_;
  std::optional<HookChecks> checks_;
  std::unique_ptr<serve::TcpServer> server_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> open_;
  std::thread thread_;
};

}  // namespace iz::app
