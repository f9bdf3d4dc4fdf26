// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <stop_token>
#include <string>

#include "supervise/run.hpp"
#include "supervise/spawn.hpp"
#include "wire/batch_codec.hpp"
#include "wire/channel.hpp"
#include "wire/descriptor.hpp"

namespace iz::supervise {

// The life of one child from its first frame to its end. Used once, on one thread.
class Session {
 public:
  // `rates`: what answers its rate_ask frames; nullptr = it may send none.
  Session(const RunSpec& spec, Child child, records::RunSink& sink, RunObserver& observer, RateSource* rates = nullptr);

  // Runs until the process is gone. The outcome lacks only what execute() knows (spawn_ms, duration_ms).
  [[nodiscard]] RunOutcome run(std::stop_token stop);

  // With Action::describe: the manifest's text, empty if none came.
  [[nodiscard]] const std::string& manifest() const { return manifest_; }

 private:
  using Clock = std::chrono::steady_clock;

  enum class Phase : std::uint8_t { running, cancelling, terminating, killed };

  // Why the run is being ended by us.
  struct Reason {
    std::uint32_t error_class = 0;
    std::string message;
    std::int64_t retry_after_ms = 0;
    bool limit = false;
    bool violation = false;
  };

  void talk(std::stop_token stop);
  void send_start();
  bool wait_for_event(int stop_fd);
  void read_output();
  void read_frames();
  void handle();          // the frame just read
  void handle_records();  // batch, segments, scopes, findings: what goes to the sink
  void handle_mark();
  void handle_rates();
  // Any thread. False when the child does not take it.
  bool send(wire::FrameType type, std::span<const std::byte> payload, std::chrono::milliseconds timeout);
  void count(std::uint64_t records);  // of the frame just read, towards the limits
  void check_timers();
  void check_limits();
  void end(Reason reason);  // begins cancel → SIGTERM → SIGKILL; the first reason stays
  void violated(const std::string& what);
  void signal_group(int number) const;
  void advance_phase();
  void reap();
  [[nodiscard]] std::chrono::milliseconds next_timer() const;
  void judge();  // fills the outcome
  void judge_silent_end();

  const RunSpec& spec_;
  Child child_;
  records::RunSink& sink_;
  RunObserver& observer_;
  RateSource* const rates_;
  std::set<std::string, std::less<>> rated_hosts_;
  std::string name_;  // for messages
  wire::FrameReader reader_;
  wire::BatchViews batch_views_;
  wire::SegmentViews segment_views_;

  RunOutcome outcome_;
  std::optional<Reason> reason_;
  std::optional<RunOutcome> done_;  // what its done frame said
  std::string manifest_;
  std::string output_;
  int wait_status_ = 0;

  Phase phase_ = Phase::running;
  bool closed_ = false;
  bool exited_ = false;
  bool stop_seen_ = false;
  bool lingered_ = false;  // it neither exited nor spoke after its socket was closed
  std::mutex sending_;
  std::atomic<bool> writable_{true};  // false once it stopped reading what we send
  bool ping_open_ = false;
  std::uint64_t activity_ = 0;
  std::uint64_t pending_records_ = 0;
  std::uint64_t pending_bytes_ = 0;
  unsigned log_lines_ = 0;  // in the present second
  Clock::time_point log_second_;
  Clock::time_point started_;
  Clock::time_point last_activity_;
  Clock::time_point last_ping_;
  Clock::time_point pending_since_;
  Clock::time_point phase_ends_;
  Clock::time_point drain_ends_;
};

}  // namespace iz::supervise
