// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/session/error_text.hpp"

#include <cctype>

namespace iz::store {

namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_upper(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }
bool is_punctuation(char c) { return std::ispunct(static_cast<unsigned char>(c)) != 0 && c != '"' && c != ')'; }

// One line with single spaces and none around it.
std::string squeezed(std::string_view line) {
  std::string out;
  for (const char c : line) {
    if (!is_space(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string out;
  bool in_excerpt = false;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string line = squeezed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty()) continue;
    if (line.starts_with("LINE ") && !out.empty()) {
      in_excerpt = true;
      continue;
    }
    if (in_excerpt && line == "^") continue;
    in_excerpt = false;
    // A sentence that goes on, or the next one.
    if (!out.empty()) out += is_upper(line.front()) && !is_punctuation(out.back()) ? "; " : " ";
    out += line;
  }
  return out;
}

}  // namespace iz::store
