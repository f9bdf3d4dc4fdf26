// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/charges/charge_plan.hpp"

#include <algorithm>

#include <infrazen/abi/records.h>

namespace iz::ingest {

namespace {

int column_of(std::span<const records::Column> columns, std::uint32_t field) {
  const auto it = std::ranges::find(columns, field, &records::Column::field);
  return it == columns.end() ? ChargePlan::kNone : static_cast<int>(it - columns.begin());
}

std::string with_prefix(std::string_view name) {
  return name.starts_with("x_") ? std::string(name) : "x_" + std::string(name);
}

}  // namespace

ChargePlan::ChargePlan(std::span<const records::Column> columns) {
  billing_account_id = column_of(columns, IZ_CHARGE_BILLING_ACCOUNT_ID);
  billing_currency = column_of(columns, IZ_CHARGE_BILLING_CURRENCY);
  billing_period_start = column_of(columns, IZ_CHARGE_BILLING_PERIOD_START);
  billing_period_end = column_of(columns, IZ_CHARGE_BILLING_PERIOD_END);
  charge_period_start = column_of(columns, IZ_CHARGE_CHARGE_PERIOD_START);
  charge_period_end = column_of(columns, IZ_CHARGE_CHARGE_PERIOD_END);
  std::ranges::transform(store::cost_amounts(), amounts.begin(),
                         [&](const store::CostColumn& amount) { return column_of(columns, amount.field); });
  const auto* kind = records::find_kind(IZ_KIND_CHARGE);
  const auto described = store::cost_groups();
  for (std::size_t g = 0; g < described.size(); ++g) {
    for (std::size_t slot = 0; slot < described[g].columns.size(); ++slot) {
      const auto field = described[g].columns[slot].field;
      const int column = field == 0 ? kNone : column_of(columns, field);
      if (column != kNone) groups[g].push_back({static_cast<std::uint8_t>(slot), column, kind->find(field)});
    }
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    signature_.push_back({columns[i].field, std::string(columns[i].name)});
    if (columns[i].field == IZ_FIELD_EXTENSION) extras.push_back({with_prefix(columns[i].name), static_cast<int>(i)});
  }
  std::ranges::stable_sort(extras, {}, &Extra::name);
  // A name that comes twice: the first column counts.
  extras.erase(std::unique(extras.begin(), extras.end(), [](const Extra& a, const Extra& b) { return a.name == b.name; }),
               extras.end());
  for (const auto& group : groups) {
    for (const auto& cell : group) text_columns.push_back(static_cast<std::uint32_t>(cell.column));
  }
  for (const auto& extra : extras) text_columns.push_back(static_cast<std::uint32_t>(extra.column));
  std::ranges::sort(text_columns);
}

bool ChargePlan::serves(std::span<const records::Column> columns) const {
  return std::ranges::equal(columns, signature_, [](const records::Column& column, const Signature& known) {
    return column.field == known.field && column.name == known.name;
  });
}

}  // namespace iz::ingest
