// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>

#include "wire/channel.hpp"
#include "wire/descriptor.hpp"
#include "wire/messages.hpp"

namespace iz::host {

// connector-host's side of the socketpair: any thread sends; a control thread hears marks, cancel and pings. If
// infrazend goes away the process ends at once: nothing it still did could be kept.
class DaemonLink {
 public:
  explicit DaemonLink(int socket);

  // Waits for the first frame. Call before anything else, and before the sandbox.
  [[nodiscard]] wire::Start receive_start();
  // After the sandbox: the thread must be inside of it.
  void start_control_thread();

  // [any thread] Blocks while infrazend is busy.
  void send(wire::FrameType type, std::span<const std::byte> payload);
  template <class Message>
  void send_message(wire::FrameType type, const Message& message) {
    wire::Bytes payload;
    wire::encode(message, payload);
    send(type, payload);
  }
  // [run thread] Returns true when infrazend has committed, false when cancelled before.
  [[nodiscard]] bool mark(std::string_view cursor);

  // Called on the control thread, with each grant from now on.
  void on_rate_grant(std::function<void(const wire::RateGrant&)> granted);

  [[nodiscard]] bool cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }
  // Readable once cancelled.
  [[nodiscard]] int cancel_fd() const noexcept { return cancel_event_.get(); }
  // Sleeps up to `milliseconds`, or until cancelled; true when cancelled. Counts as activity.
  [[nodiscard]] bool wait_cancelled(std::int64_t milliseconds);
  // The connector is at work: keeps the hang timer from running out.
  void note_activity() noexcept { activity_.fetch_add(1, std::memory_order_relaxed); }

  // For `infrazen plugin check`: from here on what is seen of the connector is told. Call on the run thread.
  void observe();
  [[nodiscard]] bool observing() const noexcept { return observing_; }
  // [any thread] Nothing unless observing. A flood is cut off.
  void observed(wire::Seen what, std::string_view detail);
  // Seen::wrong_thread unless it is the run thread that called `call`.
  void expect_run_thread(std::string_view call);

 private:
  [[noreturn]] void listen();

  int socket_;
  wire::FrameReader reader_;
  wire::Descriptor cancel_event_;
  std::mutex sending_;
  std::mutex state_;
  std::condition_variable changed_;
  std::function<void(const wire::RateGrant&)> granted_;
  std::uint64_t marked_ = 0;
  std::uint64_t committed_ = 0;
  std::atomic<bool> cancelled_{false};
  std::atomic<std::uint64_t> activity_{0};
  bool observing_ = false;
  std::thread::id run_thread_;
  std::atomic<unsigned> observations_{0};
};

}  // namespace iz::host
