// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "focus/rows/dates.hpp"
#include "focus/rows/header.hpp"
#include "focus/settings.hpp"
#include "support/csv.hpp"
#include "support/issues.hpp"
#include <infrazen/arena.hpp>
#include <infrazen/sink.hpp>

namespace iz::focus {

// Turns records of one file into a batch of charges. Cells are views of the reader's block, so flush() before the
// reader reads on. What a cell may not hold is put right here and reported: texts that mean null, dates in other forms,
// bytes that are no UTF-8.
class RowBatch {
 public:
  // All outlive this. `scope` is open.
  RowBatch(const infrazen::Sink& sink, const Header& header, const Settings& settings, support::Issues& issues,
           std::string_view scope, std::string_view origin);

  // `plain`: the record has no byte that needs a look at its encoding. A record that is no row (field count, quotes) is
  // reported and left out.
  void add(const support::CsvRecord& record, bool plain);
  void flush();
  [[nodiscard]] std::uint64_t rows() const { return rows_; }

 private:
  // What is remembered about a column of the file.
  struct Plan {
    std::string_view name;
    bool focus = false;
    bool instant = false;
    bool provider = false;  // its text is replaced by the setting's
    std::string last_raw;   // of an instant, with what it became
    DateForm last_form = DateForm::focus;
    InstantText last_instant;
    std::string_view last_form_issue;  // the issue last reported of this column, and its place
    const char* last_rule = nullptr;
    std::size_t last_place = 0;
  };

  bool is_row(const support::CsvRecord& record);
  void set_cells(const support::CsvRecord& record, iz_str* cells);
  [[nodiscard]] const std::string* null_text(const support::CsvField& field) const;
  void set_instant(Plan& plan, iz_str& cell, std::uint64_t line);
  void set_encoding(Plan& plan, iz_str& cell, std::uint64_t line);
  // Counts an issue that may occur in every row; rule and form live for ever.
  void count(Plan& plan, const char* rule, std::string_view form, std::uint64_t line, std::string_view value,
             std::string_view message);

  const infrazen::Sink& sink_;
  const Settings& settings_;
  support::Issues& issues_;
  std::string_view scope_;
  std::string_view origin_;
  std::vector<Plan> plans_;
  std::vector<std::size_t> instants_;
  std::vector<iz_column> columns_;
  std::array<bool, 256> null_starts_{};  // first bytes of null_texts
  std::size_t longest_null_ = 0;
  bool provider_added_ = false;  // the file has no provider column: one is appended
  std::vector<iz_str> cells_;
  std::vector<std::uint64_t> positions_;
  infrazen::Arena arena_;  // texts that are not in the block as they are needed
  std::string scratch_;
  std::uint64_t bytes_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace iz::focus
