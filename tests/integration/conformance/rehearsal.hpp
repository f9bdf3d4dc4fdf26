// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "cli/conformance/kit.hpp"
#include "harness/paths.hpp"
#include "harness/temp_dir.hpp"

// Runs the kit on built connectors.
namespace iz::test {

using cli::conformance::Finding;
using cli::conformance::KitOptions;
using cli::conformance::Verdict;

inline constexpr std::int64_t kRehearsedAt = 1'788'220'800'000'000;  // 2026-09-01T00:00:00Z

inline KitOptions kit_for(const std::filesystem::path& plugin) {
  KitOptions options;
  options.plugin = plugin;
  options.host_program = kConnectorHost;
  options.now_us = kRehearsedAt;
  return options;
}

// A test connector under the name it has to have: its id, which has no dashes.
inline std::filesystem::path under_its_id(const TempDir& dir, const std::string& folder) {
  std::string id = folder;
  std::erase(id, '-');
  const auto to = dir / (id + ".so");
  std::filesystem::copy_file(kTestPluginDir / (folder + ".so"), to);
  return to;
}

inline std::set<std::string> broken_rules(const std::vector<Finding>& findings, Verdict verdict = Verdict::failed) {
  std::set<std::string> rules;
  for (const auto& finding : findings) {
    if (finding.verdict == verdict) rules.insert(finding.rule);
  }
  return rules;
}

// The streams whose plain run came to its end, so that what follows from a whole run was looked at.
inline std::set<std::string> read_whole(const std::vector<Finding>& findings) {
  constexpr std::string_view kRunOf = "run of ";
  std::set<std::string> streams;
  for (const auto& finding : findings) {
    if (finding.verdict == Verdict::passed && finding.subject.starts_with(kRunOf)) {
      streams.insert(finding.subject.substr(kRunOf.size()));
    }
  }
  return streams;
}

// For the message of a test that fails.
inline std::string in_full(const std::vector<Finding>& findings) {
  std::string text;
  for (const auto& finding : findings) {
    if (finding.verdict != Verdict::passed) text += finding.rule + " " + finding.subject + ": " + finding.detail + "\n";
  }
  return text;
}

}  // namespace iz::test
