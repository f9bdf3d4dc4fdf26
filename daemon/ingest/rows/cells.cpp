// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>

#include "ingest/rows/validate.hpp"

namespace iz::ingest {

Cells::Cells(IngestContext& context, const records::Kind& kind, const records::BatchView& batch)
    : context_(context), kind_(kind), batch_(batch), field_of_column_(batch.columns.size()) {
  std::ranges::fill(column_of_, std::int16_t{-1});
  for (std::size_t i = 0; i < batch.columns.size(); ++i) {
    const auto& column = batch.columns[i];
    if (column.field == IZ_FIELD_EXTENSION) {
      extensions_.push_back(i);
    } else if (column.field < kFields) {
      field_of_column_[i] = kind.find(column.field);  // null for one that a newer SDK knows: left out
      if (field_of_column_[i] != nullptr) column_of_[column.field] = static_cast<std::int16_t>(i);
    }
  }
}

bool Cells::row(std::size_t row) {
  row_ = row;
  ok_ = true;
  for (const auto& field : kind_.fields) {
    const auto cell = raw(field.id);
    if (records::is_null(cell) || (field.needed && cell.empty())) {
      if (field.needed) reject(field.id, "missing", message_of("missing"));
      continue;
    }
    if (const char* rule = cell_fault(field, cell)) reject(field.id, rule, message_of(rule));
  }
  for (const auto column : extensions_) {
    const auto cell = batch_.cell(row, column);
    if (records::is_null(cell)) continue;
    if (const char* rule = text_fault(cell, IZ_CELL_MAX); rule != nullptr && ok_) {
      context_.reject(batch_, row_, batch_.columns[column].name, cell, rule, message_of(rule));
      ok_ = false;
    }
  }
  return ok_;
}

void Cells::reject(std::uint32_t field, std::string_view rule, std::string_view message) {
  if (!ok_) return;
  ok_ = false;
  const auto* described = kind_.find(field);
  context_.reject(batch_, row_, described != nullptr ? described->name : "", raw(field), rule, message);
}

void Cells::warn(std::uint32_t field, std::string_view rule, std::string_view message) {
  const auto* described = kind_.find(field);
  context_.warn(batch_, row_, described != nullptr ? described->name : "", raw(field), rule, message);
}

records::Cell Cells::raw(std::uint32_t field) const {
  if (field >= kFields || column_of_[field] < 0) return {};
  return batch_.cell(row_, static_cast<std::size_t>(column_of_[field]));
}

std::optional<infrazen::Decimal> Cells::decimal(std::uint32_t field) const {
  const auto cell = raw(field);
  return records::is_null(cell) ? std::nullopt : parse_decimal(cell);
}
std::optional<std::int64_t> Cells::integer(std::uint32_t field) const {
  const auto cell = raw(field);
  return records::is_null(cell) ? std::nullopt : parse_integer(cell);
}
std::optional<std::int64_t> Cells::instant(std::uint32_t field) const {
  const auto cell = raw(field);
  return records::is_null(cell) ? std::nullopt : parse_instant(cell);
}
std::optional<std::chrono::sys_days> Cells::date(std::uint32_t field) const {
  const auto cell = raw(field);
  return records::is_null(cell) ? std::nullopt : parse_date(cell);
}

}  // namespace iz::ingest
