// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "records/run_sink.hpp"
#include "wire/messages.hpp"

// One run of one stream of one connection, as asked for and as it went.
namespace iz::supervise {

using wire::Action;
using wire::GrantedPath;
using wire::HttpOptions;
using wire::Rehearsal;
using wire::Secret;
using wire::Target;
using wire::WebhookHeader;
using wire::WebhookRequest;

struct RunLimits {
  std::chrono::milliseconds idle_timeout{60'000};  // without a frame or a host call, the daemon's own time not counted
  std::chrono::milliseconds cancel_grace{10'000};  // from the cancel flag to SIGTERM
  std::chrono::milliseconds term_grace{5'000};     // from SIGTERM to SIGKILL
  std::chrono::milliseconds max_run{6 * 3'600'000};
  std::uint64_t data_bytes = 512ULL << 20;  // RLIMIT_DATA
  std::uint64_t stack_bytes = 512ULL << 10;
  unsigned files = 64;
  // What may be pending, i.e. pushed and not yet marked.
  std::uint64_t records_per_mark = 10'000'000;
  std::uint64_t bytes_per_mark = 8ULL << 30;
  std::chrono::seconds seconds_per_mark{3'600};
};

struct RunSpec {
  std::string connection;
  std::string stream;
  std::string run_id;
  std::filesystem::path host_program;
  std::filesystem::path plugin;
  Action action = Action::sync;
  std::uint32_t mode = 0;  // IZ_SYNC_*
  std::string cursor;      // bytes
  std::string checkpoint;  // bytes
  bool has_checkpoint = false;
  std::int64_t since_us = 0;
  std::int64_t until_us = 0;
  std::vector<Target> targets;
  std::vector<WebhookRequest> webhooks;  // with Action::webhook_check and webhook_handle
  std::string settings_json = "{}";      // complete: checked against the manifest, defaults filled in
  std::vector<Secret> secrets;
  std::vector<GrantedPath> files;
  HttpOptions http;
  RunLimits limits;
  std::string log_level = "info";  // debug, info, warning, error
  Rehearsal rehearsal;             // `infrazen plugin check`
};

struct RunOutcome {
  std::uint32_t error_class = 0;  // IZ_OK or IZ_ERR_*
  std::string message;            // one sentence; empty with IZ_OK
  std::int64_t retry_after_ms = 0;
  bool crashed = false;             // a signal, an exit, an escaped exception: counts towards quarantine
  int signal = 0;                   // the one it died of, 0 if none
  bool protocol_violation = false;  // what it sent is not what a connector-host sends: counts as a crash
  bool killed_for_limit = false;    // time, records or bytes; ignoring the cancel flag included
  std::uint64_t records = 0;        // rows and points that arrived
  std::uint64_t bytes = 0;
  std::uint64_t marks = 0;
  std::chrono::microseconds cpu{0};  // user and system
  std::uint64_t max_rss_bytes = 0;
  double spawn_ms = 0;      // until the process ran
  double duration_ms = 0;   // from execute() to the end of the process
  std::string stderr_tail;  // the last lines the connector wrote there

  [[nodiscard]] bool ok() const noexcept { return error_class == 0; }
};

// What there is to see of a run besides its records. Called on the run's worker thread; must not throw.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void on_started(pid_t /*child*/) {}
  virtual void on_progress(std::uint64_t /*done*/, std::uint64_t /*total*/, std::string_view /*what*/) {}
  virtual void on_log(std::uint32_t /*level: IZ_LOG_* */, std::string_view /*message*/) {}
  virtual void on_check(const wire::CheckResult& /*result*/) {}
  virtual void on_observation(wire::Seen /*what*/, std::string_view /*detail*/) {}  // with RunSpec::rehearsal.observe
  // Of Action::webhook_check: what the connector said of the request at that place.
  virtual void on_admission(std::uint32_t /*index*/, std::uint32_t /*error_class*/, std::string_view /*event_id*/,
                            std::string_view /*message*/) {}
};

// Where a run is told how often it may call its hosts: the account's budget, which it shares with others.
class RateSource {
 public:
  // Called from any thread, must not block; false: the run does not listen any more.
  using Deliver = std::function<bool(const wire::RateGrant&)>;
  virtual ~RateSource() = default;

  virtual void open(Deliver deliver) = 0;
  // When it returns, nothing is delivered any more.
  virtual void close() = 0;
  // Questions and reports of the run.
  virtual void ask(const wire::RateAsk& ask) = 0;
  virtual void throttled(const wire::RateThrottled& report) = 0;
};

}  // namespace iz::supervise
