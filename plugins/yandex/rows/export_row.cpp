// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/rows/export_row.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "support/encoding.hpp"

namespace iz::yandex {
namespace {

using infrazen::Decimal;
using infrazen::DecimalFault;
using infrazen::Severity;
using support::CsvFault;

void mix(std::uint64_t& hash, std::string_view text) {
  hash = XXH3_64bits_withSeed(text.data(), text.size(), hash + 1);
}

}  // namespace

std::uint64_t ExportRow::identity() const {
  std::uint64_t hash = 0;
  for (const Column column : {Column::billing_account_id, Column::cloud_id, Column::folder_id, Column::resource_id,
                              Column::service_id, Column::sku_id}) {
    mix(hash, text(column));
  }
  for (const NamedColumn& label : header->labels) {
    if (cells[label.place].empty()) continue;
    mix(hash, label.name);
    mix(hash, cells[label.place]);
  }
  return hash;
}

bool RowReader::read(const support::CsvRecord& record, bool plain, ExportRow& row) {
  row.header = &header_;
  row.line = record.line;
  if (!is_whole(record)) return false;
  take_cells(record, plain, row);
  if (row.text(Column::billing_account_id).empty()) {
    return reject(row, Column::billing_account_id, "no_account", "a row without a billing account cannot be taken");
  }
  if (row.text(Column::currency).empty()) {
    return reject(row, Column::currency, "no_currency", "a row without a currency cannot be taken");
  }
  if (const std::string_view date = row.text(Column::date); date.empty() || date != last_day_text_) {
    const auto day = parse_day(date);
    if (!day) return reject(row, Column::date, "date_format", "the date is no YYYY-MM-DD: the row cannot be taken");
    last_day_text_ = date;
    last_day_ = *day;
  }
  row.day = last_day_;
  if (!take_cost(row)) return false;
  take_credits(row);
  row.quantity.reset();
  if (const std::string_view text = row.text(Column::pricing_quantity); !text.empty()) {
    row.quantity = Decimal::parse(text);
    if (!row.quantity) {
      issues_.add({.rule = "decimal_format",
                   .column = name_of(Column::pricing_quantity),
                   .line = row.line,
                   .value = text,
                   .message = "the quantity is no decimal number: the charge is taken without one"});
    }
  }
  return true;
}

bool RowReader::is_whole(const support::CsvRecord& record) {
  const auto refuse = [&](std::string_view rule, std::string_view message) {
    issues_.add({.severity = Severity::rejected, .rule = rule, .line = record.line, .message = message});
    return false;
  };
  switch (record.fault) {
    case CsvFault::record_too_long: return refuse("csv", "a record has no end within 8 MiB: is a quote not closed?");
    case CsvFault::unterminated_quote: return refuse("csv", "the file ends inside a quoted field: is it cut off?");
    case CsvFault::none:
    case CsvFault::stray_quote: break;
  }
  if (record.fields.size() == header_.columns) return true;
  return refuse("field_count", "the row has another number of fields than the header: it cannot be taken");
}

void RowReader::take_cells(const support::CsvRecord& record, bool plain, ExportRow& row) {
  row.cells.clear();
  repaired_.clear();
  repaired_.reserve(plain ? 0 : record.fields.size());
  for (const support::CsvField& field : record.fields) {
    std::string_view text = field.text();
    if (!plain && !support::is_text(text)) {
      issues_.add({.rule = "encoding",
                   .line = row.line,
                   .value = text,
                   .message = "bytes that are no UTF-8, replaced by U+FFFD"});
      support::append_repaired(repaired_.emplace_back(), text);
      text = repaired_.back();
    }
    row.cells.push_back(text);
  }
}

bool RowReader::take_cost(ExportRow& row) {
  if (Decimal::parse(row.text(Column::cost), row.cost) == DecimalFault::none) return true;
  return reject(row, Column::cost, "decimal_format", "the cost is no decimal number: the row cannot be taken");
}

void RowReader::take_credits(ExportRow& row) {
  row.grant = amount(row, Column::monetary_grant_credit);
  row.volume = amount(row, Column::volume_incentive_credit);
  row.cud = amount(row, Column::cud_credit);
  row.misc = amount(row, Column::misc_credit);
  row.other = Decimal();
  const std::string_view text = row.text(Column::credit);
  Decimal total;
  if (text.empty() || Decimal::parse(text, total) != DecimalFault::none) return;
  row.other = total - (row.grant + row.volume + row.cud + row.misc);
  if (row.other.is_zero()) return;
  issues_.add({.rule = "credit_parts",
               .column = name_of(Column::credit),
               .line = row.line,
               .value = text,
               .message = "the credit is not the sum of its parts: the difference is kept as a credit of its own"});
}

Decimal RowReader::amount(const ExportRow& row, Column column) {
  const std::string_view text = row.text(column);
  Decimal value;
  if (text.empty() || text == "0" || Decimal::parse(text, value) == DecimalFault::none) return value;
  issues_.add({.rule = "decimal_format",
               .column = name_of(column),
               .form = name_of(column),
               .line = row.line,
               .value = text,
               .message = "the credit is no decimal number: taken as 0"});
  return {};
}

bool RowReader::reject(const ExportRow& row, Column column, std::string_view rule, std::string_view message) {
  issues_.add({.severity = Severity::rejected,
               .rule = rule,
               .column = name_of(column),
               .line = row.line,
               .value = row.text(column),
               .message = message});
  return false;
}

}  // namespace iz::yandex
