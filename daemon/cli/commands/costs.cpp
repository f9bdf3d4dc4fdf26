// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <date/date.h>

#include "cli/commands/commands.hpp"
#include "cli/output/table.hpp"
#include "store/costs/cost_report.hpp"

namespace iz::cli {
namespace {

struct CostOptions {
  std::string by = "service";
  std::string month;
  std::string connection;
  std::string format = "table";
  std::string conninfo;
};

std::optional<std::chrono::year_month> parse_month(const std::string& text) {
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U}) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
  }
  const std::chrono::year_month month{std::chrono::year(std::stoi(text.substr(0, 4))),
                                      std::chrono::month(static_cast<unsigned>(std::stoi(text.substr(5))))};
  return month.ok() ? std::optional(month) : std::nullopt;
}

std::chrono::year_month this_month() {
  const std::chrono::year_month_day today{std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())};
  return today.year() / today.month();
}

// So that the decimal points of a column stand below each other: every amount with as many digits as the longest has,
// two at least. Nothing is rounded.
std::string aligned(const infrazen::Decimal& amount, unsigned scale) {
  return amount.to_fixed(scale);
}

unsigned scale_of(const std::vector<store::CostLine>& lines, infrazen::Decimal store::CostLine::*amount) {
  unsigned scale = 2;
  for (const auto& line : lines) scale = std::max(scale, (line.*amount).canonical().scale());
  return scale;
}

void show(const Context& context, const store::CostReport& report, const CostOptions& options, TableFormat format) {
  Table table({{"key", context.text("KEY")},
               {"name", context.text("NAME")},
               {"currency", context.text("CURRENCY")},
               {"billed", context.text("BILLED"), true, true},
               {"effective", context.text("EFFECTIVE"), true, true},
               {"charges", context.text("CHARGES"), true, true}});
  const bool people = format == TableFormat::table;
  auto all = report.lines;
  all.insert(all.end(), report.totals.begin(), report.totals.end());
  const unsigned billed_scale = scale_of(all, &store::CostLine::billed);
  const unsigned effective_scale = scale_of(all, &store::CostLine::effective);
  const auto cells = [&](const store::CostLine& line, const std::string& key) {
    return std::vector<std::string>{key,
                                    line.name,
                                    line.currency,
                                    people ? aligned(line.billed, billed_scale) : line.billed.to_string(),
                                    people ? aligned(line.effective, effective_scale) : line.effective.to_string(),
                                    std::to_string(line.charges)};
  };
  for (const auto& line : report.lines) {
    table.add(cells(line, line.key.empty() && people ? context.text("(none)") : line.key));
  }
  for (const auto& line : report.totals) table.add_total(cells(line, context.text("total")));
  if (report.lines.empty() && people) {
    context.err << context.text("no charges in {} that you may see", options.month) << '\n';
  } else {
    table.write(context.out, format);
  }
}

int run(const Context& context, CostOptions options) {
  store::CostQuestion question;
  question.connection = options.connection;
  if (!store::parse_cost_dimension(options.by, question.by, question.tag_key)) {
    throw Failure(EX_USAGE, context.text("--by takes service, account, sub-account, region, connection, category or "
                                         "tag:KEY, not '{}'",
                                         options.by));
  }
  question.month = this_month();
  if (!options.month.empty()) {
    const auto month = parse_month(options.month);
    if (!month) throw Failure(EX_USAGE, context.text("--month takes YYYY-MM, not '{}'", options.month));
    question.month = *month;
  }
  options.month = date::format("%Y-%m", date::sys_days(std::chrono::sys_days(question.month / 1).time_since_epoch()));
  store::Database database(options.conninfo.empty() ? context.own_conninfo() : options.conninfo);
  const auto report = store::cost_report(database, question);
  show(context, report, options,
       options.format == "csv"    ? TableFormat::csv
       : options.format == "json" ? TableFormat::json
                                  : TableFormat::table);
  return EX_OK;
}

}  // namespace

void add_costs_command(CLI::App& app, const Language& say, Action& action) {
  auto* costs = app.add_subcommand("costs", std::string(say("what a month cost; read with your own database role")));
  const auto options = std::make_shared<CostOptions>();
  costs->add_option("--by", options->by,
                    std::string(say("service, account, sub-account, region, connection, category or tag:KEY")));
  costs->add_option("--month", options->month, std::string(say("billing month YYYY-MM; without it the current one")));
  costs->add_option("--connection", options->connection, std::string(say("charges of this connection only")));
  costs->add_option("--format", options->format, std::string(say("table, csv or json")))
      ->check(CLI::IsMember({"table", "csv", "json"}));
  costs->add_option("--conninfo", options->conninfo,
                    std::string(say("libpq connection string instead of the one of infrazen.yaml")));
  costs->callback(
      [&action, options] { action = [options](const Context& context) { return run(context, *options); }; });
}

}  // namespace iz::cli
