// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "finops/finding_fold.hpp"

#include <utility>

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
  const auto [it, inserted] = folded_.try_emplace(Key{finding.rule, finding.column_name, finding.message});
  FoldedFinding& folded = it->second;
  ++folded.count;
  if (!inserted) return;
  folded.rule = finding.rule;
  folded.column = finding.column_name;
  folded.message = finding.message;
  folded.origin = origin;
  folded.position = position;
  folded.value_is_null = records::is_null(finding.value);
  if (!folded.value_is_null) folded.value = cut(finding.value);
}

std::vector<FoldedFinding> FindingFold::drain() {
  std::vector<FoldedFinding> all;
  all.reserve(folded_.size());
  for (auto& [key, folded] : folded_) all.push_back(std::move(folded));
  folded_.clear();
  return all;
}

}  // namespace iz::finops
