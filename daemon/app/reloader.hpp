// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/estate/database_watch.hpp"
#include "app/service_notifier.hpp"
#include "app/view/live_status.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "journal/log.hpp"
#include "serve/daemon_view.hpp"

namespace iz::app {

// Reads the configuration again, and sees it through until it is in force. Main thread; several may be under way.
class Reloader {
 public:
  struct Parts {
    const std::filesystem::path& config_file;
    const config::SecretStore& secrets;
    journal::Log& log;
    LiveStatus& live;
    DatabaseWatch& watch;
    ServiceNotifier& notifier;
    std::function<std::shared_ptr<const config::Settings>()> settings;
    std::function<void(std::shared_ptr<const config::Settings>)> take;  // accepted: the daemon's from now on
    std::function<void(const std::string& problem)> refused;
    std::function<std::string()> one_line;
  };
  explicit Reloader(Parts parts) : parts_(std::move(parts)) {}

  // Answers when the configuration is refused, in force, or waits for the database. systemd hears RELOADING now and
  // READY when the last one that is under way has its answer.
  void reload(const std::string& actor, serve::Done<serve::ReloadReport> done);

  // What waited for the database is in force now.
  void in_force();

 private:
  struct Accepted {
    serve::ReloadReport report;
    std::string actor;
  };
  [[nodiscard]] serve::ReloadReport read();
  [[nodiscard]] serve::Outcome<serve::ReloadReport> adopted(Accepted accepted, const Adoption& adoption);
  void say_in_force(const Accepted& accepted);
  void ended();

  Parts parts_;
  unsigned under_way_ = 0;
  std::vector<Accepted> waiting_;  // for the database
};

}  // namespace iz::app
