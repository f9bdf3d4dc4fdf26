// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace iz::test {

// Holds answers of a fake back, so that a run stays in its middle for as long as a test wants.
class Gate {
 public:
  ~Gate() { open(); }
  void shut() { set(false); }
  void open() { set(true); }
  // By the fake, before it answers.
  void pass() {
    std::unique_lock lock(mutex_);
    ++held_;
    changed_.wait(lock, [this] { return open_; });
    --held_;
  }
  [[nodiscard]] std::size_t held() {
    const std::scoped_lock lock(mutex_);
    return held_;
  }

 private:
  void set(bool open) {
    const std::scoped_lock lock(mutex_);
    open_ = open;
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  std::size_t held_ = 0;
};

}  // namespace iz::test
