// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/service_notifier.hpp"

#include <cstdint>
#include <utility>

#include <systemd/sd-daemon.h>

namespace iz::app {

ServiceNotifier::ServiceNotifier(boost::asio::io_context& io, std::function<std::string()> alive,
                                 std::function<void(const std::string&)> withheld)
    : timer_(io), alive_(std::move(alive)), withheld_(std::move(withheld)) {
  std::uint64_t period = 0;
  if (sd_watchdog_enabled(0, &period) > 0) period_ = std::chrono::microseconds(period);
}

void ServiceNotifier::ready(const std::string& status) {
  if (stopping_) return;
  (void)sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
  if (period_.count() > 0) feed();
}

void ServiceNotifier::status(const std::string& status) {
  (void)sd_notify(0, ("STATUS=" + status).c_str());
}

void ServiceNotifier::reloading() {
  if (stopping_) return;
  // CLOCK_MONOTONIC is what systemd 253 and later ask for; older ones ignore it.
  timespec monotonic{};
  clock_gettime(CLOCK_MONOTONIC, &monotonic);
  const std::int64_t us = static_cast<std::int64_t>(monotonic.tv_sec) * 1'000'000 + monotonic.tv_nsec / 1'000;
  (void)sd_notify(0, ("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(us)).c_str());
}

void ServiceNotifier::stopping() {
  stopping_ = true;
  timer_.cancel();
  (void)sd_notify(0, "STOPPING=1");
}

void ServiceNotifier::feed() {
  const std::string hanging = alive_();
  if (hanging.empty()) {
    (void)sd_notify(0, "WATCHDOG=1");
  } else {
    withheld_(hanging);
  }
  timer_.expires_after(period_ / 2);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) feed();
  });
}

}  // namespace iz::app
