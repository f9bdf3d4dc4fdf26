// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/costs/accrual.hpp"

#include <algorithm>
#include <utility>

#include "beget/words.hpp"
#include <infrazen/days.hpp>
#include <infrazen/error.hpp>

namespace iz::beget {
namespace {

using infrazen::Decimal;
using std::chrono::days;

constexpr days kRenewed{300};  // a date of expiry that moved by so much: the domain was renewed

void add_line(AccruedDay& bill, const Priced& priced, bool estimated) {
  if (const auto share = share_of(priced, bill.day)) bill.lines.push_back({priced, *share, estimated});
}

bool among(const std::vector<Priced>& objects, const Priced& one) {
  return std::ranges::any_of(objects, [&](const Priced& other) { return other.same_as(one); });
}

AccruedDay of_ledger(const Ledger& ledger, Day day) {
  AccruedDay bill{day, {}};
  for (const auto& [name, source] : ledger.sources) {
    for (const Priced& priced : source.objects) add_line(bill, priced, source.seen != day);
  }
  return bill;
}

// A day on which nobody looked: what was known before it, and what has been there since then or earlier.
AccruedDay missed(const Ledger& ledger, Day day, const SourceReads& reads) {
  AccruedDay bill{day, {}};
  for (const auto& [name, read] : reads) {
    const Source& known = ledger.sources.find(name)->second;
    for (const Priced& priced : known.objects) add_line(bill, priced, true);
    if (!read) continue;
    for (const Priced& priced : *read) {
      if (priced.since && *priced.since <= day && !among(known.objects, priced)) add_line(bill, priced, true);
    }
  }
  return bill;
}

// Renewals show as dates of expiry that moved.
void add_renewals(const std::vector<Priced>& before, Day today, std::vector<Priced>& now) {
  const std::size_t count = now.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (now[i].basis != Priced::Basis::yearly) continue;
    const auto known = std::ranges::find_if(before, [&](const Priced& other) { return other.same_as(now[i]); });
    if (known == before.end() || now[i].until < known->until + kRenewed) continue;
    Priced renewal = now[i];
    renewal.basis = Priced::Basis::once;
    renewal.until = today;
    now.push_back(std::move(renewal));
  }
}

void take(Source& source, bool known, Day today, std::vector<Priced> objects) {
  add_renewals(source.objects, today, objects);
  if (known && source.seen == today) {
    for (Priced& earlier : source.objects) {
      if (!among(objects, earlier)) objects.push_back(std::move(earlier));
    }
  }
  source.objects = std::move(objects);
  source.seen = today;
}

}  // namespace

Decimal AccruedDay::billed() const {
  Decimal sum;
  for (const AccruedLine& line : lines) sum += line.share.billed;
  return sum;
}

std::optional<std::string> unknown_source(const Ledger& ledger, const SourceReads& reads) {
  for (const auto& [name, read] : reads) {
    if (!read && !ledger.sources.contains(name)) return name;
  }
  return std::nullopt;
}

std::vector<AccruedDay> accrue(Ledger& ledger, Day today, const SourceReads& reads) {
  if (ledger.day && today < *ledger.day) {
    throw infrazen::Error(infrazen::ErrorClass::transient, "today is " + infrazen::day_text(today) + " and " +
                                                               infrazen::day_text(*ledger.day) +
                                                               " is accrued already: is this machine's clock right?");
  }
  // Whose access was taken from the connection.
  std::erase_if(ledger.sources, [&](const auto& source) { return !reads.contains(source.first); });
  std::vector<AccruedDay> bills;
  if (ledger.day && today > *ledger.day) {
    ledger.accrued += of_ledger(ledger, *ledger.day).billed();
    // A source that is new has nothing that was known.
    for (const auto& [name, read] : reads) {
      if (!ledger.sources.contains(name)) ledger.sources[name].seen = *ledger.day;
    }
    for (Day day = *ledger.day + days(1); day < today; day += days(1)) {
      bills.push_back(missed(ledger, day, reads));
      ledger.accrued += bills.back().billed();
    }
  }
  for (const auto& [name, read] : reads) {
    const bool known = ledger.sources.contains(name);
    if (read) take(ledger.sources[name], known, today, *read);
  }
  if (!ledger.first) ledger.first = today;
  ledger.day = today;
  bills.push_back(of_ledger(ledger, today));
  return bills;
}

AccruedDay accrue_past(Day day, const SourceReads& reads) {
  AccruedDay bill{day, {}};
  for (const auto& [name, read] : reads) {
    for (const Priced& priced : *read) {
      if (!priced.since || *priced.since <= day) add_line(bill, priced, true);
    }
  }
  return bill;
}

Settlement settle(Ledger& ledger, Day today, const Decimal& balance) {
  Settlement settlement;
  if (ledger.reading && ledger.reading->day == today) return settlement;
  if (ledger.reading) {
    settlement.looked_at = reconcile(ledger.reading->amount, balance, ledger.accrued);
    const Decimal& more = settlement.looked_at->unexplained;
    const Ledger::Difference now{ledger.reading->day, today, more};
    if (ledger.unexplained && (ledger.unexplained->amount + more).is_zero()) {
      ledger.unexplained.reset();
    } else {
      settlement.booked = std::exchange(ledger.unexplained, std::nullopt);
      if (!more.is_zero()) ledger.unexplained = now;
    }
  }
  ledger.reading = {today, balance};
  ledger.accrued = 0;
  return settlement;
}

}  // namespace iz::beget
