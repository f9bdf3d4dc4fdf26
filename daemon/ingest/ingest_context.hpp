// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ingest/rows/spool.hpp"
#include "records/batch.hpp"
#include "store/back_fills/day_window.hpp"
#include "store/session/mark_session.hpp"
#include "store/streams/findings.hpp"

namespace iz::records {
struct Manifest;
}

namespace iz::ingest {

class KeptListings;

// Who runs what, for how long and how much. Given to RunIngest by app/.
struct RunContext {
  std::int32_t tenant_id = 0;
  std::int32_t connection_id = 0;
  std::int32_t stream_id = 0;
  std::int64_t run_id = 0;                     // store::begin_run
  std::string connection;                      // names, for messages
  std::string stream;
  std::string provider;                        // the manifest's
  std::uint32_t mode = 0;                      // IZ_SYNC_*
  std::optional<store::DayWindow> window;      // of a back-fill: what lies outside of it stays as it is
  const records::Manifest* manifest = nullptr;  // outlives the run
  KeptListings* kept = nullptr;                 // outlives the run; null: nothing is kept between runs
  std::string billing_time_zone = "UTC";
  SpoolLimits spool;
  // Most that may lie between two marks; beyond, the run ends (permanent). A connector that never marks is stopped.
  std::uint64_t records_per_mark = 1'000'000;
  std::uint64_t bytes_per_mark = std::uint64_t{1} << 30;
  std::int64_t seconds_per_mark = 900;
  // From how many pending bytes on a bill that is new may be written ahead into the mark's transaction.
  std::uint64_t write_ahead_bytes = 4U << 20;
};

// Findings of the run that wait for the mark. Equal ones (rule, column, origin) beyond the first few are counted, so a
// file in which every row is broken does not fill the table.
class FindingLog {
 public:
  void add(store::Finding finding);
  [[nodiscard]] const std::vector<store::Finding>& pending() const noexcept { return pending_; }
  [[nodiscard]] std::uint64_t rejected() const noexcept { return rejected_; }
  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }  // of the run
  void clear_pending();

 private:
  struct Series {
    std::uint64_t count = 0;
    std::size_t last = 0;
  };
  std::vector<store::Finding> pending_;
  std::unordered_map<std::string, Series> series_;
  std::uint64_t rejected_ = 0;  // since the last mark
  std::uint64_t total_ = 0;
};

// What a KindIngest is given. All of it outlives the KindIngest.
class IngestContext {
 public:
  IngestContext(const RunContext& run, store::MarkSession& session, store::StreamLease& lease);

  [[nodiscard]] const RunContext& run() const noexcept { return run_; }
  [[nodiscard]] std::int32_t tenant_id() const noexcept { return run_.tenant_id; }
  [[nodiscard]] std::int32_t connection_id() const noexcept { return run_.connection_id; }
  [[nodiscard]] std::int32_t stream_id() const noexcept { return run_.stream_id; }
  [[nodiscard]] std::int64_t run_id() const noexcept { return run_.run_id; }
  // It is about a part of the stream: nothing is retired by absence, and the cursor stays where the stream is.
  [[nodiscard]] bool beside_the_cursor() const noexcept;
  [[nodiscard]] const store::StreamLease& lease() const noexcept { return lease_; }

  [[nodiscard]] Spool make_spool() const { return Spool(run_.spool); }

  [[nodiscard]] FindingLog& findings() noexcept { return findings_; }
  // The row cannot be represented and stays out: a finding with origin:position, column and value.
  void reject(const records::BatchView& batch, std::size_t row, std::string_view column, records::Cell value,
              std::string_view rule, std::string_view message);
  // The row goes in; something about it is odd.
  void warn(const records::BatchView& batch, std::size_t row, std::string_view column, records::Cell value,
            std::string_view rule, std::string_view message);

  // A statement outside the mark's transaction, on the session of the run: reading hashes at run start, making partitions.
  // side_session() while write_ahead()'s transaction is open.
  [[nodiscard]] store::MarkSession& session();
  // A second connection, opened when first asked for: for `ensure_partition` while the mark's transaction is open.
  [[nodiscard]] store::MarkSession& side_session();

  // The transaction of the next mark, begun if it is not open yet, for rows that can only be inserted. What is written there
  // is rolled back unless the mark comes.
  [[nodiscard]] store::MarkTransaction& write_ahead();
  [[nodiscard]] bool transaction_open() const noexcept { return transaction_ != nullptr; }

 private:
  friend class RunIngest;
  const RunContext& run_;
  store::MarkSession& session_;
  store::StreamLease& lease_;
  FindingLog findings_;
  std::unique_ptr<store::MarkSession> side_;
  std::unique_ptr<store::MarkTransaction> transaction_;
};

}  // namespace iz::ingest
