// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "cli/conformance/judges/identity.hpp"
#include "cli/conformance/judges/judges.hpp"
#include "cli/conformance/judges/values.hpp"
#include "records/kinds.hpp"
#include "records/utf8.hpp"

namespace iz::cli::conformance {
namespace {

using records::FieldType;

constexpr std::array<std::string_view, 3> kSizes{"memory_bytes", "storage_bytes", "cpu_cores"};

std::optional<FieldType> type_of(const records::ExtensionColumn* column) {
  if (column == nullptr) return std::nullopt;
  switch (column->type) {
    case records::ColumnType::integer: return FieldType::integer;
    case records::ColumnType::decimal: return FieldType::decimal;
    case records::ColumnType::instant: return FieldType::instant;
    case records::ColumnType::text:
    case records::ColumnType::boolean:
    case records::ColumnType::json: return FieldType::text;
  }
  return std::nullopt;
}

std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 80)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte >= 0x7F ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return text.size() > 80 ? out + "…" : out;
}

class RowJudge {
 public:
  RowJudge(const Stage& stage, const Play& play, Findings& findings)
      : stage_(stage), play_(play), findings_(findings), stream_(stage.manifest().find_stream(play.stream)) {}

  void judge(const RecordedRow& row) {
    row_ = &row;
    kind_ = records::find_kind(row.kind);
    check_kind();
    if (kind_ == nullptr) return;  // metrics are checked by the host, point by point
    for (const auto& field : kind_->fields) {
      if (field.needed && row.find(field.name) == nullptr) {
        broken("record.missing-field", fmt::format("{} of {} is null", field.name, identity(row)));
      }
    }
    for (std::size_t i = 0; i < row.columns->size(); ++i) {
      if (row.cells[i]) check_cell((*row.columns)[i], *row.cells[i]);
    }
  }

 private:
  void broken(std::string_view rule, const std::string& detail) {
    findings_.broken(rule, play_.title, shown_all(detail));
  }
  static std::string shown_all(const std::string& detail) { return records::is_utf8(detail) ? detail : shown(detail); }

  void check_kind() {
    if (stream_ == nullptr || stream_->kinds.empty()) return;
    if (std::ranges::find(stream_->kinds, row_->kind) != stream_->kinds.end()) return;
    broken("record.kind-undeclared",
           fmt::format("a {} was pushed by stream {}", kind_ == nullptr ? "metric" : kind_->name, play_.stream));
  }

  void check_cell(const RecordedColumn& column, const std::string& text) {
    const bool extension = column.field == IZ_FIELD_EXTENSION;
    const auto* declared = extension ? stage_.manifest().find_column(column.name) : nullptr;
    if (extension && row_->kind == IZ_KIND_RESOURCE && declared == nullptr) {
      broken("record.extension-undeclared", fmt::format("column {} of a resource", column.name));
    }
    const auto* field = extension ? nullptr : kind_->find(column.field);
    if (!records::is_utf8(text)) {
      return broken("record.malformed", fmt::format("{} is not UTF-8 without NUL: {}", column.name, shown(text)));
    }
    if (field != nullptr && text.size() > field->max_bytes) {
      broken("record.malformed",
             fmt::format("{} has {} bytes, at most {} are taken", column.name, text.size(), field->max_bytes));
    }
    const auto type = field != nullptr ? std::optional(field->type) : type_of(declared);
    if (!type) return;
    switch (fault_of(*type, text)) {
      case ValueFault::malformed:
        return broken("record.malformed", fmt::format("{} is '{}'", column.name, shown(text)));
      case ValueFault::not_utc: return broken("record.time", fmt::format("{} is '{}'", column.name, shown(text)));
      case ValueFault::none: break;
    }
    if (std::ranges::find(kSizes, column.name) != kSizes.end() && text.starts_with('-')) {
      broken("record.negative-size", fmt::format("{} of {} is {}", column.name, identity(*row_), text));
    }
    if (*type == FieldType::decimal && looks_like_double(text) && !stage_.said_by_provider(text)) {
      broken("record.float", fmt::format("{} is {}", column.name, text));
    }
  }

  const Stage& stage_;
  const Play& play_;
  Findings& findings_;
  const records::ManifestStream* stream_;
  const RecordedRow* row_ = nullptr;
  const records::Kind* kind_ = nullptr;
};

void judge_duplicates(const Play& play, const Life& life, Findings& findings) {
  std::map<std::tuple<std::size_t, std::string, std::string>, std::string> seen;
  for (const auto& row : life.rows) {
    if (!is_keyed(row)) continue;
    const auto [known, fresh] = seen.try_emplace({row.marks_before, row.scope, identity(row)}, content(row));
    if (!fresh && known->second != content(row)) {
      findings.broken("record.duplicate", play.title,
                      fmt::format("{} came twice{}, with other content", identity(row),
                                  row.scope.empty() ? "" : " in scope '" + row.scope + "'"));
    }
  }
}

}  // namespace

void judge_records(const Stage& stage, const Play& play, const RunRecord& run, Findings& findings) {
  RowJudge rows(stage, play, findings);
  for (const auto& life : run.lives) {
    for (const auto& row : life.rows) rows.judge(row);
    judge_duplicates(play, life, findings);
  }
}

}  // namespace iz::cli::conformance
