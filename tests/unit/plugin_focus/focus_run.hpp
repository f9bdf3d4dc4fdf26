// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "harness/paths.hpp"
#include "harness/read_text.hpp"
#include "harness/temp_dir.hpp"
#include <infrazen/abi/module.h>
#include <infrazen/testkit/host.hpp>

// Runs the connector in process, over folders on disk.
namespace iz::focus::test {

using infrazen::testkit::FindingRecord;
using infrazen::testkit::Recording;
using infrazen::testkit::Row;
using iz::test::read_text;

inline const std::filesystem::path kTestdata = iz::test::kSourceDir / "plugins/focus/testdata";

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// A connection: its settings, cursor and checkpoint live from run to run as they do in the daemon.
class Connection {
 public:
  explicit Connection(const std::filesystem::path& path) { host_.grant("path", path); }
  infrazen::testkit::Host& host() { return host_; }
  const std::string& cursor() const { return cursor_; }

  Recording run(std::uint32_t mode = IZ_SYNC_INCREMENTAL) {
    Recording recording = host_.sync(infrazen_module_v1, {.stream = "costs", .mode = mode, .cursor = cursor_});
    if (!recording.cursors.empty()) cursor_ = recording.cursors.back();
    if (!recording.checkpoint.empty()) host_.checkpoint(recording.checkpoint);
    return recording;
  }

 private:
  infrazen::testkit::Host host_;
  std::string cursor_;
};

inline Recording run_once(const std::filesystem::path& path) {
  return Connection(path).run();
}

inline std::vector<FindingRecord> findings_of(const Recording& run, std::string_view rule) {
  std::vector<FindingRecord> found;
  std::ranges::copy_if(run.findings, std::back_inserter(found), [&](const FindingRecord& f) { return f.rule == rule; });
  return found;
}

inline std::size_t rows_in(const Recording& run, std::string_view scope) {
  return static_cast<std::size_t>(std::ranges::count_if(run.rows, [&](const Row& row) { return row.scope == scope; }));
}

inline bool closed(const Recording& run, std::string_view scope) {
  return run.completed(infrazen::Kind::charge, scope);
}

}  // namespace iz::focus::test
