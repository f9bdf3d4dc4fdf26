// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "yandex/exports/export_reading.hpp"
#include "yandex/rows/export_row.hpp"
#include <infrazen/decimal.hpp>
#include <infrazen/time.hpp>

namespace iz::yandex {

// What was imported per account, day and service, and when a report was last asked for: the part of the checkpoint that
// reconciling needs. Losing it delays a comparison until the days' files are read again.
class ImportedSums {
 public:
  using Services = std::map<std::string, infrazen::Decimal, std::less<>>;

  // What str() gave at an earlier run; a text that cannot be read is nothing.
  explicit ImportedSums(std::string_view text);
  // At most 40 KiB: the oldest days go first, and of comparisons, which have half of it, those of longest ago: they are
  // due next anyway.
  [[nodiscard]] std::string str();

  // A file is about to be read: rows are summed anew for the days it holds.
  void begin_file() { file_.clear(); }
  void add(const ExportRow& row) {
    file_[{std::string(row.text(Column::billing_account_id)), row.day}][std::string(row.text(Column::service_id))] +=
        row.cost + row.credit();
  }
  // The day is taken from the file; of a day that the file holds no row of any more, nothing is imported.
  void take(const AccountDay& day) { days_[day] = file_[day]; }

  [[nodiscard]] const std::map<AccountDay, Services>& days() const { return days_; }
  infrazen::Micros last_request{};                                       // of any account
  std::map<std::string, infrazen::Micros, std::less<>> last_comparison;  // by account

 private:
  std::map<AccountDay, Services> days_;
  std::map<AccountDay, Services> file_;
};

}  // namespace iz::yandex
