// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/reports/reconcile.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "yandex/client/client.hpp"
#include "yandex/reports/usage_report.hpp"
#include <infrazen/days.hpp>

namespace iz::yandex {
namespace {

using infrazen::Decimal;
using infrazen::Micros;

constexpr std::chrono::minutes kBetweenRequests{1};
constexpr Decimal kTolerance = Decimal::of(1, 2);  // reports may be rounded where exports are not

// The account that is due, the longest ago first.
std::optional<std::string> due_account(const ImportedSums& sums, std::chrono::milliseconds every, Micros now,
                                       Day last) {
  std::optional<std::string> due;
  Micros oldest = now;
  for (const auto& [key, services] : sums.days()) {
    if (key.day > last || infrazen::month_of(key.day) != infrazen::month_of(last)) continue;
    const auto known = sums.last_comparison.find(key.account);
    const Micros at = known == sums.last_comparison.end() ? Micros() : known->second;
    if (at + every > now || at >= oldest) continue;
    oldest = at;
    due = key.account;
  }
  return due;
}

}  // namespace

std::size_t reconcile(infrazen::Sync& sync, const Client& client, std::chrono::milliseconds every, ImportedSums& sums,
                      infrazen::Failures& failures) {
  const Micros now = sync.clock().now();
  const Day last = billing_day(now) - std::chrono::days(2);  // closed
  const Day first = infrazen::month_of(last);
  const auto account = due_account(sums, every, now, last);
  if (!account || sums.last_request + kBetweenRequests > now) return 0;
  sums.last_request = now;  // an answer that is an error counts as well
  ServiceReport report;
  try {
    report = get_service_report(client, *account, first, last);
  } catch (const infrazen::Error& error) {
    failures.add("usage report of " + *account, error);
    return 1;
  }
  sums.last_comparison[*account] = now;

  // By service, over the days whose import is known.
  std::map<std::string, std::pair<Decimal, Decimal>> totals;  // imported, reported
  std::set<Day> days;
  for (const auto& [key, services] : sums.days()) {
    if (key.account != *account || key.day < first || key.day > last) continue;
    days.insert(key.day);
    for (const auto& [service, amount] : services) totals[service].first += amount;
  }
  for (const auto& [service, reported] : report) {
    for (const auto& [day, amount] : reported.expense) {
      if (days.contains(day)) totals[service].second += amount;
    }
  }
  for (const auto& [service, total] : totals) {
    if ((total.first - total.second).abs() < kTolerance) continue;
    const auto named = report.find(service);
    const std::string name = named == report.end() || named->second.name.empty() ? service : named->second.name;
    sync.report({.rule = "report_differs",
                 .message = "billing account " + *account + ", " + name + ", " + std::to_string(days.size()) +
                            " days from " + infrazen::day_text(*days.begin()) + " to " +
                            infrazen::day_text(*days.rbegin()) + ": the export adds up to " + total.first.to_string() +
                            ", the provider's report to " + total.second.to_string(),
                 .scope = *account,
                 .value = service});
  }
  return 1;
}

}  // namespace iz::yandex
