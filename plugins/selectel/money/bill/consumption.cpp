// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel/money/bill/consumption.hpp"

#include <algorithm>
#include <vector>

#include "selectel/money/answers.hpp"
#include "selectel/money/bill/charge.hpp"
#include "support/url.hpp"
#include <infrazen/days.hpp>

namespace iz::selectel {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using support::JsonValue;

constexpr std::string_view kPath = "/v1/cloud_billing/statistic/consumption";

}  // namespace

std::string Consumption::path(const Chunk& chunk) const {
  const Settings& settings = cloud_.settings();
  std::string path(kPath);
  char separator = '?';
  for (const std::string& key : settings.provider_keys) {
    path += separator;
    path += "provider_keys=" + support::percent_encoded(key);
    separator = '&';
  }
  // The end is a second that belongs to the range.
  path += "&start=" + support::percent_encoded(wall_text(chunk.since, settings.billing_offset)) + "&end=" +
          support::percent_encoded(wall_text(chunk.until - std::chrono::seconds(1), settings.billing_offset)) +
          "&locale=" + settings.locale + "&group_type=project_object_region_metric&period_group_type=hour";
  return path;
}

void Consumption::day(std::chrono::sys_days day, Totals& totals) {
  const Settings& settings = cloud_.settings();
  const infrazen::Micros begin = infrazen::Micros(day) - settings.billing_offset;
  std::vector<Chunk> chunks;
  support::PagedListings answers(sync_.http());
  for (auto at = begin; at < begin + std::chrono::days(1) && at <= sync_.clock().now(); at += settings.costs_chunk) {
    chunks.push_back({at, at + settings.costs_chunk});
    support::Listing listing;
    listing.name = "consumption of " + wall_text(at, settings.billing_offset);
    listing.request = cloud_.account_request(path(chunks.back()));
    listing.session = cloud_.account_session();
    listing.rows = "data";
    listing.id = "";
    listing.check = [name = listing.name](JsonValue root) { require_success(root, name); };
    listing.tag = chunks.size() - 1;
    answers.add(std::move(listing));
  }
  // Nothing is handed over before every hour of the day is here: a part of a bill is delivered whole or not at all.
  std::vector<support::Page> pages;
  while (auto page = answers.next()) {
    if (page->error()) throw Error(*page->error());
    pages.push_back(std::move(*page));
  }
  // A scope is opened once in a run, and a day that fails may come again when its month is settled: so everything that
  // may fail it is looked at before.
  std::vector<std::pair<JsonValue, infrazen::Micros>> hours;
  for (const support::Page& page : pages) hours_of(page, chunks[page.tag()], day, hours);
  auto scope = sync_.scope(infrazen::Kind::charge, "consumption/" + infrazen::day_text(day));
  scope.origin(settings.api_url + std::string(kPath));
  for (const auto& [one, hour] : hours) row(scope, one, day, hour, totals);
  scope.complete();
}

void Consumption::hours_of(const support::Page& page, const Chunk& chunk, std::chrono::sys_days day,
                           std::vector<std::pair<JsonValue, infrazen::Micros>>& hours) const {
  const Settings& settings = cloud_.settings();
  const infrazen::Micros begin = infrazen::Micros(day) - settings.billing_offset;
  bool of_the_day = page.rows().empty();
  for (const JsonValue& one : page.rows()) {
    const auto hour = wall_clock(one["period"].text(), settings.billing_offset);
    if (!hour) {
      throw Error(ErrorClass::transient, "consumption of " + infrazen::day_text(day) + ": '" + one["period"].dump() +
                                             "' is no hour, the day is not taken");
    }
    // Its end may be taken for the hour that begins then.
    of_the_day = of_the_day || (*hour >= begin && *hour <= begin + std::chrono::days(1));
    // A service that takes the range for whole days answers with hours of other chunks: those come with theirs.
    if (*hour < chunk.since || *hour >= chunk.until) continue;
    (void)ChargeOfHour(settings, one, day, *hour);
    hours.emplace_back(one, *hour);
  }
  if (!of_the_day) {
    throw Error(ErrorClass::transient,
                "consumption of " + infrazen::day_text(day) + ": the answer has hours of other days alone (" +
                    std::string(page.rows().front()["period"].text()) +
                    "), the day is not taken: is there a proxy or cache between that ignores start and end?");
  }
}

void Consumption::row(infrazen::Scope& scope, const JsonValue& row, std::chrono::sys_days day, infrazen::Micros hour,
                      Totals& totals) {
  const Settings& settings = cloud_.settings();
  ChargeOfHour charge(settings, row, day, hour);
  if (!charge.service().known) {
    report_unmapped(row["object"]["type"].text(), row["metric"]["id"].text(), row["provider_key"].text());
  }
  std::string_view balance = row["balance"].text();
  if (balance.empty()) balance = "main";
  auto& total = totals[{std::string(row["project"]["id"].text()), std::string(balance)}];
  total += charge.cost();
  scope.push(charge.usage());
  if (balance != "main") scope.push(charge.credit());
}

void Consumption::report_unmapped(std::string_view object_type, std::string_view metric,
                                  std::string_view provider_key) {
  const std::string what = std::string(object_type) + " / " + std::string(metric) + " / " + std::string(provider_key);
  if (!unmapped_.insert(what).second) return;
  sync_.report({.rule = "unmapped_service",
                .message = "charges of object type / metric / service " + what +
                           " are counted under the service Other: this version does not know them",
                .column = "ServiceName",
                .value = what});
}

}  // namespace iz::selectel
