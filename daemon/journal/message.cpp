// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "journal/message.hpp"

#include <array>

namespace iz::journal {
namespace {

struct Name {
  Severity severity;
  std::string_view name;
};

constexpr std::array<Name, 6> kNames{{{Severity::critical, "critical"},
                                      {Severity::error, "error"},
                                      {Severity::warning, "warning"},
                                      {Severity::notice, "notice"},
                                      {Severity::info, "info"},
                                      {Severity::debug, "debug"}}};

}  // namespace

std::string_view name_of(Severity severity) {
  for (const auto& entry : kNames) {
    if (entry.severity == severity) return entry.name;
  }
  return "info";
}

std::optional<Severity> parse_severity(std::string_view name) {
  for (const auto& entry : kNames) {
    if (entry.name == name) return entry.severity;
  }
  return std::nullopt;
}

}  // namespace iz::journal
