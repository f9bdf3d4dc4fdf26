// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "focus/files/globs.hpp"

#include <algorithm>

namespace iz::focus {
namespace {

bool match(std::string_view pattern, std::string_view text) {
  while (!pattern.empty()) {
    if (pattern.front() == '*') {
      const bool deep = pattern.starts_with("**");
      pattern.remove_prefix(deep ? 2 : 1);
      // "**/" matches no folder at all as well.
      if (deep && pattern.starts_with('/') && match(pattern.substr(1), text)) return true;
      for (std::size_t used = 0; used <= text.size(); ++used) {
        if (match(pattern, text.substr(used))) return true;
        if (used < text.size() && text[used] == '/' && !deep) return false;
      }
      return false;
    }
    if (text.empty() || (pattern.front() == '?' ? text.front() == '/' : pattern.front() != text.front())) return false;
    pattern.remove_prefix(1);
    text.remove_prefix(1);
  }
  return text.empty();
}

}  // namespace

bool matches(std::string_view pattern, std::string_view path) {
  if (pattern.find('/') != std::string_view::npos) return match(pattern, path);
  const std::size_t slash = path.rfind('/');
  return match(pattern, slash == std::string_view::npos ? path : path.substr(slash + 1));
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view path) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) { return matches(pattern, path); });
}

}  // namespace iz::focus
