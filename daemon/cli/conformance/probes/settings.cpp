// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "cli/conformance/judges/judges.hpp"
#include "cli/conformance/probes/probes.hpp"

namespace iz::cli::conformance {
namespace {

bool is_address(const records::ManifestSetting& setting) {
  constexpr std::array<std::string_view, 4> kWords{"url", "endpoint", "host", "address"};
  if (setting.type != records::SettingType::string) return false;
  return setting.default_json.starts_with("\"http") ||
         std::ranges::any_of(kWords, [&](auto word) { return setting.name.find(word) != std::string::npos; });
}

// What nobody can mean; nullopt where the kit knows no junk, or the manifest has bounds, which the daemon keeps.
std::optional<std::string> junk_for(const records::ManifestSetting& setting) {
  if (is_address(setting)) return "no address at all ://";
  const bool number = setting.type == records::SettingType::integer || setting.type == records::SettingType::number;
  if (number && !setting.min) return "-1";
  return std::nullopt;
}

config::Connection with(config::Connection connection, const std::string& name, const std::string& text) {
  config::Value value;
  value.kind = config::Value::Kind::scalar;
  value.text = text;
  auto& members = connection.settings.members;
  std::erase_if(members, [&](const config::Member& member) { return member.key == name; });
  members.push_back({name, {}, value});
  return connection;
}

// True when something in this run took offence.
bool refused(const Stage& stage, Play play, const config::CheckedSettings& checked, const std::string& junk,
             Findings& findings) {
  play.settings_json = checked.json;
  play.hosts = checked.hosts;
  play.title += " with " + junk;
  const RunRecord run = stage.play(play);
  judge_ending(play, run, findings);
  judge_process(play, run, findings);
  judge_secrets(stage, play, run, findings);
  return !run.ok() || std::ranges::any_of(run.verdicts, [](const auto& one) { return one.verdict == IZ_CHECK_FAILED; });
}

void play_junk(const Stage& stage, const std::string& name, const std::string& text,
               const config::CheckedSettings& checked, const std::vector<std::string>& streams, Findings& findings) {
  const std::string junk = name + ": " + text;
  Play check;
  check.title = "check";
  check.action = wire::Action::check;
  check.stream = streams.front();
  for (const auto& stream : streams) {
    if (refused(stage, plain_play(stream), checked, junk, findings)) return;
  }
  if (refused(stage, check, checked, junk, findings)) return;
  findings.broken("config.junk-accepted", "setting " + name,
                  fmt::format("'{}' was taken, and every run succeeded", text));
}

}  // namespace

void add_junk_settings(const Stage& stage, const config::Connection& connection, const config::ConnectorSpec& spec,
                       const std::map<std::string, Plain>& plain, Findings& findings, Tasks& tasks) {
  std::vector<std::string> streams;
  for (const auto& [stream, one] : plain) {
    if (one.run.ok()) streams.push_back(stream);
  }
  if (streams.empty()) return;  // a refusal could not be told from the failures that come anyway
  for (const auto& setting : stage.manifest().settings) {
    const auto junk = junk_for(setting);
    if (!junk) continue;
    const auto checked = config::check(with(connection, setting.name, *junk), spec);
    if (!checked.problems.empty()) continue;  // the daemon does not even start it
    tasks.push_back([&stage, name = setting.name, text = *junk, checked, streams, &findings] {
      play_junk(stage, name, text, checked, streams, findings);
    });
  }
}

}  // namespace iz::cli::conformance
