// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// The daemon as those see it who ask through the status socket. app/ implements it.
namespace iz::serve {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;

// The days of a back-fill, like 2026-03-01, in UTC; `until` is exclusive.
struct DayWindow {
  std::string since;
  std::string until;
};

struct StreamStatus {
  std::string name;
  std::string state;   // idle, waiting, running, backing_off, blocked, paused, quarantined
  std::string reason;  // why, when it is not idle or running
  bool enabled = true;
  std::string run_id;  // of the run under way
  std::optional<Instant> running_since;
  std::optional<Instant> last_success;
  std::optional<Instant> next_due;
  std::string last_error_class;  // of the last run that failed, until one succeeds
  std::string last_error;
  std::uint32_t failures = 0;  // in a row
  // Since the daemon started.
  std::uint64_t runs_succeeded = 0;
  std::uint64_t runs_failed = 0;
  std::uint64_t records = 0;
  std::uint64_t marks = 0;
  std::optional<DayWindow> back_fill;    // the run under way is one
  std::uint64_t back_fills_waiting = 0;  // the one under way included; as of a quarter of a minute ago
  // Of the inbox of webhooks, as the database said when it was asked last, within a quarter of a minute.
  std::uint64_t events_waiting = 0;
  std::uint64_t events_dead = 0;  // given up
};

// Requests to a connection's hook since the daemon started.
struct WebhookStatus {
  std::uint64_t accepted = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t unauthenticated = 0;
  std::uint64_t over_rate = 0;
  std::uint64_t malformed = 0;    // authenticated, but not of the form
  std::uint64_t unavailable = 0;  // told to come again
  std::string problem{};          // why it cannot be served, for an operator to put right
};

struct ConnectionStatus {
  std::string id;
  std::string tenant;
  std::string connector;
  std::string state;  // ok, running, failing, blocked, paused, quarantined, disabled, misconfigured
  std::string reason;
  bool enabled = true;
  std::vector<StreamStatus> streams;
  std::optional<WebhookStatus> webhook{};  // when it has one and the daemon takes webhooks
};

struct Counters {
  std::uint64_t connector_crashes = 0;
  std::uint64_t reloads = 0;
  std::uint64_t reloads_refused = 0;
  std::uint64_t jobs_failed = 0;
  unsigned runs_active = 0;
  unsigned runs_limit = 0;
  std::uint64_t resident_bytes = 0;
};

struct DaemonStatus {
  std::string version;
  std::string state;                 // starting, ready, degraded, stopping
  std::vector<std::string> reasons;  // of degraded: "database unavailable since …"
  bool live = true;                  // scheduler and writer move: what feeds the watchdog
  bool database_up = false;
  std::uint32_t schema_version = 0;
  Instant started;
  Instant now;
  std::optional<Instant> configuration_loaded;
  std::string configuration_problem;  // of the last reload that was refused
  bool webhooks_listening = false;
  Counters counters;
  std::vector<ConnectionStatus> connections;
};

struct PluginStatus {
  std::string id;
  std::string version;
  std::string title;
  std::string path;
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  bool usable = true;
  std::string problem;  // when it is not
  std::vector<std::string> streams;
};

struct RunRow {
  std::string run_id;
  std::string connection;
  std::string stream;
  std::string mode;                 // incremental, full, targeted, back_fill
  std::optional<DayWindow> window;  // of a back-fill
  std::string state;                // running, succeeded, failed, cancelled, crashed
  std::optional<Instant> started;
  std::optional<Instant> ended;
  std::uint64_t records = 0;
  std::uint64_t marks = 0;
  std::string error_class;
  std::string message;
};

struct FindingRow {
  std::string connection;
  std::string stream;
  std::string run_id;
  std::string severity;
  std::string rule;
  std::string origin;
  std::uint64_t position = 0;
  std::string column;
  std::string value;
  std::string message;
  std::uint64_t count = 1;
  std::optional<Instant> seen;
};

// An event that was posted to /hooks/<connection>.
struct WebhookRow {
  std::uint64_t id = 0;  // ours; in the whole installation
  std::string event;     // the sender's
  std::string connection;
  std::string stream;
  std::string state;  // pending, done, dead
  std::optional<Instant> received;
  std::uint32_t attempts = 0;  // that failed
  std::optional<Instant> next_try;
  std::optional<Instant> settled;
  std::string error_class;
  std::string error;
};

// Newest first.
struct HistoryQuery {
  std::string connection;  // empty = all
  std::string stream;
  std::string run_id;
  std::string state;  // of webhooks
  std::uint32_t limit = 100;
};

struct CheckVerdict {
  std::string subject;
  std::string verdict;  // passed, failed, skipped, not_tried
  std::string detail;
  std::string kind = "connector";  // credential, setting, host, permission, connector: whose it is
  std::chrono::milliseconds took{0};
};

struct TestReport {
  bool passed = false;
  std::string error;  // when the test itself could not run, or did not come to its end
  std::vector<CheckVerdict> verdicts;
  bool done = true;        // false: so far
  bool timed_out = false;  // it was given no more time
  std::chrono::milliseconds took{0};
};

struct ReloadReport {
  std::vector<std::string> problems;         // not empty: refused, the old configuration runs on
  std::vector<std::string> restart;          // accepted, but these take effect only after a restart
  std::string waits;                         // accepted, but not in force yet: why. Empty = in force
  std::vector<std::string> misconfigured{};  // in force, but these connections do not run: a sentence each
  std::uint32_t added = 0;
  std::uint32_t changed = 0;
  std::uint32_t removed = 0;
};

// Why something was not done, with the HTTP status that says so (404, 409, 503, …).
struct Refusal {
  unsigned status = 500;
  std::string message;
};

template <typename T>
using Outcome = std::variant<T, Refusal>;
// Called exactly once, from any thread.
template <typename T>
using Done = std::function<void(Outcome<T>)>;

struct SyncRequest {
  std::string connection;
  std::string stream;                // empty = all of the connection
  std::string mode = "incremental";  // or full
};

struct BackFillRequest {
  std::string connection;
  std::string stream;  // empty = all of the connection that can
  std::string since;   // as they were written: days like 2026-03-01 in UTC …
  std::string until;   // … this one exclusive; empty = up to and including today
};

struct BackFillRow {
  std::uint64_t id = 0;
  std::string connection;
  std::string stream;
  DayWindow window;
  std::string state;  // waiting, running, done, failed, withdrawn
  std::string actor;
  std::optional<Instant> asked;
  std::uint32_t attempts = 0;  // that failed
  std::optional<Instant> next_try;
  std::optional<Instant> settled;
  std::string run_id;  // its last run
  std::string error_class;
  std::string error;
  bool repeated = false;  // of an answer: one that was waiting already has these days
};

struct BackFillAnswer {
  std::vector<BackFillRow> asked;
  std::vector<std::string> left_out;  // streams that have no back-fill
};

struct AuditEntry {
  std::string actor;    // "alice (uid 1000)"
  std::string action;   // "POST /v1/connections/x/pause"
  std::string subject;  // the connection, or empty
  unsigned status = 0;
  bool refused = false;  // for lack of permission
};

// All functions are called on the main thread and must not block it; what takes long answers later through `done`.
class DaemonView {
 public:
  virtual ~DaemonView() = default;

  // From memory.
  [[nodiscard]] virtual DaemonStatus status() const = 0;
  [[nodiscard]] virtual std::vector<PluginStatus> plugins() const = 0;

  // From the database; 503 while it is down.
  virtual void runs(const HistoryQuery& query, Done<std::vector<RunRow>> done) = 0;
  virtual void findings(const HistoryQuery& query, Done<std::vector<FindingRow>> done) = 0;
  virtual void webhooks(const HistoryQuery& query, Done<std::vector<WebhookRow>> done) = 0;

  // `actor` is for the log. sync answers with the names of the streams that were asked to run.
  virtual void sync(const SyncRequest& request, const std::string& actor, Done<std::vector<std::string>> done) = 0;
  // Windows of days of streams, apart from their cursors; they outlive a restart. Newest first.
  virtual void back_fill(const BackFillRequest& request, const std::string& actor, Done<BackFillAnswer> done) = 0;
  virtual void back_fills(const HistoryQuery& query, Done<std::vector<BackFillRow>> done) = 0;
  // No more of one that waits or runs; what its run has written until it ends stays.
  virtual void withdraw_back_fill(std::uint64_t id, const std::string& actor, Done<BackFillRow> done) = 0;
  virtual void pause(const std::string& connection, const std::string& actor, Done<std::monostate> done) = 0;
  virtual void resume(const std::string& connection, const std::string& actor, Done<std::monostate> done) = 0;
  // One that is dead, or waits for its next try, is tried now, as if it had come just now.
  virtual void retry_webhook(std::uint64_t id, Done<WebhookRow> done) = 0;
  // One that is dead is settled: nobody has to look at it again.
  virtual void discard_webhook(std::uint64_t id, Done<WebhookRow> done) = 0;
  virtual void test(const std::string& connection, Done<TestReport> done) = 0;
  // The same, and while it goes on test_so_far(watch) tells what is known; `watch` is the caller's word for this one
  // test.
  virtual void watched_test(const std::string& connection, const std::string& /*watch*/, Done<TestReport> done) {
    test(connection, std::move(done));
  }
  [[nodiscard]] virtual std::optional<TestReport> test_so_far(const std::string& /*watch*/) const {
    return std::nullopt;
  }
  // Answers when the configuration is refused, in force, or known to wait for the database.
  virtual void reload(const std::string& actor, Done<ReloadReport> done) = 0;

  // Every POST, answered or refused.
  virtual void audit(const AuditEntry& entry) = 0;
};

}  // namespace iz::serve
