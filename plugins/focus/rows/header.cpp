// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "focus/rows/header.hpp"

#include <algorithm>
#include <set>

#include "support/encoding.hpp"

namespace iz::focus {
namespace {

using infrazen::Severity;

bool has(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// Each of the other datasets by columns that no charge has.
Dataset dataset_of(std::span<const std::string_view> names) {
  if (has(names, "BillingPeriodStatus")) return Dataset::billing_period;
  if (has(names, "ContractCommitmentId") && !has(names, "BilledCost")) return Dataset::contract_commitment;
  if (has(names, "InvoiceIssueStatus") || (has(names, "InvoiceDetailCreated") && !has(names, "ChargePeriodStart"))) {
    return Dataset::invoice_detail;
  }
  return Dataset::cost_and_usage;
}

Version version_of(std::span<const std::string_view> names) {
  Version version = Version::v1_0;
  for (const std::string_view name : names) {
    if (const Column* column = find_column(name)) version = std::max(version, column->since);
  }
  // 1.4 dropped two columns that 1.3 still demands.
  const bool dropped = !has(names, "ProviderName") && !has(names, "PublisherName");
  return version == Version::v1_3 && dropped ? Version::v1_4 : version;
}

// No extension column may have a longer one (daemon/wire), with some room for a number behind it.
constexpr std::size_t kLongestName = 120;

// Own names stay as they are; others get x_ in front, doubles a number behind, and what is too long loses its end.
std::string extension_name(std::string_view name, std::size_t place, std::set<std::string, std::less<>>& taken) {
  std::string wanted = name.starts_with("x_") ? std::string(support::cut_text(name, kLongestName))
                                              : "x_" + std::string(support::cut_text(name, kLongestName));
  if (wanted == "x_") wanted += "column_" + std::to_string(place + 1);
  std::string unique = wanted;
  for (int i = 2; !taken.insert(unique).second; ++i) unique = wanted + "_" + std::to_string(i);
  return unique;
}

void report_missing(Header& header, std::span<const std::string_view> names, support::Issues& issues) {
  for (const Column& column : columns()) {
    if (column.level == Level::other || !column.in(header.version) || has(names, column.name)) continue;
    const bool needed = column.level == Level::needed;
    header.refused = header.refused || needed;
    issues.add(
        {.severity = needed ? Severity::rejected : Severity::warning,
         .rule = "missing_column",
         .column = column.name,
         .form = column.name,
         .message =
             needed ? "a mandatory column is missing without which no charge can be taken: the file is refused whole"
                    : "a mandatory column is missing"});
  }
}

}  // namespace

std::string_view name_of(Dataset dataset) {
  switch (dataset) {
    case Dataset::cost_and_usage: return "Cost and Usage";
    case Dataset::contract_commitment: return "Contract Commitment";
    case Dataset::billing_period: return "Billing Period";
    case Dataset::invoice_detail: return "Invoice Detail";
  }
  return "";
}

std::optional<std::size_t> Header::place(std::uint32_t field) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].focus != nullptr && columns[i].focus->field == field) return i;
  }
  return std::nullopt;
}

Header read_header(std::span<const std::string_view> names, std::optional<Version> stated, support::Issues& issues) {
  Header header;
  header.dataset = dataset_of(names);
  header.version = stated.value_or(version_of(names));
  if (header.dataset != Dataset::cost_and_usage) return header;

  std::size_t focus_left = static_cast<std::size_t>(
      std::ranges::count_if(names, [](std::string_view name) { return find_column(name) != nullptr; }));
  if (focus_left == 0) {
    header.refused = true;
    issues.add({.severity = Severity::rejected,
                .rule = "no_header",
                .value = names.empty() ? std::string_view() : names.front(),
                .message = "the first line names no FOCUS column: the file is refused; does it lack its header, or use "
                           "another delimiter?"});
    return header;
  }
  if (names.size() >= IZ_BATCH_COLUMNS_MAX) {  // one is kept for the provider, which a setting may add
    header.refused = true;
    issues.add({.severity = Severity::rejected,
                .rule = "too_many_columns",
                .message = "the file has more than 1,023 columns"});
    return header;
  }

  std::set<std::string, std::less<>> taken;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = names[i];
    const Column* column = find_column(name);
    if (column != nullptr) --focus_left;
    FileColumn& file_column = header.columns.emplace_back();
    file_column.name = name;
    if (!seen.insert(name).second) {
      issues.add(
          {.rule = "duplicate_column",
           .column = name,
           .form = name,
           .message = "the header names the column twice: the first one counts, the other is kept as an x_ column"});
    } else if (column != nullptr) {
      file_column.focus = column;
      if (!column->in(header.version)) {
        issues.add({.severity = Severity::notice,
                    .rule = "column_version",
                    .column = name,
                    .form = name,
                    .message = "the column belongs to another version of FOCUS than the file says it follows"});
      }
      continue;
    } else if (!name.starts_with("x_")) {
      issues.add({.rule = "unknown_column",
                  .column = name,
                  .form = name,
                  .message = "FOCUS has no such column, and own columns start with x_ (ColumnHandling-A-010): kept "
                             "with x_ in front"});
    } else if (focus_left != 0) {
      issues.add({.rule = "column_order",
                  .column = name,
                  .form = name,
                  .message = "an own column stands before columns of FOCUS (ColumnHandling-A-012)"});
    }
    if (name.size() > kLongestName) {
      issues.add({.rule = "column_name_too_long",
                  .column = support::cut_text(name, kLongestName),
                  .form = name,
                  .message = "the column's name has more than 120 bytes: its end is left out"});
    }
    file_column.sent_as = extension_name(name, i, taken);
  }
  report_missing(header, names, issues);
  return header;
}

}  // namespace iz::focus
