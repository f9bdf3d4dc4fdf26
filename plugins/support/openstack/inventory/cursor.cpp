// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/openstack/inventory/cursor.hpp"

#include <cstdint>

namespace iz::openstack {
namespace {

constexpr std::string_view kPrefix = "since=";
constexpr std::string_view kProject = "p:";
constexpr std::size_t kMostBytes = 60'000;  // a cursor has at most 64 KiB

}  // namespace

std::string InventoryCursor::digest(std::string_view part) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  static constexpr char kDigits[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
  std::string out;
  for (int i = 0; i < 9; ++i, hash >>= 6U) out += kDigits[hash & 63U];  // 54 bits
  return out;
}

InventoryCursor InventoryCursor::parse(std::string_view text) {
  InventoryCursor cursor;
  if (!text.starts_with(kPrefix)) return cursor;
  text.remove_prefix(kPrefix.size());
  const auto at = infrazen::parse_instant(text.substr(0, text.find(' ')));
  if (!at) return cursor;
  cursor.since = *at;
  while (text.find(' ') != std::string_view::npos) {
    text.remove_prefix(text.find(' ') + 1);
    const std::string_view part = text.substr(0, text.find(' '));
    if (part.starts_with(kProject)) {
      cursor.projects.emplace(part.substr(kProject.size()));
    } else if (!part.empty()) {
      cursor.known_.emplace(part);
    }
  }
  return cursor;
}

std::string InventoryCursor::text() const {
  std::string out = std::string(kPrefix) + infrazen::to_text(since);
  for (const std::string& project : projects) {
    if (out.size() + project.size() + kProject.size() + 1 > kMostBytes) break;
    out.append(" ").append(kProject).append(project);
  }
  for (const std::string& part : known_) {
    if (out.size() + part.size() + 1 > kMostBytes) break;  // those are listed whole every time
    out += ' ' + part;
  }
  return out;
}

}  // namespace iz::openstack
