// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <csignal>

#include <fmt/format.h>

#include "cli/conformance/judges/judges.hpp"

namespace iz::cli::conformance {
namespace {

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Died by itself: not of the signals that the supervisor sends.
bool died(const supervise::RunOutcome& outcome) {
  return outcome.signal != 0 && outcome.signal != SIGTERM && outcome.signal != SIGKILL;
}

void judge_limit(const Play& play, const RunRecord& run, Findings& findings) {
  const auto& outcome = run.outcome;
  if (holds(outcome.message, "without a mark")) return findings.broken("mark.flood", play.title, outcome.message);
  if (run.stopped) return findings.broken("run.cancel-ignored", play.title, outcome.message);
  findings.broken("run.hang", play.title, outcome.message);
}

}  // namespace

void judge_ending(const Play& play, const RunRecord& run, Findings& findings) {
  const auto& outcome = run.outcome;
  if (outcome.crashed || died(outcome)) {
    const std::string how = outcome.crashed ? outcome.message : fmt::format("it died of signal {}", outcome.signal);
    return findings.broken(run.destroying ? "run.destroy-crash" : "run.crash", play.title, how);
  }
  if (outcome.protocol_violation) return findings.broken("run.protocol", play.title, outcome.message);
  if (outcome.killed_for_limit) return judge_limit(play, run, findings);
  if (!outcome.stderr_tail.empty())
    findings.broken("run.output", play.title, "it wrote: " + outcome.stderr_tail.substr(0, 200));
  if (outcome.ok()) return;
  if (outcome.error_class == IZ_ERR_INTERNAL) findings.broken("run.internal", play.title, outcome.message);
  if (holds(outcome.message, "failed without saying why") || holds(outcome.message, "did not say why")) {
    findings.broken("run.wordless", play.title,
                    fmt::format("it ended with class {} and no sentence", outcome.error_class));
  }
}

void judge_marks(const Play& play, const RunRecord& run, Findings& findings) {
  if (run.stopped || !run.ok()) return;
  for (const auto& life : run.lives) {
    if (life.pushed == 0) continue;
    if (life.cursors.empty()) {
      findings.broken("mark.none", play.title,
                      fmt::format("{} records and no mark: none of them is kept", life.pushed));
    } else if (life.unmarked > 0) {
      findings.broken("mark.lost", play.title, fmt::format("{} records behind the last mark are lost", life.unmarked));
    }
  }
}

void judge(const Stage& stage, const Play& play, const RunRecord& run, Findings& findings) {
  judge_ending(play, run, findings);
  judge_process(play, run, findings);
  judge_marks(play, run, findings);
  judge_scopes(play, run, findings);
  judge_records(stage, play, run, findings);
  judge_secrets(stage, play, run, findings);
}

}  // namespace iz::cli::conformance
