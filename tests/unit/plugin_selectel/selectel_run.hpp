// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/paths.hpp"
#include "harness/read_text.hpp"
#include "records/manifest.hpp"
#include <infrazen/abi/module.h>
#include <infrazen/testkit/host.hpp>

// Runs the connector in process, against answers from testdata/.
namespace iz::selectel::test {

using infrazen::Kind;
using infrazen::testkit::Recording;
using iz::test::read_text;

inline const std::filesystem::path kFolder = iz::test::kSourceDir / "plugins/selectel";
inline constexpr std::string_view kProject = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";

inline records::Manifest manifest() {
  return records::parse_manifest(infrazen::from_abi(infrazen_module_v1.manifest));
}

// A connection with the manifest's defaults, as the daemon fills them in.
class Connection {
 public:
  explicit Connection(const std::string& testdata = {}) {
    for (const auto& setting : manifest().settings) {
      std::string_view value = setting.default_json;
      if (value.empty()) continue;
      const bool text = value.starts_with('"');
      if (text) value = value.substr(1, value.size() - 2);
      text ? host.setting(setting.name, value) : host.json_setting(setting.name, value);
    }
    host.setting("account", "100001").setting("user", "infrazen-reader").secret("password", "p").secret("api_key", "k");
    if (!testdata.empty()) host.http().load(kFolder / "testdata" / testdata);
  }
  Recording run(const std::string& stream, std::uint32_t mode = IZ_SYNC_INCREMENTAL) {
    Recording recording = host.sync(infrazen_module_v1, {.stream = stream, .mode = mode, .cursor = cursor});
    if (!recording.cursors.empty()) cursor = recording.cursors.back();
    return recording;
  }

  Recording back_fill(const std::string& stream, std::chrono::sys_days since, std::chrono::sys_days until) {
    return host.sync(infrazen_module_v1, {.stream = stream, .cursor = cursor, .since = since, .until = until});
  }

  infrazen::testkit::Host host;
  std::string cursor;
};

// "from>to" of all relations of a word, in order.
inline std::vector<std::string> relations(const Recording& run, std::string_view word) {
  std::vector<std::string> found;
  for (const auto& row : run.of(Kind::relation)) {
    if (row["relation"] == word) found.push_back(row["from_id"] + ">" + row["to_id"]);
  }
  std::ranges::sort(found);
  return found;
}

inline std::vector<std::string> ids(const Recording& run, Kind kind = Kind::resource) {
  std::vector<std::string> found;
  for (const auto& row : run.of(kind)) found.push_back(row["external_id"]);
  std::ranges::sort(found);
  return found;
}

}  // namespace iz::selectel::test
