// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <infrazen/decimal.hpp>

#include "ingest/ingest_context.hpp"
#include "records/batch.hpp"
#include "records/kinds.hpp"

// From a cell to a typed value, for every FieldType. Pure functions: nullopt (or a fault's name) says no; Cells below makes the
// finding.
namespace iz::ingest {

// nullptr when it is good, else a rule's name ("decimal_format", "too_long", "utf8", …) that message_of() explains.
[[nodiscard]] const char* text_fault(std::string_view text, std::size_t max_bytes);
[[nodiscard]] const char* decimal_fault(std::string_view text);
[[nodiscard]] const char* json_fault(std::string_view text, bool object, std::size_t max_bytes);
[[nodiscard]] const char* cell_fault(const records::Field& field, std::string_view text);
[[nodiscard]] std::string_view message_of(std::string_view rule);

[[nodiscard]] std::optional<infrazen::Decimal> parse_decimal(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);
// "2026-09-01T00:00:00Z" → microseconds since the epoch; years 1970 to 2199.
[[nodiscard]] std::optional<std::int64_t> parse_instant(std::string_view text);
[[nodiscard]] std::optional<std::chrono::sys_days> parse_date(std::string_view text);

// One row of a batch, read by field id. A bad or missing needed cell becomes a rejection (once per row, the first fault), after
// which ok() is false and the row is to be left out:
//   Cells cells(context, kind, batch);            // once per batch: maps fields to columns
//   for (row…) { cells.row(row); auto id = cells.text(IZ_LOG_…); … if (!cells.ok()) continue; }
class Cells {
 public:
  Cells(IngestContext& context, const records::Kind& kind, const records::BatchView& batch);

  // Moves to a row and checks every cell of it. Returns ok().
  bool row(std::size_t row);
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] std::size_t index() const noexcept { return row_; }
  // Rejects the row for a reason of the caller's own.
  void reject(std::uint32_t field, std::string_view rule, std::string_view message);
  void warn(std::uint32_t field, std::string_view rule, std::string_view message);

  [[nodiscard]] records::Cell raw(std::uint32_t field) const;   // null when not in the batch
  [[nodiscard]] records::Cell text(std::uint32_t field) const { return raw(field); }
  [[nodiscard]] records::Cell json(std::uint32_t field) const { return raw(field); }
  [[nodiscard]] std::optional<infrazen::Decimal> decimal(std::uint32_t field) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::uint32_t field) const;
  [[nodiscard]] std::optional<std::int64_t> instant(std::uint32_t field) const;  // microseconds
  [[nodiscard]] std::optional<std::chrono::sys_days> date(std::uint32_t field) const;
  // Columns with IZ_FIELD_EXTENSION, by their place in the batch.
  [[nodiscard]] const std::vector<std::size_t>& extensions() const noexcept { return extensions_; }

 private:
  static constexpr std::uint32_t kFields = 128;  // ids of records.h are below
  IngestContext& context_;
  const records::Kind& kind_;
  const records::BatchView& batch_;
  std::int16_t column_of_[kFields];
  std::vector<const records::Field*> field_of_column_;
  std::vector<std::size_t> extensions_;
  std::size_t row_ = 0;
  bool ok_ = true;
};

}  // namespace iz::ingest
