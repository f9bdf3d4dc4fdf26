// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/openstack/usage/usage_cursor.hpp"

#include <algorithm>

namespace iz::openstack {
namespace {

constexpr std::size_t kMostBytes = 60'000;  // a cursor has at most 64 KiB

std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

}  // namespace

UsageCursor UsageCursor::parse(std::string_view text) {
  UsageCursor cursor;
  const auto at = infrazen::parse_instant(take_word(text));
  if (!at) return cursor;
  cursor.at = *at;
  while (!text.empty()) {
    const std::string_view word = take_word(text);
    const auto equals = word.rfind('=');
    if (equals == std::string_view::npos) continue;
    if (const auto since = infrazen::parse_instant(word.substr(equals + 1))) {
      cursor.behind_[std::string(word.substr(0, equals))] = *since;
    }
  }
  return cursor;
}

infrazen::Micros UsageCursor::since(const std::string& part) const {
  auto found = behind_.find(part);
  if (found == behind_.end()) found = behind_.find(part.substr(0, part.find('/') + 1));
  return found == behind_.end() ? at : found->second;
}

void UsageCursor::all_behind(const std::string& project, const UsageCursor& before) {
  const std::string prefix = project + '/';
  behind_[prefix] = before.since(prefix);
  for (const auto& [part, since] : before.behind_) {
    if (part.starts_with(prefix)) behind_[part] = since;
  }
}

std::string UsageCursor::text() const {
  std::string all = infrazen::to_text(at);
  infrazen::Micros least = at;
  for (const auto& [part, since] : behind_) {
    all += ' ' + part + '=' + infrazen::to_text(since);
    least = std::min(least, since);
  }
  // So many that they do not fit: everything is read again from the one that is furthest behind.
  return all.size() > kMostBytes ? infrazen::to_text(least) : all;
}

}  // namespace iz::openstack
