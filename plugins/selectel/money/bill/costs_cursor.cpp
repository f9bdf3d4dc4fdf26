// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel/money/bill/costs_cursor.hpp"

#include <optional>

#include "selectel/money/answers.hpp"
#include <infrazen/days.hpp>

namespace iz::selectel {
namespace {

// The next word, "name=2026-03-01", as a day; the text without it.
std::optional<std::chrono::sys_days> take_day(std::string_view& text, std::string_view name) {
  if (!text.starts_with(name)) return std::nullopt;
  const auto at = infrazen::parse_instant(text.substr(name.size(), infrazen::kDateChars));
  text.remove_prefix(std::min(name.size() + infrazen::kDateChars + 1, text.size()));
  return at ? std::optional(std::chrono::floor<std::chrono::days>(*at)) : std::nullopt;
}

}  // namespace

CostsCursor CostsCursor::parse(std::string_view text) {
  CostsCursor cursor;
  const auto first = take_day(text, "first=");
  const auto next = take_day(text, "next=");
  const auto month = take_day(text, "month=");
  if (!first || !next || !month) return {};
  cursor = {*first, *next, *month, {}};
  while (const auto day = take_day(text, "again=")) cursor.again.insert(*day);
  return cursor;
}

std::string CostsCursor::text() const {
  std::string out = "first=" + infrazen::day_text(first) + " next=" + infrazen::day_text(next) +
                    " month=" + infrazen::day_text(month);
  for (const auto day : again) out += " again=" + infrazen::day_text(day);
  return out;
}

}  // namespace iz::selectel
