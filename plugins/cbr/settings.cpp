// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cbr/settings.hpp"

#include <algorithm>
#include <stdexcept>

namespace iz::cbr {
namespace {

[[noreturn]] void wrong(const char* setting, const std::string& what) {
  throw infrazen::Error(infrazen::ErrorClass::config, "setting '" + std::string(setting) + "': " + what);
}

// The year before, whole: what a comparison with the last year needs.
Day first_of_last_year(infrazen::Micros now) {
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
  return Day((today.year() - std::chrono::years(1)) / std::chrono::January / 1);
}

}  // namespace

Settings read_settings(const infrazen::Config& config, infrazen::Micros now) {
  Settings settings;
  settings.base_url = config.text("base_url");
  while (settings.base_url.ends_with('/')) settings.base_url.pop_back();
  for (std::string& currency : config.list("currencies")) {
    const bool code =
        currency.size() == 3 && std::ranges::all_of(currency, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!code) wrong("currencies", "'" + currency + "' is no currency: three capital letters, such as USD");
    if (currency == "RUB") wrong("currencies", "RUB is what the rates are in: leave it out");
    if (std::ranges::find(settings.currencies, currency) == settings.currencies.end())
      settings.currencies.push_back(std::move(currency));
  }
  if (settings.currencies.empty()) wrong("currencies", "name at least one, such as [USD]");
  const std::string_view since = config.text("since");
  try {
    settings.since = since.empty() ? first_of_last_year(now) : parse_iso_day(since);
  } catch (const std::invalid_argument& fault) {
    wrong("since", std::string(fault.what()) + ": write it as 2026-01-31");
  }
  // Before it the list is in old roubles, of which a thousand made a new one.
  if (settings.since - kCarry < Day(std::chrono::year(1998) / 1 / 1)) wrong("since", "rates begin in February 1998");
  const std::string_view contact = config.text("contact");
  if (contact.find_first_of("\r\n()") != std::string_view::npos) wrong("contact", "no line breaks or brackets");
  settings.user_agent =
      "InfraZen cbr/1.0 (exchange rates for cost reports" + (contact.empty() ? "" : "; " + std::string(contact)) + ")";
  return settings;
}

}  // namespace iz::cbr
