// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "harness/pg_cluster.hpp"
#include "harness/temp_dir.hpp"
#include "ingest/run_ingest.hpp"
#include "records/manifest.hpp"
#include "store/metrics/metrics_sealing.hpp"
#include "store/session/database.hpp"
#include "store/session/mark_session.hpp"
#include "store/streams/streams.hpp"

namespace iz::test {

constexpr std::int64_t kMinute = 60'000'000;
constexpr std::int64_t kDay = 86'400'000'000;
constexpr std::int64_t kMonday = 1'757'894'400'000'000;  // 2025-09-15T00:00:00Z
constexpr std::chrono::sys_days kMondayDate{std::chrono::days{20346}};

// A migrated database with one connection, real runs through RunIngest, and beside it what a reader must see: the last
// value pushed for each (series, instant).
class Estate {
 public:
  explicit Estate(std::uint64_t spool_memory = 4U << 20);
  ~Estate();

  struct Series {
    std::string external_id;
    std::string metric_name = "cpu_utilization";
    std::optional<std::string> unit = "percent";
    std::optional<std::string> provider_metric_id;
    std::string resource_type = "compute.instance";
    auto operator<=>(const Series&) const = default;
  };

  // Pushes at once; counts as truth from the next mark on.
  void push(const Series& series, std::int64_t t0_us, const std::vector<std::int32_t>& delta_ms,
            const std::vector<double>& values);
  void push_regular(const Series& series, std::int64_t t0_us, std::int64_t step_us, const std::vector<double>& values);
  // Pushes what is not to be believed: the truth stays as it is.
  void push_untrue(const Series& series, std::int64_t t0_us, const std::vector<std::int32_t>& delta_ms,
                   const std::vector<double>& values);
  void mark();
  void end_run();      // the next push begins another one
  void abandon_run();  // what was pushed since the last mark never happened

  store::SealedDay seal(std::chrono::sys_days day, const store::SealingStep& step = {});
  store::SealedDay seal_on_new_session(std::chrono::sys_days day, const store::SealingStep& step);

  // Every point of resource_metrics, and every aggregate of metrics_daily(), against the truth.
  void expect_truth(const std::string& when);
  [[nodiscard]] std::size_t true_points() const { return truth_.size(); }
  [[nodiscard]] std::vector<double> true_values(const Series& series) const;

  [[nodiscard]] PgRows query(const std::string& sql) const { return pg_query(daemon_, sql); }
  [[nodiscard]] std::string scalar(const std::string& sql) const { return pg_scalar(daemon_, sql); }
  PgRows as_superuser(const std::string& sql) const { return pg_query(superuser_, sql); }
  [[nodiscard]] const std::string& daemon_conninfo() const { return daemon_; }
  [[nodiscard]] std::string conninfo_of(std::string_view role) const;
  [[nodiscard]] store::Database& database() { return *database_; }
  [[nodiscard]] std::int32_t tenant_id() const { return entry_.tenant_id; }
  [[nodiscard]] ingest::RunTotals totals() const { return run_->ingest->totals(); }

 private:
  using Key = std::tuple<Series, std::int64_t>;
  struct Run {
    std::unique_ptr<ingest::RunIngest> ingest;
    std::int64_t run_id = 0;
  };
  Run& run();

  std::string name_, superuser_, daemon_;
  TempDir spool_;
  std::uint64_t spool_memory_;
  records::Manifest manifest_;
  std::unique_ptr<store::Database> database_;
  store::ConnectionEntry entry_;
  std::int32_t stream_id_ = 0;
  store::Uuid owner_ = store::random_uuid();
  std::unique_ptr<store::MarkSession> session_;
  std::optional<store::StreamLease> lease_;
  std::optional<Run> run_;
  std::map<Key, double> truth_, pending_;
};

}  // namespace iz::test
