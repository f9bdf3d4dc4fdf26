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
    if (name == "at") {
      common_ = *at;
    } else {
      take(name, *at);
    }
  }
}

// "<folder>", or "<folder>/<type>,<type>,…".
void Horizons::take(std::string_view name, infrazen::Micros until) {
  const std::size_t slash = name.find('/');
  const std::string folder(name.substr(0, slash));
  if (slash == std::string_view::npos) return void(horizons_[folder] = until);
  for (std::string_view types = name.substr(slash + 1); !types.empty();) {
    const std::string_view type = types.substr(0, types.find(','));
    types.remove_prefix(std::min(type.size() + 1, types.size()));
    horizons_[name_of(folder, type)] = until;
  }
}

void Horizons::set(const std::string& folder, infrazen::Micros until) {
  horizons_[folder] = until;
  there_.insert(folder);
}

std::optional<infrazen::Micros> Horizons::of(const std::string& folder) const {
  const auto own = horizons_.find(folder);
  return own != horizons_.end() ? std::optional(own->second) : common_;
}

std::optional<infrazen::Micros> Horizons::of(const std::string& folder, std::string_view part) const {
  const auto own = horizons_.find(name_of(folder, part));
  return own != horizons_.end() ? std::optional(own->second) : of(folder);
}

void Horizons::set(const std::string& folder, std::string_view part, infrazen::Micros until) {
  horizons_[name_of(folder, part)] = until;
}

void Horizons::forget(const std::string& folder, std::string_view part) {
  horizons_.erase(name_of(folder, part));
}

std::string Horizons::cursor(infrazen::Micros until, bool all, infrazen::Micros earliest) const {
  const std::optional<infrazen::Micros> others = all ? std::optional(until) : common_;
  std::string text = others ? "at=" + infrazen::to_text(*others) : std::string();
  infrazen::Micros least = others.value_or(until);
  std::string group;  // types of one folder with one instant
  infrazen::Micros group_at{};
  const auto write = [&] {
    if (!group.empty()) text += (text.empty() ? "" : " ") + group + '=' + infrazen::to_text(group_at);
  };
  for (const auto& [name, at] : horizons_) {
    // A part without an instant of its own has its folder's.
    const std::size_t slash = name.find('/');
    const bool is_part = slash != std::string::npos;
    if (all && !there_.contains(name.substr(0, slash))) continue;
    const auto whole = is_part ? horizons_.find(name.substr(0, slash)) : horizons_.end();
    if (at == (whole != horizons_.end() ? std::optional(whole->second) : others)) continue;
    least = std::min(least, at);
    if (is_part && at == group_at && group.compare(0, slash + 1, name, 0, slash + 1) == 0) {
      group += ',' + name.substr(slash + 1);
      continue;
    }
    write();
    group = name;
    group_at = at;
  }
  write();
  if (text.size() <= kMostBytes) return text;
  return packed(text).value_or("at=" + infrazen::to_text(std::max(least, std::min(earliest, until))));
}

}  // namespace iz::yandex
