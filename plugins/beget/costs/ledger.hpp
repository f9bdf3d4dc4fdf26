// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "beget/costs/priced.hpp"

namespace iz::beget {

// What one listing had, and when.
struct Source {
  Day seen{};  // the last day on which it could be read
  std::vector<Priced> objects;
};

// The cursor of the stream `costs`: what is known to cost money, the day that is still open, and the balance that was
// read first on some day. It is committed together with the charges it led to, so that nothing is accrued twice.
struct Ledger {
  std::optional<Day> first;  // the first day that was accrued …
  std::optional<Day> day;    // … and the last, which may still grow
  std::map<std::string, Source, std::less<>> sources;

  struct Reading {
    Day day;
    infrazen::Decimal amount;
  };
  std::optional<Reading> reading;
  infrazen::Decimal accrued;  // billed for the days from the reading's to the one before `day`

  // A difference that the next reading may take back: who draws the day's cost now before, now after our reading.
  struct Difference {
    Day from, to;  // of the readings
    infrazen::Decimal amount;
  };
  std::optional<Difference> unexplained;
  std::string unpriced;  // what was last reported as having no price, as a digest

  // An empty cursor is an empty ledger. Throws infrazen::Error (internal) for what is no cursor of this connector.
  static Ledger read(std::string_view cursor);
  // At most IZ_CURSOR_MAX bytes: compressed when it has to be. Error (permanent) beyond.
  [[nodiscard]] std::string cursor() const;
};

}  // namespace iz::beget
