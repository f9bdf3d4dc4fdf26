// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cbr/ledger.hpp"

#include <stdexcept>

#include <infrazen/days.hpp>
#include <infrazen/error.hpp>

namespace iz::cbr {

// "USD 2026-01-01 2026-10-03\nEUR …": a line per currency.
Ledger::Ledger(std::string_view cursor) {
  while (!cursor.empty()) {
    const std::size_t end = cursor.find('\n');
    const std::string_view line = cursor.substr(0, end);
    cursor.remove_prefix(end == std::string_view::npos ? cursor.size() : end + 1);
    try {
      if (line.size() != 25 || line[3] != ' ' || line[14] != ' ') throw std::invalid_argument("a damaged line");
      spans_[std::string(line.substr(0, 3))] = {parse_iso_day(line.substr(4, 10)), parse_iso_day(line.substr(15))};
    } catch (const std::invalid_argument&) {
      throw infrazen::Error(infrazen::ErrorClass::internal, "the cursor is not one of this connector");
    }
  }
}

std::string Ledger::cursor() const {
  std::string text;
  for (const auto& [currency, span] : spans_)
    text += currency + ' ' + infrazen::day_text(span.from) + ' ' + infrazen::day_text(span.through) + '\n';
  return text;
}

const Span* Ledger::find(const std::string& currency) const {
  const auto found = spans_.find(currency);
  return found == spans_.end() ? nullptr : &found->second;
}

}  // namespace iz::cbr
