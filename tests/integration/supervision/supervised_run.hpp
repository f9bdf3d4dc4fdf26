// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <dirent.h>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "harness/paths.hpp"
#include "harness/wait_until.hpp"
#include "supervise/supervisor.hpp"

// A run of a test connector in the real connector-host, with everything that arrived written down.
namespace iz::test {

// Says what arrived, a line per call; rows only by number.
class RecordingSink : public records::RunSink {
 public:
  void on_batch(const records::BatchView& batch) override {
    rows_pending += batch.rows;
    for (std::uint32_t row = 0; row < batch.rows && first_cells.size() < 100; ++row) {
      first_cells.emplace_back(batch.cell(row, 0));
    }
    if (rows_pending % 1000 == batch.rows % 1000) calls.push_back("batch " + std::to_string(batch.rows));
  }
  void on_segments(std::span<const records::SegmentView> segments) override {
    for (const auto& segment : segments) points_pending += segment.values.size();
    calls.push_back("segments " + std::to_string(segments.size()));
  }
  void on_scope_open(std::uint32_t, std::string_view scope) override { calls.push_back("open " + std::string(scope)); }
  void on_scope_close(std::uint32_t, std::string_view scope) override {
    calls.push_back("close " + std::string(scope));
  }
  void on_finding(const records::FindingView& finding) override { findings.emplace_back(finding.message); }
  void on_checkpoint(std::string_view blob) override { checkpoint = blob; }
  void on_mark(std::string_view cursor) override {
    rows_committed += std::exchange(rows_pending, 0);
    points_committed += std::exchange(points_pending, 0);
    cursors.emplace_back(cursor);
  }

  std::uint64_t rows_pending = 0;
  std::uint64_t rows_committed = 0;
  std::uint64_t points_pending = 0;
  std::uint64_t points_committed = 0;
  std::vector<std::string> calls;
  std::vector<std::string> first_cells;
  std::vector<std::string> cursors;
  std::vector<std::string> findings;
  std::string checkpoint;
};

class RecordingObserver : public supervise::RunObserver {
 public:
  void on_started(pid_t child) override { pid = child; }
  void on_progress(std::uint64_t done, std::uint64_t, std::string_view) override { progress = done; }
  void on_log(std::uint32_t, std::string_view message) override { lines.emplace_back(message); }
  void on_check(const wire::CheckResult& result) override {
    lines.push_back(std::to_string(result.verdict) + " " + std::string(result.subject) + ": " +
                    std::string(result.detail));
  }
  // The rest of the line that starts with `start`; "" if there is none.
  std::string line(std::string_view start) const {
    const auto found = std::ranges::find_if(lines, [&](const auto& line) { return line.starts_with(start); });
    return found == lines.end() ? std::string() : found->substr(start.size());
  }

  pid_t pid = 0;
  std::uint64_t progress = 0;
  std::vector<std::string> lines;
};

inline supervise::RunSpec spec_of(std::string_view connector, std::string_view variant = {}, int rows = 3) {
  supervise::RunSpec spec;
  spec.connection = "test-connection";
  spec.stream = "balance";
  spec.run_id = "run-1";
  spec.host_program = kConnectorHost;
  spec.plugin = kTestPluginDir / (std::string(connector) + ".so");
  spec.settings_json = R"({"variant":")" + std::string(variant) + R"(","rows":)" + std::to_string(rows) + "}";
  spec.limits.idle_timeout = std::chrono::milliseconds(5000) * kSlowness;
  spec.limits.cancel_grace = std::chrono::milliseconds(300) * kSlowness;
  spec.limits.term_grace = std::chrono::milliseconds(300) * kSlowness;
  return spec;
}

inline supervise::Supervisor supervisor() {
  return supervise::Supervisor([](const std::function<void()>& task) { task(); });
}

struct SupervisedRun {
  explicit SupervisedRun(const supervise::RunSpec& spec, std::stop_token stop = {})
      : outcome(supervisor().execute(spec, sink, observer, std::move(stop))) {}

  RecordingSink sink;
  RecordingObserver observer;
  supervise::RunOutcome outcome;
};

inline std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* directory = ::opendir("/proc/self/fd");
  while (::readdir(directory) != nullptr) ++count;
  ::closedir(directory);
  return count;
}

}  // namespace iz::test
