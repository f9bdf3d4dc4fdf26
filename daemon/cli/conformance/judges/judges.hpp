// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "cli/conformance/findings.hpp"
#include "cli/conformance/stage/stage.hpp"

// What can be said of any single run, whatever it was played for.
namespace iz::cli::conformance {

// Crashes, hangs, output, errors without words.
void judge_ending(const Play& play, const RunRecord& run, Findings& findings);
// What connector-host saw: descriptors, threads, processes, files, threads that call what is not theirs.
void judge_process(const Play& play, const RunRecord& run, Findings& findings);
void judge_marks(const Play& play, const RunRecord& run, Findings& findings);
void judge_scopes(const Play& play, const RunRecord& run, Findings& findings);
// Cell by cell, and one identity twice.
void judge_records(const Stage& stage, const Play& play, const RunRecord& run, Findings& findings);
void judge_secrets(const Stage& stage, const Play& play, const RunRecord& run, Findings& findings);

// All of them.
void judge(const Stage& stage, const Play& play, const RunRecord& run, Findings& findings);

}  // namespace iz::cli::conformance
