// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>

#include <fmt/format.h>

#include "cli/conformance/judges/judges.hpp"

namespace iz::cli::conformance {

void judge_scopes(const Play& play, const RunRecord& run, Findings& findings) {
  for (const auto& life : run.lives) {
    for (const auto& fault : life.scope_faults) findings.broken("scope.not-open", play.title, fault);
    const bool loose = std::ranges::any_of(
        life.rows, [](const RecordedRow& row) { return row.kind == IZ_KIND_CHARGE && row.scope.empty(); });
    if (loose) findings.broken("scope.bill", play.title, "charges were pushed outside of any scope");
    if (play.mode == IZ_SYNC_TARGETED && !life.scopes.empty()) {
      findings.broken("mode.targeted-scope", play.title, fmt::format("it opened '{}'", life.scopes.front().name));
    }
    if (run.stopped || life.error_class != std::optional<std::uint32_t>(IZ_OK)) continue;
    const auto open = std::ranges::find(life.scopes, false, &RecordedScope::closed);
    if (open != life.scopes.end()) {
      findings.broken("scope.left-open", play.title,
                      fmt::format("'{}' was opened and not completed, and the run says it has succeeded", open->name));
    }
  }
}

}  // namespace iz::cli::conformance
