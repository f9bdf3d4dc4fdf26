// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "host/run_context.hpp"
#include <infrazen/abi/module.h>
#include <infrazen/abi/services.h>

// The services that are a few lines each.
namespace iz::host {

// infrazen.config/1
class ConfigService {
 public:
  explicit ConfigService(const wire::Start& start);
  [[nodiscard]] const iz_config_1* table() const { return &table_; }

 private:
  const wire::Start& start_;
  std::map<std::string, std::string, std::less<>> texts_;
  iz_config_1 table_{};
};

// infrazen.checkpoint/1
class CheckpointService {
 public:
  explicit CheckpointService(RunContext& run);
  [[nodiscard]] const iz_checkpoint_1* table() const { return &table_; }

 private:
  DaemonLink& link_;
  std::string blob_;
  bool has_blob_;
  iz_checkpoint_1 table_{};
};

// infrazen.log/1: at most 200 lines at once and 20 a second, the rest counted; secrets masked.
class LogService {
 public:
  explicit LogService(RunContext& run);
  [[nodiscard]] const iz_log_1* table() const { return &table_; }
  // The same way out for the host's own lines.
  void write(std::uint32_t level, std::string_view message);

 private:
  [[nodiscard]] bool within_rate();

  DaemonLink& link_;
  const Secrets& secrets_;
  std::mutex mutex_;
  double tokens_ = 200;
  std::uint64_t suppressed_ = 0;
  std::chrono::steady_clock::time_point refilled_ = std::chrono::steady_clock::now();
  iz_log_1 table_{};
};

// infrazen.cancel/1
class CancelService {
 public:
  explicit CancelService(DaemonLink& link);
  [[nodiscard]] const iz_cancel_1* table() const { return &table_; }

 private:
  iz_cancel_1 table_{};
};

// infrazen.clock/1
class ClockService {
 public:
  // now_us: where it stands still, but for sleeping; 0 = the real time.
  explicit ClockService(DaemonLink& link, std::int64_t now_us = 0);
  [[nodiscard]] const iz_clock_1* table() const { return &table_; }

 private:
  bool sleep(std::int64_t milliseconds);

  DaemonLink& link_;
  std::atomic<std::int64_t> now_us_;
  iz_clock_1 table_{};
};

// infrazen.progress/1: passed on at most ten times a second.
class ProgressService {
 public:
  explicit ProgressService(DaemonLink& link);
  [[nodiscard]] const iz_progress_1* table() const { return &table_; }

 private:
  void report(std::uint64_t done, std::uint64_t total, std::string_view what);

  DaemonLink& link_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point sent_{};
  iz_progress_1 table_{};
};

// What a connector reports in check().
class CheckReport {
 public:
  explicit CheckReport(RunContext& run);
  [[nodiscard]] const iz_check_request* request() const { return &request_; }

 private:
  void report(const iz_check_result* result);

  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  DaemonLink& link_;
  const Secrets& secrets_;
  iz_check_request request_{};
};

}  // namespace iz::host
