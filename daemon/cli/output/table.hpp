// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace iz::cli {

// Columns a terminal needs for UTF-8 text: combining marks take none, CJK and emoji take two.
[[nodiscard]] std::size_t display_width(std::string_view text);

// Control characters become '?', so that a name from a provider cannot play with the terminal.
[[nodiscard]] std::string for_people(std::string_view text);

enum class TableFormat : std::uint8_t { table, csv, json };

struct TableColumn {
  std::string key;    // in csv and json
  std::string title;  // for people
  bool right = false;
  bool number = false;  // written to json without quotes
};

// Rows of text, for people or for programs.
class Table {
 public:
  explicit Table(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> cells) { rows_.push_back({std::move(cells), false}); }
  // Below a rule; not in csv and json, where sums are the reader's business.
  void add_total(std::vector<std::string> cells) { rows_.push_back({std::move(cells), true}); }
  [[nodiscard]] bool empty() const noexcept { return rows_.empty(); }

  // To people as for_people() says.
  void write(std::ostream& out, TableFormat format) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    bool total;
  };
  void write_table(std::ostream& out) const;
  void write_csv(std::ostream& out) const;
  void write_json(std::ostream& out) const;

  std::vector<TableColumn> columns_;
  std::vector<Row> rows_;
};

}  // namespace iz::cli
