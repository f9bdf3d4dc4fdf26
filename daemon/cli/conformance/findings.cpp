// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/conformance/findings.hpp"

#include <algorithm>

#include "cli/conformance/rules.hpp"

namespace iz::cli::conformance {

void Findings::broken(std::string_view id, std::string_view subject, std::string detail) {
  const Rule& broken = rule(id);
  const std::lock_guard lock(mutex_);
  const auto same_rule = std::ranges::count(found_, id, &Finding::rule);
  const bool known = std::ranges::any_of(found_, [&](const Finding& other) {
    return other.rule == id && (other.subject == subject || other.detail == detail);
  });
  if (known || same_rule >= static_cast<std::ptrdiff_t>(kMostOfARule)) return;
  found_.push_back({broken.fatal ? Verdict::failed : Verdict::warning, std::string(id), std::string(subject),
                    std::move(detail), std::string(broken.advice)});
}

void Findings::passed(std::string_view subject, std::string detail) {
  const std::lock_guard lock(mutex_);
  found_.push_back({Verdict::passed, "", std::string(subject), std::move(detail), ""});
}

void Findings::skipped(std::string_view subject, std::string detail) {
  const std::lock_guard lock(mutex_);
  found_.push_back({Verdict::skipped, "", std::string(subject), std::move(detail), ""});
}

std::vector<Finding> Findings::take() {
  const std::lock_guard lock(mutex_);
  const auto weight = [](const Finding& finding) {
    switch (finding.verdict) {
      case Verdict::failed: return 0;
      case Verdict::warning: return 1;
      case Verdict::skipped: return 2;
      case Verdict::passed: return 3;
    }
    return 3;
  };
  std::ranges::stable_sort(found_, {}, weight);
  return std::move(found_);
}

bool Findings::has(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::find(found_, id, &Finding::rule) != found_.end();
}

}  // namespace iz::cli::conformance
