// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>

#include "fakes/beget/cloud.hpp"
#include "fakes/beget/hosting.hpp"
#include "fakes/http/server.hpp"
#include "harness/infrazend.hpp"

namespace iz::test {

// An account at a fake Beget, both APIs on one address, and a real daemon that has it as a connection.
class BegetAccount {
 public:
  BegetAccount();

  // Synced once at least. Streams not named here are off.
  void start(const std::string& streams);
  void sync(const std::string& stream) { daemon.sync("shop", stream); }
  [[nodiscard]] std::string outcome(const std::string& stream) const;  // of the last run: "succeeded", or its message
  [[nodiscard]] std::string scalar(const std::string& sql) const {
    return daemon.scalar("SET search_path = infrazen; " + sql);
  }
  // As if the stream's last run had been so many days before: the cursor's dates are moved.
  void age_cursor(const std::string& stream, int days);

  BegetCloud cloud;
  BegetHosting hosting;
  HttpServer server;
  Infrazend daemon;
};

}  // namespace iz::test
