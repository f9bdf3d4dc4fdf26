// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/metrics/horizons.hpp"

#include <algorithm>

namespace iz::yandex {

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

std::string Horizons::cursor(infrazen::Micros until) const {
  std::string text = "at=" + infrazen::to_text(until);
  for (const auto& [folder, at] : folders_) {
    if (at != until) text += ' ' + folder + '=' + infrazen::to_text(at);
  }
  return text;
}

}  // namespace iz::yandex
