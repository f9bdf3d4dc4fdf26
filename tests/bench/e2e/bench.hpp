// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"

// What every bench needs: one PostgreSQL with fsync on, a real infrazend per measurement, a reference in the same run,
// and one line of JSON per figure. Figures are ratios against the reference; absolute ones depend on the machine.
namespace iz::bench {

inline constexpr int kRuns = 5;

struct Figure {
  std::string name;
  std::string unit;
  std::vector<double> values;
  std::vector<double> references;  // measured in turn with the values; empty = no reference
};
// {"name":…,"value":median,"unit":…,"reference":median,"ratio":…,"runs":[…]}
void print(const Figure& figure);

[[nodiscard]] double median(std::vector<double> values);
[[nodiscard]] double seconds_of(const std::function<void()>& work);

// Ends the program with the sentence: a figure of wrong data is worth nothing.
void verify(bool holds, const std::string& what);

// The cluster of this process, with the settings that all measurements share.
[[nodiscard]] test::PgCluster& cluster();

// A daemon in a database of its own, and what it used.
class Daemon {
 public:
  explicit Daemon(std::vector<std::string> plugins, const std::string& extra = {});
  test::Infrazend& operator*() { return infrazend_; }
  test::Infrazend* operator->() { return &infrazend_; }

  // Duration of the last ended run of a stream, in seconds, from its row: lease taken → everything committed.
  [[nodiscard]] double last_run_seconds(const std::string& connection, const std::string& stream);
  // Waits for the first run of a stream, or for the next after `before` of ended_runs(), and returns that.
  double timed_run(const std::string& connection, const std::string& stream, const std::string& before = "0");
  // Runs a stream once and returns that.
  double timed_sync(const std::string& connection, const std::string& stream, const std::string& mode = "incremental");
  // What autovacuum, which is off here for the sake of quiet, would have done within a minute of a first import.
  void analyze();
  [[nodiscard]] double status_mb(const char* key);  // VmRSS, VmHWM of infrazend
  [[nodiscard]] double host_mb();                   // the most that one of its connector-hosts had resident

 private:
  std::string ended_runs(const std::string& connection, const std::string& stream);

  test::Infrazend infrazend_;
};

// The benches, by family.
void focus_import();
void focus_reimport();
void focus_month();
void metrics_bulk();
void metrics_5min();
void metrics_disk();
void inventory_unchanged();
void inventory_changed();
void sync_latency();
void sync_budget();
void host_rss_billing();
void webhooks();  // and webhooks-p99
void spawn();
void rss();
void start();

}  // namespace iz::bench
