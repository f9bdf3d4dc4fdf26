// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/errands/errand.hpp"
#include "app/view/live_status.hpp"
#include "ingest/run_ingest.hpp"
#include "journal/log.hpp"
#include "records/run_sink.hpp"
#include "schedule/planner.hpp"
#include "serve/daemon_view.hpp"
#include "store/session/mark_session.hpp"
#include "supervise/run.hpp"

namespace iz::app {

// Stands between supervise and ingest: times calls into the store for the watchdog, counts marks for the status, and
// remembers whether it was our side that ended the run, which is no fault of the connection.
class WatchedSink : public records::RunSink {
 public:
  // `errand`: what the run is sent for, or null.
  WatchedSink(ingest::RunIngest& ingest, LiveStatus& live, const schedule::StreamKey& key, Errand* errand)
      : ingest_(ingest), live_(live), key_(key), errand_(errand) {}

  void on_batch(const records::BatchView& batch) override {
    guarded([&] { ingest_.on_batch(batch); });
  }
  void on_segments(std::span<const records::SegmentView> segments) override {
    guarded([&] { ingest_.on_segments(segments); });
  }
  void on_scope_open(std::uint32_t kind, std::string_view scope) override {
    guarded([&] { ingest_.on_scope_open(kind, scope); });
  }
  void on_scope_close(std::uint32_t kind, std::string_view scope) override {
    guarded([&] { ingest_.on_scope_close(kind, scope); });
  }
  void on_finding(const records::FindingView& finding) override {
    guarded([&] { ingest_.on_finding(finding); });
  }
  void on_checkpoint(std::string_view blob) override {
    guarded([&] { ingest_.on_checkpoint(blob); });
  }
  void on_mark(std::string_view cursor) override {
    const std::uint64_t before = ingest_.totals().records;
    if (errand_ != nullptr) errand_->before_mark(ingest_);
    guarded([&] { ingest_.on_mark(cursor); });
    if (errand_ != nullptr) errand_->marked();
    live_.marked(key_, ingest_.totals().records - before);
  }

  // The database went away in the middle of a call.
  [[nodiscard]] bool database_lost() const noexcept { return database_lost_; }
  // A mark was refused because another daemon has the stream.
  [[nodiscard]] bool lease_lost() const noexcept { return lease_lost_; }

 private:
  template <typename Call>
  void guarded(const Call& call) {
    const LiveStatus::WriterCall timed(live_);
    try {
      call();
    } catch (const store::ConnectionLost&) {
      database_lost_ = true;
      throw;
    } catch (const store::LeaseLost&) {
      lease_lost_ = true;
      throw;
    }
  }

  ingest::RunIngest& ingest_;
  LiveStatus& live_;
  const schedule::StreamKey& key_;
  Errand* errand_;
  bool database_lost_ = false;
  bool lease_lost_ = false;
};

// Brings what a run says besides records to the journal and the status.
class RunReporter : public supervise::RunObserver {
 public:
  RunReporter(journal::Log& log, LiveStatus& live, const schedule::StreamKey& key, std::string run_id)
      : log_(log), live_(live), key_(key), run_id_(std::move(run_id)) {}

  void on_progress(std::uint64_t done, std::uint64_t total, std::string_view what) override;
  void on_log(std::uint32_t level, std::string_view message) override;

 private:
  journal::Log& log_;
  LiveStatus& live_;
  const schedule::StreamKey& key_;
  std::string run_id_;
};

// A connection's test brings no records; one that pushes some all the same is told so.
class RefusingSink : public records::RunSink {
 public:
  void on_batch(const records::BatchView&) override { refuse(); }
  void on_segments(std::span<const records::SegmentView>) override { refuse(); }
  void on_scope_open(std::uint32_t, std::string_view) override { refuse(); }
  void on_scope_close(std::uint32_t, std::string_view) override { refuse(); }
  void on_finding(const records::FindingView&) override { refuse(); }
  void on_checkpoint(std::string_view) override { refuse(); }
  void on_mark(std::string_view) override { refuse(); }

 private:
  [[noreturn]] static void refuse() {
    throw records::RunError(IZ_ERR_INTERNAL, "the connector pushed records while it was only asked to check itself");
  }
};

}  // namespace iz::app
