// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/metrics/horizons.hpp"

#include <algorithm>

namespace iz::yandex {
namespace {

constexpr std::size_t kMostBytes = 60'000;  // a cursor has at most 64 KiB

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

std::string Horizons::cursor(infrazen::Micros until, bool all) const {
  const std::optional<infrazen::Micros> others = all ? std::optional(until) : common_;
  std::string text = others ? "at=" + infrazen::to_text(*others) : std::string();
  infrazen::Micros least = others.value_or(until);
  for (const auto& [folder, at] : folders_) {
    if (at == others) continue;
    text += (text.empty() ? "" : " ") + folder + '=' + infrazen::to_text(at);
    least = std::min(least, at);
  }
  return text.size() > kMostBytes ? "at=" + infrazen::to_text(least) : text;
}

}  // namespace iz::yandex
