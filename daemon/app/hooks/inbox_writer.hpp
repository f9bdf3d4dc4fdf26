// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "store/inbox/inbox.hpp"

namespace iz::app {

// Writes events into the inbox, in a thread of its own: what has come while one transaction was committed goes into the
// next one together, so that the disk is asked to flush once for many. put() is safe from any thread.
class InboxWriter {
 public:
  enum class Outcome : std::uint8_t {
    stored,
    duplicate,
    unavailable,  // the database is away, or too much waits
    refused       // the database is there and does not take this event
  };
  // Called once, on the writer's thread, when the event is durable or cannot be; `reason` with refused.
  using Done = std::function<void(Outcome, std::string_view reason)>;

  // `lost` hears that the database is away, on the writer's thread, once per outage.
  InboxWriter(std::string conninfo, std::function<void(const std::string& reason)> lost);
  ~InboxWriter();
  InboxWriter(const InboxWriter&) = delete;
  InboxWriter& operator=(const InboxWriter&) = delete;

  void put(store::NewEvent event, Done done);

 private:
  struct Item {
    store::NewEvent event;
    Done done;
  };
  void run(const std::stop_token& stop);
  void write(std::span<Item> items);
  [[nodiscard]] bool resting() const;

  store::MarkSession session_;
  std::function<void(const std::string&)> lost_;
  std::optional<std::chrono::steady_clock::time_point> failed_;  // writer's thread only
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::vector<Item> queue_;
  std::size_t queued_bytes_ = 0;
  std::jthread thread_;
};

}  // namespace iz::app
