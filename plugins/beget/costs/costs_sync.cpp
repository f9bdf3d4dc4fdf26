// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/costs/costs_sync.hpp"

#include <algorithm>
#include <string>

#include <xxhash.h>

#include "beget/costs/accrual.hpp"
#include "beget/costs/charges.hpp"
#include "beget/costs/price_reader.hpp"
#include "support/known_before.hpp"
#include <infrazen/days.hpp>
#include <infrazen/failures.hpp>

namespace iz::beget {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Severity;
using std::chrono::days;

void report(infrazen::Sync& sync, Severity severity, std::string_view rule, const std::string& message,
            const std::string& value = {}) {
  infrazen::Finding finding{.severity = severity, .rule = rule, .message = message};
  if (!value.empty()) finding.value = value;
  sync.report(finding);
}

// Said when it changes, not at every run.
void report_unpriced(infrazen::Sync& sync, Ledger& ledger, std::vector<std::string> sentences) {
  std::ranges::sort(sentences);
  std::string all;
  for (const std::string& sentence : sentences) all += sentence + '\n';
  const std::string digest = all.empty() ? "" : std::to_string(XXH3_64bits(all.data(), all.size()));
  if (digest == ledger.unpriced) return;
  for (const std::string& sentence : sentences) {
    report(sync, Severity::notice, "not_priced", sentence + "; what it costs shows in the balance, see 'true_up'");
  }
  ledger.unpriced = digest;
}

void true_up(infrazen::Sync& sync, const Settings& settings, Ledger& ledger, Day today,
             const infrazen::Decimal& balance) {
  const Settlement settlement = settle(ledger, today, balance);
  if (const auto& seen = settlement.looked_at; seen && !seen->top_up.is_zero()) {
    report(sync, Severity::notice, "top_up_inferred",
           "the balance rose by " + (-seen->drop).to_string() + " RUB while " + seen->accrued.to_string() +
               " were accrued: a top-up is inferred, the API shows none",
           seen->top_up.to_string());
  }
  if (!settlement.booked) return;
  const Ledger::Difference& difference = *settlement.booked;
  const bool adjust = settings.true_up == TrueUp::adjust;
  if (adjust) push_adjustment(sync, settings, difference);
  report(sync, adjust ? Severity::notice : Severity::warning, "balance_unexplained",
         "from " + infrazen::day_text(difference.from) + " to " + infrazen::day_text(difference.to) +
             " the balance fell by " + difference.amount.to_string() + " RUB beside what was accrued" +
             (adjust ? ": charged as an adjustment" : ": something costs money that has no price here"),
         difference.amount.to_string());
}

// The window's days that lie before the first that was accrued by looking.
void sync_window(infrazen::Sync& sync, const Settings& settings, const Ledger& ledger, const infrazen::Window& window,
                 const SourceReads& reads) {
  const Day today = settings.day_of(sync.clock().now());
  const Day end =
      std::min(ledger.first.value_or(today), settings.day_of(window.until - std::chrono::microseconds(1)) + days(1));
  for (Day day = settings.day_of(window.since); day < end; day += days(1)) {
    push_day(sync, settings, accrue_past(day, reads));
    sync.mark(sync.cursor());
  }
}

}  // namespace

void sync_costs(infrazen::Sync& sync, const Settings& settings, CloudApi* cloud, HostingApi* hosting) {
  if (sync.targeted()) throw Error(ErrorClass::permanent, "costs have no targets: sync the stream 'costs' as a whole");
  Ledger ledger = support::known_unless_full(sync, &Ledger::read);  // of past days it is nowhere else
  infrazen::Failures failures("listings of prices");
  PriceReads reads = read_prices(settings, cloud, hosting, failures);
  const std::size_t parts = reads.sources.size();
  const Day today = settings.day_of(sync.clock().now());

  if (const auto window = sync.window()) {
    failures.raise(parts);  // what is not there now cannot be told from what could not be read
    return sync_window(sync, settings, ledger, *window, reads.sources);
  }
  if (const auto unknown = unknown_source(ledger, reads.sources)) {
    sync.log().warning("nothing is accrued yet: the prices of " + *unknown + " were never read");
    failures.raise(parts);
  }
  const std::vector<AccruedDay> bills = accrue(ledger, today, reads.sources);
  for (const AccruedDay& bill : bills) push_day(sync, settings, bill);
  if (bills.size() > 1) {
    report(sync, Severity::notice, "days_estimated",
           std::to_string(bills.size() - 1) + " days since " + infrazen::day_text(bills.front().day) +
               " are accrued from what was known, because no run looked at them");
  }
  report_unpriced(sync, ledger, std::move(reads.unpriced));
  if (reads.balance && settings.true_up != TrueUp::off) true_up(sync, settings, ledger, today, *reads.balance);
  sync.mark(ledger.cursor());
  failures.raise(parts);
}

}  // namespace iz::beget
