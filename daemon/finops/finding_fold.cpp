// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "finops/finding_fold.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace iz::finops {
namespace {

constexpr std::size_t kValueBytes = 256;  // what a stored finding keeps

std::string_view cut(std::string_view text) {
  if (text.size() <= kValueBytes) return text;
  std::size_t end = kValueBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace

std::string FoldedFinding::sentence() const {
  return count <= 1 ? std::string(message) : fmt::format("{} ({} rows; the first is shown)", message, count);
}

void FindingFold::add(records::Cell origin, std::uint64_t position, const RowFinding& finding) {
  std::vector<FoldedFinding>& values = folded_[Key{finding.rule, finding.column_name, finding.message}];
  const bool is_null = records::is_null(finding.value);
  const std::string_view value = is_null ? std::string_view() : cut(finding.value);
  const auto known = std::ranges::find_if(
      values, [&](const FoldedFinding& folded) { return folded.value_is_null == is_null && folded.value == value; });
  if (known != values.end() || values.size() > kValues) {
    ++(known != values.end() ? *known : values.back()).count;
    return;
  }
  values.push_back({.rule = finding.rule,
                    .column = finding.column_name,
                    .message = finding.message,
                    .origin = std::string(origin),
                    .position = position,
                    .value = std::string(value),
                    .value_is_null = is_null,
                    .count = 1});
}

std::vector<FoldedFinding> FindingFold::drain() {
  std::vector<FoldedFinding> all;
  for (auto& [key, values] : folded_) std::ranges::move(values, std::back_inserter(all));
  folded_.clear();
  return all;
}

}  // namespace iz::finops
