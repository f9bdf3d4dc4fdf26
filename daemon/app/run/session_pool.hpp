// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/session/mark_session.hpp"

namespace iz::app {

// Sessions for marks between runs: connecting takes longer than a small run. Safe from any thread.
class SessionPool {
 public:
  explicit SessionPool(std::string conninfo) : conninfo_(std::move(conninfo)) {}

  [[nodiscard]] std::unique_ptr<store::MarkSession> take();
  void give_back(std::unique_ptr<store::MarkSession> session);
  // After the database came back: sessions that were idle meanwhile are dead.
  void forget();

 private:
  const std::string conninfo_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<store::MarkSession>> idle_;
};

}  // namespace iz::app
