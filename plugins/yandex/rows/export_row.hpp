// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/csv.hpp"
#include "support/issues.hpp"
#include "yandex/rows/billing_day.hpp"
#include "yandex/rows/export_header.hpp"
#include <infrazen/decimal.hpp>

namespace iz::yandex {

// One row of a billing export: a SKU × folder × day (× resource × labels). Texts are views of the reader's block.
struct ExportRow {
  const ExportHeader* header = nullptr;
  std::vector<std::string_view> cells;  // as many as the header has columns; empty = absent
  std::uint64_t line = 0;
  Day day{};
  std::optional<infrazen::Decimal> quantity;
  infrazen::Decimal cost;                      // before discounts
  infrazen::Decimal grant, volume, cud, misc;  // parts of the credit, usually negative
  infrazen::Decimal other;                     // credit − the parts above
  [[nodiscard]] infrazen::Decimal credit() const { return grant + volume + cud + misc + other; }

  [[nodiscard]] std::string_view text(Column column) const {
    const std::int32_t at = header->places[static_cast<std::size_t>(column)];
    return at < 0 ? std::string_view() : cells[static_cast<std::size_t>(at)];
  }
  // Of what makes it this row and no other on its day: account, folder, resource, SKU, labels.
  [[nodiscard]] std::uint64_t identity() const;
};

// Makes rows of records. What cannot be represented (no account, date, currency or cost) is reported and left out;
// everything else is taken and reported where it is odd.
class RowReader {
 public:
  // Both outlive this.
  RowReader(const ExportHeader& header, support::Issues& issues) : header_(header), issues_(issues) {}

  // False: no row. `plain`: the record has no byte that needs a look at its encoding. The row's texts live until the
  // reader reads on or the next call.
  bool read(const support::CsvRecord& record, bool plain, ExportRow& row);

 private:
  bool is_whole(const support::CsvRecord& record);
  void take_cells(const support::CsvRecord& record, bool plain, ExportRow& row);
  bool take_cost(ExportRow& row);
  void take_credits(ExportRow& row);
  infrazen::Decimal amount(const ExportRow& row, Column column);
  bool reject(const ExportRow& row, Column column, std::string_view rule, std::string_view message);

  const ExportHeader& header_;
  support::Issues& issues_;
  std::vector<std::string> repaired_;
  std::string last_day_text_;
  Day last_day_{};
};

}  // namespace iz::yandex
