// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <optional>

#include "selectel/money/answers.hpp"
#include "selectel/money/bill/consumption.hpp"
#include <infrazen/days.hpp>

namespace iz::selectel {
namespace {

using infrazen::Decimal;
using support::JsonDocument;
using support::JsonValue;

struct Reported {
  Totals totals;
  std::map<std::string, std::string> names;  // of projects
};

Reported read_report(Cloud& cloud, std::chrono::sys_days month) {
  const std::string path = "/v1/billing/report/by_project/flat?start=" + infrazen::day_text(month) +
                           "&end=" + infrazen::day_text(infrazen::next_month(month) - std::chrono::days(1)) +
                           "&locale=" + cloud.settings().locale;
  const std::string origin = cloud.settings().api_url + path;
  const infrazen::Response answer = cloud.token_get(path);
  const JsonDocument document(answer.body(), origin);
  Reported reported;
  for (const JsonValue row : rows_of(document.root(), origin)) {
    const std::string project(row["project_id"].text());
    const std::string balance = row["balance"].text().empty() ? "main" : std::string(row["balance"].text());
    reported.totals[{project, balance}] += roubles(row["value"], origin);
    if (!row["project_name"].text().empty()) reported.names[project] = row["project_name"].text();
  }
  return reported;
}

}  // namespace

void compare_with_report(infrazen::Sync& sync, Cloud& cloud, std::chrono::sys_days month, const Totals& totals) {
  const Reported reported = read_report(cloud, month);
  Totals either = totals;
  either.insert(reported.totals.begin(), reported.totals.end());
  for (const auto& [key, unused] : either) {
    const auto counted = totals.find(key);
    const auto said = reported.totals.find(key);
    const Decimal hours = counted == totals.end() ? Decimal(0) : counted->second;
    const Decimal report = said == reported.totals.end() ? Decimal(0) : said->second;
    if (hours == report) continue;
    const auto name = reported.names.find(key.first);
    const std::string project = key.first.empty()              ? "no project"
                                : name == reported.names.end() ? "project " + key.first
                                                               : "project " + name->second;
    sync.report({.rule = "report_differs",
                 .message = infrazen::day_text(month).substr(0, 7) + ", " + project + ", balance " + key.second +
                            ": the provider's report says " + report.to_fixed(2) + " RUB, its hours sum up to " +
                            hours.to_fixed(2) + " RUB, a difference of " + (report - hours).to_fixed(2) +
                            " RUB; the hours are what is stored",
                 .scope = "consumption/" + infrazen::day_text(month).substr(0, 7),
                 .origin = cloud.settings().api_url + "/v1/billing/report/by_project/flat",
                 .column = "BilledCost",
                 .value = report.to_fixed(2)});
  }
}

}  // namespace iz::selectel
