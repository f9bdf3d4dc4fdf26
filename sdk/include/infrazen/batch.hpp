// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <infrazen/arena.hpp>
#include <infrazen/sink.hpp>

namespace infrazen {

// Rows with a fixed set of columns, for bulk: a million rows a second and more, where a record struct per row would
// cost too much. One thread per builder; several builders of different kinds may push at once.
//
//   BatchBuilder rows(sync.sink(), Kind::charge, {{IZ_CHARGE_BILLED_COST}, {IZ_CHARGE_BILLING_ACCOUNT_ID}, …});
//   rows.scope("2026-09");                 // a scope that is open
//   rows.row(line); rows.copy(0, cost); rows.borrow(1, account_that_outlives_the_flush); …
//   rows.flush();
class BatchBuilder {
 public:
  struct Column {
    std::uint32_t field = 0;     // IZ_<KIND>_* or IZ_FIELD_EXTENSION
    std::string_view name = {};  // with IZ_FIELD_EXTENSION
  };

  BatchBuilder(const Sink& sink, Kind kind, std::span<const Column> columns) : sink_(sink), kind_(kind) {
    columns_.reserve(columns.size());
    names_.reserve(columns.size());
    for (const Column& column : columns) {
      names_.emplace_back(column.name);
      columns_.push_back({column.field, 0, column.field == IZ_FIELD_EXTENSION ? to_abi(names_.back()) : iz_str{}});
    }
    max_rows_ = std::min<std::size_t>(IZ_BATCH_ROWS_MAX,
                                      std::max<std::size_t>(1, kCells / std::max<std::size_t>(1, columns.size())));
  }
  BatchBuilder(const Sink& sink, Kind kind, std::initializer_list<Column> columns)
      : BatchBuilder(sink, kind, std::span(columns.begin(), columns.size())) {}
  BatchBuilder(const BatchBuilder&) = delete;
  BatchBuilder& operator=(const BatchBuilder&) = delete;

  // Both flush what is there. An empty text is null: no scope, no origin.
  void scope(std::string_view scope) { change(scope_, scope); }
  void origin(std::string_view origin) { change(origin_, origin); }

  // Starts a row with every cell null, after a flush if the batch is full.
  void row(std::uint64_t position = 0) {
    if (full()) flush();
    cells_.resize(cells_.size() + columns_.size(), iz_str{});
    positions_.push_back(position);
    positioned_ = positioned_ || position != 0;
  }
  // Sets a cell of the row started last. borrow(): the text lives until the next flush, which row() may cause.
  void copy(std::size_t column, std::string_view text) { borrow(column, arena_.copy(text)); }
  void borrow(std::size_t column, std::string_view text) {
    cells_[cells_.size() - columns_.size() + column] = to_abi(text);
    borrowed_ += text.size();
  }
  // Room in the batch's memory, for writing a number in place: written(column, begin, end) afterwards.
  char* reserve(std::size_t size) { return arena_.reserve(size); }
  void written(std::size_t column, const char* begin, const char* end) {
    const auto size = static_cast<std::size_t>(end - begin);
    arena_.commit(size);
    borrow(column, {begin, size});
  }

  [[nodiscard]] std::size_t rows() const { return positions_.size(); }
  [[nodiscard]] bool full() const { return rows() >= max_rows_ || borrowed_ >= kBytes; }

  void flush() {
    if (positions_.empty()) return;
    const iz_batch batch{sizeof(iz_batch),
                         static_cast<std::uint32_t>(kind_),
                         scope_.empty() ? iz_str{} : to_abi(scope_),
                         origin_.empty() ? iz_str{} : to_abi(origin_),
                         columns_.data(),
                         static_cast<std::uint32_t>(columns_.size()),
                         sizeof(iz_column),
                         cells_.data(),
                         static_cast<std::uint32_t>(positions_.size()),
                         0,
                         positioned_ ? positions_.data() : nullptr};
    sink_.push(batch);
    discard();
  }
  // Forgets the rows that were not flushed.
  void discard() {
    cells_.clear();
    positions_.clear();
    arena_.clear();
    borrowed_ = 0;
    positioned_ = false;
  }

 private:
  static constexpr std::size_t kCells = 128 * 1024;       // 2 MB of iz_str: stays in the cache
  static constexpr std::size_t kBytes = 2 * 1024 * 1024;  // plus at most one row of cells, within IZ_BATCH_BYTES_MAX

  void change(std::string& member, std::string_view text) {
    if (member == text) return;
    flush();
    member = text;
  }

  Sink sink_;
  Kind kind_;
  std::vector<std::string> names_;
  std::vector<iz_column> columns_;
  std::vector<iz_str> cells_;
  std::vector<std::uint64_t> positions_;
  Arena arena_;
  std::string scope_;
  std::string origin_;
  std::size_t max_rows_ = 0;
  std::size_t borrowed_ = 0;
  bool positioned_ = false;
};

}  // namespace infrazen
