// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/yaml/problem.hpp"

namespace iz::config {

std::string to_string(const Position& position) {
  std::string out = position.file;
  if (position.line > 0) {
    out += ':' + std::to_string(position.line);
    if (position.column > 0) out += ':' + std::to_string(position.column);
  }
  return out;
}

std::string to_string(const Problem& problem) {
  return to_string(problem.at) + ": " + problem.message;
}

std::string to_string(const std::vector<Problem>& problems) {
  std::string out;
  for (const auto& problem : problems) {
    if (!out.empty()) out += '\n';
    out += to_string(problem);
  }
  return out;
}

}  // namespace iz::config
