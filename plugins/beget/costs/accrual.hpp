// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "beget/costs/ledger.hpp"
#include "beget/costs/reconciliation.hpp"

// Which day costs what: pure, from the ledger and what was read just now.
namespace iz::beget {

// By name of source; nullopt: it could not be read this time.
using SourceReads = std::map<std::string, std::optional<std::vector<Priced>>, std::less<>>;

struct AccruedLine {
  Priced priced;
  Share share;
  bool estimated = false;  // from what was known before, because nobody looked that day
};
struct AccruedDay {
  Day day;
  std::vector<AccruedLine> lines;
  [[nodiscard]] infrazen::Decimal billed() const;
};

// A source that was never read and cannot be: the day's sum would lack it, and nobody knows by how much.
[[nodiscard]] std::optional<std::string> unknown_source(const Ledger& ledger, const SourceReads& reads);

// Brings the ledger to `today` and gives every day whose charges are to be (re)placed, in order: the days since the
// last run on which nobody looked, from what was known then and what has been there since before; and today. What was
// seen today once stays for today, so a resource that is deleted in the afternoon is charged for its last day. A source
// that could not be read goes on with what is known of it. Throws infrazen::Error (transient) when `today` is before
// the ledger's day. Not with an unknown source.
[[nodiscard]] std::vector<AccruedDay> accrue(Ledger& ledger, Day today, const SourceReads& reads);

// A day before the ledger began, from what is there now and was there then: all of it estimated. Needs every source.
[[nodiscard]] AccruedDay accrue_past(Day day, const SourceReads& reads);

// The differences between balance and accrual that have proved to stay.
struct Settlement {
  std::optional<Reconciliation> looked_at;   // between the reading before and this one
  std::optional<Ledger::Difference> booked;  // to be charged, or reported
};
// Takes the balance into account if it is the first one that is read on that day; after accrue().
[[nodiscard]] Settlement settle(Ledger& ledger, Day today, const infrazen::Decimal& balance);

}  // namespace iz::beget
