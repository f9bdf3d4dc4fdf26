// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "ingest/ingest_context.hpp"
#include "ingest/kind_ingest.hpp"
#include "records/run_sink.hpp"

namespace iz::ingest {

// Progress of a run, for status and metrics.
struct RunTotals {
  std::uint64_t records = 0;  // committed
  std::uint64_t bytes = 0;
  std::uint64_t marks = 0;
  std::uint64_t rejected = 0;
  std::uint64_t findings = 0;
  std::uint64_t pending_records = 0;  // since the last mark
};

// Takes one run's records and commits them, mark by mark, each with its cursor. supervise/ calls it on the run's thread.
// Destroyed in the middle of a run: everything since the last mark is forgotten.
class RunIngest : public records::RunSink {
 public:
  // `context` is copied; session and lease outlive this. The session is used by this run alone.
  RunIngest(store::MarkSession& session, store::StreamLease& lease, RunContext context);
  ~RunIngest() override;

  void on_batch(const records::BatchView& batch) override;
  void on_segments(std::span<const records::SegmentView> segments) override;
  void on_scope_open(std::uint32_t kind, std::string_view scope) override;
  void on_scope_close(std::uint32_t kind, std::string_view scope) override;
  void on_finding(const records::FindingView& finding) override;
  void on_checkpoint(std::string_view blob) override;
  void on_mark(std::string_view cursor) override;

  // What goes into the transaction of the next mark besides records; finish(true) makes a mark for it if none has come.
  void also_commit(std::function<void(store::MarkTransaction&)> write) { also_ = std::move(write); }

  // After the connector returned (or failed): stores findings and checkpoint that came after the last mark, unless the lease
  // was lost. Records after the last mark are dropped. Call once, before store::end_run.
  void finish(bool succeeded);

  [[nodiscard]] RunTotals totals() const;
  // Whether the mark's time is up: supervise or app ends the run (permanent). Checked in every on_… call too.
  void check_mark_age() const;

 private:
  KindIngest& ingest_for(std::uint32_t kind);
  void check_caps() const;
  void finish_findings(bool succeeded);

  RunContext run_;
  IngestContext context_;
  std::map<std::uint32_t, std::unique_ptr<KindIngest>> families_;
  RunTotals totals_;
  std::uint64_t pending_records_ = 0;
  std::uint64_t pending_bytes_ = 0;
  std::function<void(store::MarkTransaction&)> also_;
  std::string checkpoint_;
  bool checkpoint_changed_ = false;
  std::chrono::steady_clock::time_point last_mark_ = std::chrono::steady_clock::now();
};

}  // namespace iz::ingest
