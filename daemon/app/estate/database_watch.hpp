// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "app/estate/adoptions.hpp"
#include "app/estate/estate.hpp"
#include "app/view/live_status.hpp"
#include "journal/log.hpp"

namespace iz::app {

// Keeps the estate registered and the daemon informed of what the database says, from the one control thread; a
// database that is away is tried again, first after half a second, at most every 15 seconds. Callbacks come on the main
// thread.
class DatabaseWatch {
 public:
  struct Callbacks {
    // The estate of `settings` is registered: run it, and call the last one, on the main thread, when every part does.
    std::function<void(std::shared_ptr<const config::Settings>, std::vector<EstateConnection>, std::function<void()>)>
        adopted;
    std::function<void(std::vector<EstateConnection>)> refreshed;
    std::function<void(const std::string& reason)> lost;
    // The schema is not this build's: the daemon has to end.
    std::function<void(const std::string& reason)> unusable;
  };
  DatabaseWatch(boost::asio::io_context& io, boost::asio::thread_pool& control, store::Database& database,
                Connectors& connectors, const store::Uuid& owner, journal::Log& log, Callbacks callbacks);

  // Registers `settings`, now and again after every outage, until called with others. `told`: once they are in force,
  // or the database was asked and is away.
  void adopt(std::shared_ptr<const config::Settings> settings, Adopted told = {});
  // When the settings that were to be adopted last are in force; at once if they are, or if the database is known to be
  // away.
  void when_in_force(Adopted told);
  [[nodiscard]] bool in_force() const noexcept { return adoptions_.all_in_force(); }
  // A run found the database gone: look at once.
  void suspect(const std::string& reason);
  void stop();

  [[nodiscard]] bool up() const noexcept { return up_; }
  [[nodiscard]] bool tried() const noexcept { return tried_; }
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
  // When the control thread last came back from its work; for the watchdog.
  [[nodiscard]] std::chrono::steady_clock::time_point last_seen() const { return last_seen_.load(); }

 private:
  void look();
  void registered(std::shared_ptr<const config::Settings> settings, Adoptions::Number number,
                  std::vector<EstateConnection> estate);
  void recover_once();
  void came_back();
  void went_away(const std::string& reason);
  void again_in(std::chrono::milliseconds delay);

  boost::asio::io_context& io_;
  boost::asio::thread_pool& control_;
  store::Database& database_;
  Connectors& connectors_;
  const store::Uuid owner_;  // of this daemon's leases
  journal::Log& log_;
  Callbacks callbacks_;
  boost::asio::steady_timer timer_;
  Adoptions adoptions_;
  std::shared_ptr<const config::Settings> settings_;
  std::shared_ptr<const config::Settings> adopted_;  // registered since the database is up
  std::chrono::milliseconds retry_{500};
  std::optional<WallTime> away_since_;
  std::string reason_;
  bool up_ = false;
  bool tried_ = false;
  bool looking_ = false;
  bool doubted_ = false;  // what the look under way will say may be older than the loss
  bool stopped_ = false;
  bool recovered_ = false;  // leases of the process before; control thread only
  std::atomic<std::chrono::steady_clock::time_point> last_seen_;
};

}  // namespace iz::app
