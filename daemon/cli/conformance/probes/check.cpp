// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>

#include <fmt/format.h>

#include "cli/conformance/judges/judges.hpp"
#include "cli/conformance/probes/probes.hpp"

namespace iz::cli::conformance {
namespace {

bool any(const RunRecord& run, std::uint32_t verdict) {
  return std::ranges::any_of(run.verdicts, [&](const auto& one) { return one.verdict == verdict; });
}

// Nothing, or only "this connector has no test of its own".
bool says_nothing(const RunRecord& run) {
  if (run.outcome.message.find("has no check") != std::string::npos) return true;
  return run.ok() && !any(run, IZ_CHECK_PASSED) && !any(run, IZ_CHECK_FAILED);
}

Play check_play(const Stage& stage, std::string title, wire::HttpFault fault) {
  Play play;
  play.title = std::move(title);
  play.action = wire::Action::check;
  play.stream = stage.manifest().streams.empty() ? "inventory" : stage.manifest().streams.front().name;
  play.fault = fault;
  return play;
}

void play_check(const Stage& stage, Findings& findings) {
  Play play = check_play(stage, "check", wire::HttpFault::none);
  const RunRecord run = stage.play(play);
  judge(stage, play, run, findings);
  if (run.outcome.crashed) return;
  if (says_nothing(run)) return findings.broken("check.none", play.title, "it reported no verdict");
  const auto& manifest = stage.manifest();
  const bool asks =
      !manifest.hosts.empty() && std::ranges::any_of(manifest.secrets, &records::ManifestSecret::required);
  if (asks && run.ok() && run.requests.empty() && !any(run, IZ_CHECK_FAILED) && !any(run, IZ_CHECK_SKIPPED)) {
    findings.broken("check.blind", play.title, "it passed and asked the provider nothing");
  }
  play = check_play(stage, "check with 401", wire::HttpFault::unauthorized);
  const RunRecord refused = stage.play(play);
  judge(stage, play, refused, findings);
  if (!refused.requests.empty() && refused.ok() && !any(refused, IZ_CHECK_FAILED)) {
    findings.broken("check.blind", play.title,
                    fmt::format("{} requests were refused, and no verdict says so", refused.requests.size()));
  }
}

}  // namespace

void add_check(const Stage& stage, Findings& findings, Tasks& tasks) {
  tasks.push_back([&stage, &findings] { play_check(stage, findings); });
}

}  // namespace iz::cli::conformance
