// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "yandex/costs/charge_lines.hpp"
#include "yandex/costs/cost_settings.hpp"
#include "yandex/rows/export_row.hpp"
#include <infrazen/batch.hpp>

namespace iz::yandex {

// Writes lines as FOCUS charges. Everything is copied.
class ChargeBatch {
 public:
  // All outlive this. `origin`: the file, for messages.
  ChargeBatch(const infrazen::Sink& sink, const ExportHeader& header, const CostSettings& settings,
              infrazen::Micros now, std::string_view origin);

  // Into the open scope named so.
  void add(std::string_view scope, const ExportRow& row, const ChargeLine& line);
  void flush() { batch_.flush(); }

 private:
  void text(std::size_t column, std::string_view text) {
    if (!text.empty()) batch_.copy(column, text);
  }
  void amount(std::size_t column, const infrazen::Decimal& value);
  void take_day(Day day, std::string_view currency);
  void write_where(const ExportRow& row, const ChargeLine& line);
  void write_what(const ExportRow& row, const ChargeLine& line);
  void write_quantity(const ExportRow& row, const ChargeLine& line);
  void write_commitment(const ExportRow& row, const ChargeLine& line);
  void write_tags(const ExportRow& row);

  const ExportHeader& header_;
  const CostSettings& settings_;
  infrazen::Micros now_;
  infrazen::BatchBuilder batch_;
  std::string tags_;
  // Of the day and currency of the row before.
  std::optional<Day> day_;
  std::string currency_;
  std::string start_, end_, month_start_, month_end_;
  std::optional<std::string_view> tax_rate_;
};

}  // namespace iz::yandex
