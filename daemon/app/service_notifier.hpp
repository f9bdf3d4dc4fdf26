// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace iz::app {

// Talks to systemd: READY, RELOADING, STOPPING, STATUS, and the watchdog, fed twice per period as long as `alive` says
// so. Does nothing where there is no systemd.
class ServiceNotifier {
 public:
  // `alive` returns an empty string, or the name of the part that hangs.
  ServiceNotifier(boost::asio::io_context& io, std::function<std::string()> alive,
                  std::function<void(const std::string& part)> withheld);

  void ready(const std::string& status);
  void status(const std::string& status);
  void reloading();
  void stopping();  // the last word

 private:
  void feed();

  boost::asio::steady_timer timer_;
  std::function<std::string()> alive_;
  std::function<void(const std::string&)> withheld_;
  std::chrono::microseconds period_{0};  // 0 = no watchdog
  bool stopping_ = false;
};

}  // namespace iz::app
