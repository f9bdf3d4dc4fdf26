// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <span>
#include <string>
#include <string_view>

// The rules that `infrazen plugin check` holds a connector against. Their ids are stable: scripts and people refer to
// them.
namespace iz::cli::conformance {

struct Rule {
  std::string_view id;
  std::string_view demand;  // what a connector has to do, one sentence
  std::string_view advice;  // what its author can do about a breach
  bool fatal = true;        // a breach fails the check; else it is a warning
};

// In the order in which they are documented: by subject.
[[nodiscard]] std::span<const Rule> rules();
// std::logic_error for an id that is none.
[[nodiscard]] const Rule& rule(std::string_view id);

// The table of docs/connector-conformance.md, which a test compares.
[[nodiscard]] std::string rules_markdown();

}  // namespace iz::cli::conformance
