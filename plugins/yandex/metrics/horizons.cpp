// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/metrics/horizons.hpp"

#include <algorithm>

namespace iz::yandex {
namespace {

constexpr std::size_t kMostBytes = 60'000;  // a cursor has at most 64 KiB

std::string name_of(const std::string& folder, std::string_view part) {
  return folder + '/' + std::string(part);
}

}  // namespace

Horizons::Horizons(std::string_view cursor) {
  while (!cursor.empty()) {
    const std::string_view word = cursor.substr(0, cursor.find(' '));
    cursor.remove_prefix(std::min(word.size() + 1, cursor.size()));
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const auto at = infrazen::parse_instant(word.substr(equals + 1));
    if (!at) continue;
    const std::string_view name = word.substr(0, equals);
    name == "at" ? void(common_ = *at) : void(folders_[std::string(name)] = *at);
  }
}

std::optional<infrazen::Micros> Horizons::of(const std::string& folder) const {
  const auto own = folders_.find(folder);
  return own != folders_.end() ? std::optional(own->second) : common_;
}

std::optional<infrazen::Micros> Horizons::of(const std::string& folder, std::string_view part) const {
  const auto own = folders_.find(name_of(folder, part));
  return own != folders_.end() ? std::optional(own->second) : of(folder);
}

void Horizons::set(const std::string& folder, std::string_view part, infrazen::Micros until) {
  folders_[name_of(folder, part)] = until;
}

std::string Horizons::cursor(infrazen::Micros until, bool all) const {
  const std::optional<infrazen::Micros> others = all ? std::optional(until) : common_;
  std::string text = others ? "at=" + infrazen::to_text(*others) : std::string();
  infrazen::Micros least = others.value_or(until);
  for (const auto& [name, at] : folders_) {
    // A part without an instant of its own has its folder's.
    const auto whole = folders_.find(name.substr(0, name.find('/')));
    const bool is_part = name.find('/') != std::string::npos;
    if (at == (is_part && whole != folders_.end() ? std::optional(whole->second) : others)) continue;
    text += (text.empty() ? "" : " ") + name + '=' + infrazen::to_text(at);
    least = std::min(least, at);
  }
  return text.size() > kMostBytes ? "at=" + infrazen::to_text(least) : text;
}

}  // namespace iz::yandex
