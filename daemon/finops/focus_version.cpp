// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <array>

#include "finops/focus_facts.hpp"

namespace iz::finops {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"1.0", "1.1", "1.2", "1.3", "1.4"};

}  // namespace

std::string_view to_string(FocusVersion version) {
  return kNames[static_cast<std::size_t>(version)];
}

std::optional<FocusVersion> parse_focus_version(std::string_view text) {
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (text == kNames[i] || (text.starts_with(kNames[i]) && text.substr(kNames[i].size()) == ".0")) {
      return static_cast<FocusVersion>(i);
    }
  }
  return std::nullopt;
}

FocusVersion detect_focus_version(std::span<const records::Column> columns) {
  FocusVersion version = FocusVersion::v1_0;
  for (const records::Column& column : columns) {
    if (const FocusColumn* fact = find_focus_column(column.field); fact != nullptr)
      version = std::max(version, fact->since);
  }
  return version;
}

}  // namespace iz::finops
