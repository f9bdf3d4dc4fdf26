// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "harness/paths.hpp"
#include "harness/read_text.hpp"
#include "harness/temp_dir.hpp"
#include <infrazen/abi/module.h>
#include <infrazen/decimal.hpp>
#include <infrazen/testkit/host.hpp>
#include <infrazen/time.hpp>

// Runs the stream "costs" in process over a folder of exports.
namespace iz::yandex::test {

using infrazen::Decimal;
using infrazen::testkit::FindingRecord;
using infrazen::testkit::Recording;
using infrazen::testkit::Row;
using iz::test::read_text;

inline const std::filesystem::path kTestdata = iz::test::kSourceDir / "plugins/yandex/testdata";

// A connection whose cursor and checkpoint live from run to run as they do in the daemon.
class CostConnection {
 public:
  explicit CostConnection(const std::string& now = "2026-11-20T09:00:00Z") {
    host_.setting("auth", "metadata").grant("billing_path", folder_.path());
    clock(now);
  }
  infrazen::testkit::Host& host() { return host_; }
  void clock(const std::string& now) { host_.clock(*infrazen::parse_instant(now)); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  const std::string& cursor() const { return cursor_; }

  void put(const std::string& name, std::string_view text) {
    std::filesystem::create_directories((folder() / name).parent_path());
    std::filesystem::remove(folder() / name);
    std::ofstream(folder() / name, std::ios::binary) << text;
    // Later than what was put before, whatever the resolution of the clock.
    const auto at = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1) + std::chrono::seconds(60 * ++puts_);
    std::filesystem::last_write_time(folder() / name, std::chrono::file_clock::from_sys(at));
  }
  void remove(const std::string& name) { std::filesystem::remove(folder() / name); }

  Recording run(std::uint32_t mode = IZ_SYNC_INCREMENTAL) {
    Recording recording = host_.sync(infrazen_module_v1, {.stream = "costs", .mode = mode, .cursor = cursor_});
    if (!recording.cursors.empty()) cursor_ = recording.cursors.back();
    if (!recording.checkpoint.empty()) host_.checkpoint(recording.checkpoint);
    return recording;
  }
  // Cursor and checkpoint stay as they are, whatever it says.
  Recording back_fill(const std::string& since, const std::string& until) {
    return host_.sync(infrazen_module_v1, {.stream = "costs",
                                           .mode = IZ_SYNC_INCREMENTAL,
                                           .cursor = cursor_,
                                           .since = *infrazen::parse_instant(since + "T00:00:00Z"),
                                           .until = *infrazen::parse_instant(until + "T00:00:00Z")});
  }

 private:
  iz::test::TempDir folder_;
  infrazen::testkit::Host host_;
  std::string cursor_;
  int puts_ = 0;
};

using Sums = std::map<std::string, Decimal>;

inline std::string cell(const Row& row, std::string_view name) {
  return row.has(name) ? row[name] : std::string();
}
inline Decimal amount(const Row& row, std::string_view name) {
  return Decimal::parse(row[name]).value();
}
inline Sums sum_by(const std::vector<Row>& rows, const std::function<std::string(const Row&)>& key,
                   std::string_view column = "BilledCost") {
  Sums sums;
  for (const Row& row : rows) sums[key(row)] += amount(row, column);
  return sums;
}
inline Decimal total(const std::vector<Row>& rows, std::string_view column) {
  Decimal sum;
  for (const Row& row : rows) sum += amount(row, column);
  return sum;
}
inline std::vector<std::string> completed(const Recording& run) {
  std::vector<std::string> scopes;
  for (const auto& event : run.scopes) {
    if (event.complete) scopes.push_back(event.scope);
  }
  return scopes;
}
inline std::vector<std::string> rules_of(const Recording& run) {
  std::vector<std::string> rules;
  for (const FindingRecord& finding : run.findings) rules.push_back(finding.rule);
  return rules;
}

}  // namespace iz::yandex::test
