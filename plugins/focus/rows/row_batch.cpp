// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "focus/rows/row_batch.hpp"

#include <algorithm>
#include <utility>

#include "support/encoding.hpp"
#include <infrazen/abi/records.h>
#include <infrazen/text.hpp>

namespace iz::focus {
namespace {

using infrazen::Severity;
using support::CsvFault;
using support::CsvField;
using support::CsvRecord;

constexpr std::uint64_t kFlushBytes = 4U << 20;  // far enough below IZ_BATCH_BYTES_MAX for one more row
constexpr std::uint64_t kRowBytes = 2U << 20;    // a row beyond this is refused

std::uint32_t provider_field(const Header& header) {
  return header.version >= Version::v1_3 ? IZ_CHARGE_SERVICE_PROVIDER_NAME : IZ_CHARGE_PROVIDER_NAME;
}

}  // namespace

RowBatch::RowBatch(const infrazen::Sink& sink, const Header& header, const Settings& settings, support::Issues& issues,
                   std::string_view scope, std::string_view origin)
    : sink_(sink), settings_(settings), issues_(issues), scope_(scope), origin_(origin) {
  for (std::size_t i = 0; i < header.columns.size(); ++i) {
    const FileColumn& column = header.columns[i];
    Plan& plan = plans_.emplace_back();
    plan.name = column.name;
    plan.focus = column.focus != nullptr;
    plan.instant = plan.focus && column.focus->instant;
    if (plan.instant) instants_.push_back(i);
    if (plan.focus) {
      columns_.push_back({column.focus->field, 0, iz_str{}});
      plan.provider = !settings.provider.empty() && column.focus->field == provider_field(header);
    } else {
      columns_.push_back({IZ_FIELD_EXTENSION, 0, infrazen::to_abi(column.sent_as)});
    }
  }
  provider_added_ = !settings.provider.empty() && std::ranges::none_of(plans_, &Plan::provider);
  if (provider_added_) columns_.push_back({provider_field(header), 0, iz_str{}});
  for (const std::string& text : settings.null_texts) {
    if (text.empty()) continue;
    null_starts_[static_cast<unsigned char>(text.front())] = true;
    longest_null_ = std::max(longest_null_, text.size());
  }
}

void RowBatch::add(const CsvRecord& record, bool plain) {
  if (!is_row(record)) return;
  const std::size_t start = cells_.size();
  cells_.resize(start + columns_.size());
  iz_str* const cells = cells_.data() + start;
  set_cells(record, cells);
  if (!plain) {
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      if (cells[i].ptr != nullptr) set_encoding(plans_[i], cells[i], record.line);
    }
  }
  for (const std::size_t i : instants_) {
    if (cells[i].ptr != nullptr) set_instant(plans_[i], cells[i], record.line);
  }
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) bytes += cells[i].len;
  const bool too_long = bytes > kRowBytes || std::any_of(cells, cells + columns_.size(),
                                                         [](const iz_str& cell) { return cell.len > IZ_CELL_MAX; });
  if (too_long) {
    issues_.add({.severity = Severity::rejected,
                 .rule = "too_long",
                 .line = record.line,
                 .message = "the row holds more than a charge may: 1 MiB in one field, or 2 MiB in all"});
    cells_.resize(start);
    return;
  }
  positions_.push_back(record.line);
  ++rows_;
  bytes_ += bytes;
  if (bytes_ >= kFlushBytes || positions_.size() == IZ_BATCH_ROWS_MAX) flush();
}

bool RowBatch::is_row(const CsvRecord& record) {
  const std::size_t expected = plans_.size();
  if (record.fault == CsvFault::unterminated_quote || record.fault == CsvFault::record_too_long) {
    const bool unterminated = record.fault == CsvFault::unterminated_quote;
    const std::string_view column =
        record.fault_field < expected ? plans_[record.fault_field].name : std::string_view();
    issues_.add(
        {.severity = Severity::rejected,
         .rule = unterminated ? "unterminated_quote" : "record_too_long",
         .column = column,
         .line = record.line,
         .message = unterminated
                        ? "a quoted field has no end: the file is cut off, or a quote is not doubled"
                        : "the record has no end within 8 MiB: a quote is not closed; nothing behind it can be read"});
    return false;
  }
  if (record.fields.size() != expected) {
    const bool truncated = record.cut && record.fields.size() < expected;
    const std::string message = "the row has " + std::to_string(record.fields.size()) + " fields, the header " +
                                std::to_string(expected) + (truncated ? ": the file is cut off" : "");
    issues_.add({.severity = Severity::rejected,
                 .rule = truncated ? "truncated" : "field_count",
                 .line = record.line,
                 .message = message});
    return false;
  }
  if (record.fault == CsvFault::stray_quote) {
    Plan& plan = plans_[record.fault_field];
    count(plan, "stray_quote", "", record.line, record.fields[record.fault_field].text(),
          "a quote stands inside a field that is not quoted, or text behind a closing quote: taken as it stands (RFC "
          "4180)");
  }
  return true;
}

const std::string* RowBatch::null_text(const CsvField& field) const {
  for (const std::string& text : settings_.null_texts) {
    if (text == field.text()) return &text;
  }
  return nullptr;
}

void RowBatch::set_cells(const CsvRecord& record, iz_str* cells) {
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    const CsvField& field = record.fields[i];
    if (field.size == 0) {
      cells[i] = iz_str{};
      if (field.quoted && plans_[i].focus) {
        count(plans_[i], "empty_string", "", record.line, "\"\"",
              "an empty text stands where null is meant; taken as null (NullHandling-A-001)");
      }
      continue;
    }
    if (field.size <= longest_null_ && null_starts_[static_cast<unsigned char>(*field.data)]) {
      if (const std::string* text = null_text(field)) {
        cells[i] = iz_str{};
        count(plans_[i], "literal_null", *text, record.line, *text,
              "a text stands where null is meant; taken as null (NullHandling-A-001)");
        continue;
      }
    }
    cells[i] = {field.data, field.size};
    if (plans_[i].provider) cells[i] = infrazen::to_abi(settings_.provider);
  }
  if (provider_added_) cells[plans_.size()] = infrazen::to_abi(settings_.provider);
}

void RowBatch::set_instant(Plan& plan, iz_str& cell, std::uint64_t line) {
  const std::string_view raw = infrazen::from_abi(cell);
  if (has_focus_form(raw)) return;
  if (raw != plan.last_raw) {
    plan.last_form = read_date(raw, plan.last_instant);
    plan.last_raw = raw;
  }
  // An unreadable one is for the daemon to refuse, with the text as it stands.
  if (plan.last_form == DateForm::unreadable) return;
  const std::string_view sentence = describe(plan.last_form);
  count(plan, "date_format", sentence, line, raw, sentence);
  cell = infrazen::to_abi(arena_.copy(plan.last_instant.text()));
}

void RowBatch::set_encoding(Plan& plan, iz_str& cell, std::uint64_t line) {
  const std::string_view raw = infrazen::from_abi(cell);
  if (support::is_plain_ascii(raw) || support::is_text(raw)) return;
  scratch_.clear();
  std::string_view message = "bytes that are no UTF-8, replaced by U+FFFD";
  if (support::looks_like_windows_1251(raw)) {
    support::append_windows_1251(scratch_, raw);
    message = "bytes that are no UTF-8; read as Windows-1251, which the setting 'encoding' can say for the whole file";
  } else {
    support::append_repaired(scratch_, raw);
  }
  count(plan, "encoding", message, line, scratch_, message);
  cell = infrazen::to_abi(arena_.copy(scratch_));
}

void RowBatch::count(Plan& plan, const char* rule, std::string_view form, std::uint64_t line, std::string_view value,
                     std::string_view message) {
  if (plan.last_rule == rule && plan.last_form_issue.data() == form.data()) {
    issues_.again(plan.last_place);
    return;
  }
  plan.last_rule = rule;
  plan.last_form_issue = form;
  plan.last_place =
      issues_.add({.rule = rule, .column = plan.name, .form = form, .line = line, .value = value, .message = message});
}

void RowBatch::flush() {
  if (positions_.empty()) return;
  const iz_batch batch{.struct_size = sizeof(iz_batch),
                       .kind = IZ_KIND_CHARGE,
                       .scope = infrazen::to_abi(scope_),
                       .origin = infrazen::to_abi(origin_),
                       .columns = columns_.data(),
                       .column_count = static_cast<std::uint32_t>(columns_.size()),
                       .column_stride = sizeof(iz_column),
                       .cells = cells_.data(),
                       .row_count = static_cast<std::uint32_t>(positions_.size()),
                       .reserved = 0,
                       .positions = positions_.data()};
  sink_.push(batch);
  cells_.clear();
  positions_.clear();
  arena_.clear();
  bytes_ = 0;
}

}  // namespace iz::focus
