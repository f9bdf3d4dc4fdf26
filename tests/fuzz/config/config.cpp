// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What an operator, or a tool of theirs, may leave in /etc/infrazen: the input is infrazen.yaml, and after each line
// "#---" the next file of connections.d.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "config/connection_settings.hpp"
#include "config/load.hpp"
#include "harness/temp_dir.hpp"

namespace {

using namespace iz::config;

const ConnectorSpec& connector() {
  static const ConnectorSpec spec{
      "focus",
      {{"path", SettingType::path, true, {}, {}, {}, {}},
       {"depth", SettingType::integer, false, "3", {}, 0, 10},
       {"share", SettingType::number, false, {}, {}, 0, 1},
       {"every", SettingType::duration, false, "\"1h\"", {}, 1, 86400},
       {"kind", SettingType::enumeration, false, {}, {"file", "folder"}, {}, {}},
       {"on", SettingType::boolean, false, "true", {}, {}, {}},
       {"only", SettingType::list, false, {}, {}, {}, {}},
       {"names", SettingType::map, false, {}, {}, {}, {}}},
      {{"token", true, true}},
      {"costs", "inventory"},
      {"api.example.com", "*.example.org"}};
  return spec;
}

void expect_told(const std::vector<Problem>& problems) {
  for (const auto& problem : problems) {
    if (problem.message.empty() || problem.at.file.empty()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const iz::test::TempDir folder("izfuzz-");
  constexpr std::string_view kNext = "\n#---\n";
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::filesystem::remove_all(folder / "connections.d");
  for (int i = -1; i < 4; ++i) {
    const auto end = rest.find(kNext);
    const auto name = i < 0 ? std::string("infrazen.yaml") : "connections.d/" + std::to_string(i) + ".yaml";
    folder.write(name, rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + kNext.size());
  }
  try {
    const Settings settings = load(folder / "infrazen.yaml");
    (void)conninfo(settings.database, {}, "it's a \\ secret");
    if (!needs_restart(settings, settings).empty()) std::abort();
    for (const auto& connection : settings.connections) {
      if (settings.find_connection(connection.id) == nullptr) std::abort();
      expect_told(check(connection, connector()).problems);
    }
  } catch (const ConfigError& error) {
    if (error.problems().empty()) std::abort();
    expect_told(error.problems());
  }
  return 0;
}
