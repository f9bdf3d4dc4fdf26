// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/metrics/horizons.hpp"

#include <algorithm>

#include "support/packed.hpp"

namespace iz::yandex {
namespace {

constexpr std::size_t kMostBytes = 60'000;       // a cursor has at most 64 KiB
constexpr std::string_view kPacked = "packed ";  // how long the text is, then the text, deflated

std::string name_of(const std::string& folder, std::string_view part) {
  return folder + '/' + std::string(part);
}

// What is damaged holds nothing.
std::string unpacked(std::string_view cursor) {
  if (!cursor.starts_with(kPacked)) return std::string(cursor);
  cursor.remove_prefix(kPacked.size());
  const auto size = support::take_varint(cursor);
  return size ? support::inflated(cursor, *size).value_or("") : "";
}

// Nothing when it does not fit.
std::optional<std::string> packed(const std::string& text) {
  std::string all(kPacked);
  support::append_varint(all, text.size());
  all += support::deflated(text);
  return all.size() <= kMostBytes && unpacked(all) == text ? std::optional(all) : std::nullopt;
}

}  // namespace

Horizons::Horizons(std::string_view cursor) {
  const std::string text = unpacked(cursor);
  cursor = text;
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

std::string Horizons::cursor(infrazen::Micros until, bool all, infrazen::Micros earliest) const {
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
  if (text.size() <= kMostBytes) return text;
  return packed(text).value_or("at=" + infrazen::to_text(std::max(least, std::min(earliest, until))));
}

}  // namespace iz::yandex
