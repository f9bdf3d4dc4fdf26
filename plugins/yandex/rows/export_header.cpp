// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/rows/export_header.hpp"

#include <algorithm>
#include <set>

namespace iz::yandex {
namespace {

using infrazen::Severity;

constexpr std::array<std::string_view, kColumnCount> kNames{"billing_account_id",
                                                            "billing_account_name",
                                                            "cloud_id",
                                                            "cloud_name",
                                                            "folder_id",
                                                            "folder_name",
                                                            "resource_id",
                                                            "service_id",
                                                            "service_name",
                                                            "sku_id",
                                                            "sku_name",
                                                            "date",
                                                            "currency",
                                                            "pricing_quantity",
                                                            "pricing_unit",
                                                            "cost",
                                                            "credit",
                                                            "monetary_grant_credit",
                                                            "volume_incentive_credit",
                                                            "cud_credit",
                                                            "misc_credit",
                                                            "reward",
                                                            "locale",
                                                            "updated_at",
                                                            "exported_at"};
constexpr std::string_view kUserLabel = "label.user_labels.";
constexpr std::string_view kSystemLabel = "label.system_labels.";
constexpr std::string_view kDeprecated = "created_at";
// What an extension column's name may have at most (daemon/wire), less what is put in front.
constexpr std::size_t kLongestName = 120;

constexpr std::array kNeeded{Column::billing_account_id, Column::date, Column::currency, Column::cost};
constexpr std::array kExpected{Column::service_name, Column::sku_id,           Column::sku_name,
                               Column::folder_id,    Column::pricing_quantity, Column::pricing_unit};

std::string_view trimmed(std::string_view name) {
  while (!name.empty() && (name.front() == ' ' || name.front() == '\t')) name.remove_prefix(1);
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.remove_suffix(1);
  return name;
}

void report_missing(ExportHeader& header, support::Issues& issues) {
  for (const Column column : kNeeded) {
    if (header.place(column)) continue;
    header.refused = true;
    issues.add({.severity = Severity::rejected,
                .rule = "missing_column",
                .column = name_of(column),
                .form = name_of(column),
                .message = "the export lacks a column without which no charge can be taken: the file is refused whole; "
                           "is it a billing export of Yandex Cloud?"});
  }
  for (const Column column : kExpected) {
    if (header.place(column)) continue;
    issues.add({.rule = "missing_column",
                .column = name_of(column),
                .form = name_of(column),
                .message = "the export lacks a column that it should have"});
  }
}

}  // namespace

std::string_view name_of(Column column) {
  return kNames[static_cast<std::size_t>(column)];
}

ExportHeader read_export_header(std::span<const std::string_view> names, support::Issues& issues) {
  ExportHeader header;
  header.places.fill(-1);
  header.columns = names.size();
  std::set<std::string_view> seen;
  for (std::size_t place = 0; place < names.size(); ++place) {
    const std::string_view name = trimmed(names[place]);
    if (name.empty()) continue;
    if (!seen.insert(name).second) {
      issues.add({.rule = "duplicate_column",
                  .column = names[place],
                  .form = names[place],
                  .message = "the header names the column twice: the first one counts"});
      continue;
    }
    if (const auto* known = std::ranges::find(kNames, name); known != kNames.end()) {
      header.places[static_cast<std::size_t>(known - kNames.begin())] = static_cast<std::int32_t>(place);
    } else if (name.starts_with(kUserLabel) && name.size() > kUserLabel.size()) {
      header.labels.push_back({std::string(name.substr(kUserLabel.size())), place});
    } else if (!name.starts_with(kSystemLabel) && name != kDeprecated && name.size() <= kLongestName) {
      header.extras.push_back({"x_" + std::string(name), place});
      issues.add({.severity = Severity::notice,
                  .rule = "unknown_column",
                  .column = names[place],
                  .form = names[place],
                  .message = "a column that this connector does not know: kept with x_ in front"});
    }
  }
  std::ranges::sort(header.labels, {}, &NamedColumn::name);
  std::ranges::sort(header.extras, {}, &NamedColumn::name);
  report_missing(header, issues);
  return header;
}

}  // namespace iz::yandex
