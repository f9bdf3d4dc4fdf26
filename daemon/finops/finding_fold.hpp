// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "finops/focus_rules.hpp"

namespace iz::finops {

// Findings of one scope with the same rule, column and message, as one: the first keeps its position and value, the
// others are counted.
struct FoldedFinding {
  std::string_view rule;
  std::string_view column;
  std::string_view message;
  std::string origin;          // of the first
  std::uint64_t position = 0;  // of the first
  std::string value;           // of the first, at most 256 bytes, cut between characters
  bool value_is_null = true;
  std::uint64_t count = 0;

  // The message, with how many rows it holds for when there is more than one.
  [[nodiscard]] std::string sentence() const;
};

// A bill whose every row breaks a rule gives one finding that counts its rows, not a million.
class FindingFold {
 public:
  // rule, column_name and message of a RowFinding live for ever, so only values are copied.
  void add(records::Cell origin, std::uint64_t position, const RowFinding& finding);
  [[nodiscard]] bool empty() const noexcept { return folded_.empty(); }
  // What was folded, by rule and column; the fold is empty afterwards.
  [[nodiscard]] std::vector<FoldedFinding> drain();

 private:
  static constexpr std::size_t kValues = 20;  // told apart per rule, column and message
  using Key = std::tuple<std::string_view, std::string_view, std::string_view>;
  std::map<Key, std::vector<FoldedFinding>> folded_;
};

}  // namespace iz::finops
