// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/conformance/findings.hpp"
#include "cli/conformance/stage/stage.hpp"
#include "config/connection_settings.hpp"
#include "config/settings.hpp"

// Plays with a purpose. Each of them is judged like every run, and then for what it was played for.
namespace iz::cli::conformance {

using Tasks = std::vector<std::function<void()>>;

// What the plain run of a stream came to, and whether a second one came to the same.
struct Plain {
  RunRecord run;
  bool repeatable = false;
};

// The plain run of a stream: every answer as recorded.
[[nodiscard]] Play plain_play(const std::string& stream);

// The same again, which says whether other runs can be compared with it.
void play_again(const Stage& stage, const std::string& stream, Plain& plain, Findings& findings);
// A second instance, a full run, one from an earlier mark, a targeted one, a back-fill.
void add_comparisons(const Stage& stage, const Plain& plain, const std::string& stream, Findings& findings,
                     Tasks& tasks);
void add_cancellations(const Stage& stage, const Plain& plain, const std::string& stream, Findings& findings,
                       Tasks& tasks);
// A provider that refuses, fails, talks nonsense or never ends.
void add_faults(const Stage& stage, const Plain& plain, const std::string& stream, Findings& findings, Tasks& tasks);

// Settings that make no sense. `plain` by stream.
void add_junk_settings(const Stage& stage, const config::Connection& connection, const config::ConnectorSpec& spec,
                       const std::map<std::string, Plain>& plain, Findings& findings, Tasks& tasks);
// infrazen connection test, with a provider that answers and one that refuses.
void add_check(const Stage& stage, Findings& findings, Tasks& tasks);

}  // namespace iz::cli::conformance
