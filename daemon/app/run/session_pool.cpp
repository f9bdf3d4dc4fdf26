// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/run/session_pool.hpp"

#include <utility>

namespace iz::app {

std::unique_ptr<store::MarkSession> SessionPool::take() {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      auto session = std::move(idle_.back());
      idle_.pop_back();
      return session;
    }
  }
  return std::make_unique<store::MarkSession>(conninfo_);
}

void SessionPool::give_back(std::unique_ptr<store::MarkSession> session) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(session));
}

void SessionPool::forget() {
  const std::scoped_lock lock(mutex_);
  idle_.clear();
}

}  // namespace iz::app
