// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// A file that says it is a bill: its header line and its rows, as UTF-8 or Windows-1251. The first byte chooses. What
// goes to the daemon has to be what the ABI allows.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "focus/rows/header.hpp"
#include "focus/rows/row_batch.hpp"
#include "support/encoding.hpp"

namespace {

using namespace iz::focus;
using iz::support::is_text;

std::string_view view(const iz_str& text) {
  return {text.ptr, text.len};
}

int32_t take(void*, const iz_batch* batch, iz_error*) {
  if (batch->column_count > IZ_BATCH_COLUMNS_MAX || batch->row_count > IZ_BATCH_ROWS_MAX) std::abort();
  for (std::size_t i = 0; i < std::size_t{batch->row_count} * batch->column_count; ++i) {
    const iz_str& cell = batch->cells[i];
    if (cell.ptr != nullptr && !is_text(view(cell))) std::abort();
  }
  for (std::uint32_t c = 0; c < batch->column_count; ++c) {
    const iz_column& column = batch->columns[c];
    if (column.field == IZ_FIELD_EXTENSION &&
        (column.name.len == 0 || column.name.len > 128 || !is_text(view(column.name)))) {
      std::abort();
    }
    for (std::uint32_t other = 0; other < c; ++other) {
      if (column.field == batch->columns[other].field && view(column.name) == view(batch->columns[other].name))
        std::abort();
    }
  }
  return IZ_OK;
}

int32_t hear(void*, const iz_finding* finding, iz_error*) {
  // Of the value, which may be any bytes of the file, the host makes text.
  if (finding->rule.len == 0 || finding->message.len == 0 || !is_text(view(finding->message))) std::abort();
  if (finding->column.ptr != nullptr && !is_text(view(finding->column))) std::abort();
  return IZ_OK;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const unsigned choice = data[0];
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Settings settings;
  settings.null_texts = {"NULL", "null", "-"};
  settings.delimiter = (choice & 1) != 0 ? ';' : ',';
  if ((choice & 2) != 0) settings.provider = "Yandex Cloud";
  std::string decoded;
  if ((choice & 4) != 0) {
    iz::support::append_windows_1251(decoded, text);
    text = decoded;
  }
  iz::support::MemorySource source(text);
  iz::support::CsvReader csv(source,
                             {.delimiter = settings.delimiter, .block = 64 + (choice >> 3), .max_record = 4096});
  iz::support::CsvRecord record;
  while (csv.fill()) {
    if (csv.next(record)) break;
  }
  if (record.fields.empty() || record.fault != iz::support::CsvFault::none) return 0;
  // Names live longer than the reader's block.
  std::vector<std::string> header_line;
  for (const auto& field : record.fields) header_line.emplace_back(field.text());
  const std::vector<std::string_view> names(header_line.begin(), header_line.end());
  if (!std::ranges::all_of(names, is_text)) return 0;  // bill_file.cpp refuses it
  iz::support::Issues issues;
  const Header header = read_header(names, std::nullopt, issues);
  const iz_sink_1 table{sizeof(iz_sink_1), 0, nullptr, take, nullptr, nullptr, nullptr, nullptr, hear};
  const infrazen::Sink sink(table);
  if (!header.refused && header.dataset == Dataset::cost_and_usage) {
    if (header.columns.size() != names.size()) std::abort();
    RowBatch rows(sink, header, settings, issues, "bill", "bill.csv");
    do {
      while (csv.next(record)) rows.add(record, csv.plain_ascii());
      rows.flush();
    } while (csv.fill());
  }
  issues.report(sink, "bill", "bill.csv");
  return 0;
}
