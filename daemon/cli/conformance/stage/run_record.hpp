// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records/run_sink.hpp"
#include "supervise/run.hpp"

// What one rehearsed run did, as copies for the judges to look at.
namespace iz::cli::conformance {

struct RecordedColumn {
  std::uint32_t field = 0;  // IZ_FIELD_EXTENSION for extensions
  std::string name;
};
using Columns = std::vector<RecordedColumn>;

struct RecordedRow {
  std::uint32_t kind = 0;
  std::string scope;
  std::shared_ptr<const Columns> columns;
  std::vector<std::optional<std::string>> cells;
  std::size_t marks_before = 0;

  // nullptr if null or not there.
  [[nodiscard]] const std::string* find(std::string_view column) const;
};

struct RecordedScope {
  std::uint32_t kind = 0;
  std::string name;
  bool closed = false;
  std::size_t requests_at_close = 0;
};

struct Sighting {
  wire::Seen what = wire::Seen::request;
  std::string detail;
};

// One instance's life.
struct Life {
  std::vector<RecordedRow> rows;
  std::vector<RecordedScope> scopes;
  std::vector<std::string> cursors;  // of its marks
  std::uint64_t pushed = 0;          // rows and points
  std::uint64_t unmarked = 0;        // of these, behind the last mark
  std::vector<std::string> scope_faults;
  std::optional<std::uint32_t> error_class;  // once it has ended
};

// Of IZ_OK or an IZ_ERR_*, as connectors' authors know it: "rate_limited".
[[nodiscard]] std::string_view class_name(std::uint32_t error_class);

struct RunRecord {
  struct Verdict {
    std::uint32_t verdict = 0;
    std::string subject;
    std::string detail;
  };
  std::vector<Life> lives{1};
  std::vector<std::string> checkpoints;
  std::vector<std::string> logs;
  std::vector<std::string> findings;
  std::vector<Verdict> verdicts;
  std::vector<Sighting> seen;
  std::vector<std::string> requests;
  bool destroying = false;  // destroy() was called and has not returned
  bool stopped = false;     // by the kit
  bool too_many_requests = false;
  supervise::RunOutcome outcome;

  [[nodiscard]] const Life& first() const { return lives.front(); }
  [[nodiscard]] bool ok() const { return outcome.ok(); }
};

// When the kit raises the cancel flag by itself.
struct StopRule {
  std::size_t after_events = 0;    // batches, scopes, marks, requests; 0 = never
  std::size_t after_requests = 0;  // 0 = never
};

// Sink and observer of one run, written down. Used on the run's one thread.
class RunRecorder final : public records::RunSink, public supervise::RunObserver {
 public:
  explicit RunRecorder(const StopRule& rule) : rule_(rule) {}

  void on_batch(const records::BatchView& batch) override;
  void on_segments(std::span<const records::SegmentView> segments) override;
  void on_scope_open(std::uint32_t kind, std::string_view scope) override;
  void on_scope_close(std::uint32_t kind, std::string_view scope) override;
  void on_finding(const records::FindingView& finding) override;
  void on_checkpoint(std::string_view blob) override;
  void on_mark(std::string_view cursor) override;
  void on_log(std::uint32_t level, std::string_view message) override;
  void on_check(const wire::CheckResult& result) override;
  void on_observation(wire::Seen what, std::string_view detail) override;

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
  // With what execute() returned.
  [[nodiscard]] RunRecord finish(supervise::RunOutcome outcome);

 private:
  // More rows than these are counted and not kept.
  static constexpr std::size_t kMostRows = 200'000;

  [[nodiscard]] Life& life() { return record_.lives.back(); }
  void event();
  void stop();
  void begin_life_if_ended();

  StopRule rule_;
  std::stop_source stop_;
  RunRecord record_;
  std::set<std::pair<std::uint32_t, std::string>> open_;
  std::size_t kept_ = 0;
  std::size_t events_ = 0;
  bool ended_ = false;
};

}  // namespace iz::cli::conformance
