// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <compare>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace iz::config {

// Where something stands in a file. Lines and columns count from 1; line 0 = the file as a whole.
struct Position {
  std::string file;
  int line = 0;
  int column = 0;
  auto operator<=>(const Position&) const = default;
};

// One thing that is wrong: what, where, and what to do about it.
struct Problem {
  Position at;
  std::string message;
  bool operator==(const Problem&) const = default;
};

// "file:line:column: message", as compilers print it, so that editors can jump there.
[[nodiscard]] std::string to_string(const Position& position);
[[nodiscard]] std::string to_string(const Problem& problem);
[[nodiscard]] std::string to_string(const std::vector<Problem>& problems);  // one per line

// Everything that is wrong, at once.
class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(std::vector<Problem> problems)
      : std::runtime_error(to_string(problems)), problems_(std::move(problems)) {}
  [[nodiscard]] const std::vector<Problem>& problems() const noexcept { return problems_; }

 private:
  std::vector<Problem> problems_;
};

}  // namespace iz::config
