// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/usage/metrics_cursor.hpp"

#include "beget/cursor_text.hpp"
#include "support/json.hpp"
#include <infrazen/error.hpp>
#include <infrazen/json.hpp>

namespace iz::beget {

MetricsCursor::MetricsCursor(std::string_view cursor) {
  if (cursor.empty()) return;
  const std::string text = json_of(cursor);
  try {
    const support::JsonDocument document(text, "the cursor");
    if (document.root()["v"].integer() != 1) damaged_cursor();
    for (const auto& [thing, statistics] : document.root()["last"].members()) {
      for (const auto& [name, at] : statistics.members()) {
        const auto instant = infrazen::parse_instant(at.text());
        if (!instant) damaged_cursor();
        last_[std::string(thing)][std::string(name)] = *instant;
      }
    }
  } catch (const infrazen::Error&) {
    damaged_cursor();
  }
}

std::string MetricsCursor::text() const {
  infrazen::JsonObject last;
  for (const auto& [thing, statistics] : last_) {
    infrazen::JsonObject row;
    for (const auto& [name, at] : statistics) row.text(name, infrazen::to_text(at));
    last.raw(thing, row.str());
  }
  return cursor_of(infrazen::JsonObject().number("v", 1).raw("last", last.str()).str(), "series");
}

std::optional<infrazen::Micros> MetricsCursor::find(const std::string& thing, const std::string& statistic) const {
  const auto known = last_.find(thing);
  if (known == last_.end()) return std::nullopt;
  const auto at = known->second.find(statistic);
  return at == known->second.end() ? std::nullopt : std::optional(at->second);
}

void MetricsCursor::set(const std::string& thing, const std::string& statistic, infrazen::Micros last) {
  last_[thing][statistic] = last;
}

void MetricsCursor::remember(std::set<std::string>& things, const std::vector<std::string>& prefixes) const {
  for (const auto& [thing, statistics] : last_) {
    for (const std::string& prefix : prefixes) {
      if (thing.starts_with(prefix)) things.insert(thing);
    }
  }
}

void MetricsCursor::keep_only(const std::set<std::string>& things) {
  std::erase_if(last_, [&](const auto& entry) { return !things.contains(entry.first); });
}

}  // namespace iz::beget
