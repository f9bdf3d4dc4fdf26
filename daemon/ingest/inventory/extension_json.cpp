// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/inventory/extension_json.hpp"

#include "ingest/rows/json_check.hpp"
#include "ingest/rows/validate.hpp"

namespace iz::ingest {
namespace {

constexpr std::size_t kTextMax = 1024;
constexpr std::size_t kJsonMax = 65536;

const char* fault(records::ColumnType type, std::string_view cell) {
  switch (type) {
    case records::ColumnType::text: return text_fault(cell, kTextMax);
    case records::ColumnType::integer: return parse_integer(cell) ? nullptr : "integer_format";
    case records::ColumnType::decimal: return decimal_fault(cell);
    case records::ColumnType::boolean: return cell == "true" || cell == "false" ? nullptr : "boolean_format";
    case records::ColumnType::instant: return parse_instant(cell) ? nullptr : "instant_format";
    case records::ColumnType::json: return json_fault(cell, !cell.starts_with('['), kJsonMax);
  }
  return "type_unknown";
}

}  // namespace

const char* append_extension(std::string& out, const records::ExtensionColumn& column, std::string_view cell) {
  if (const char* rule = fault(column.type, cell)) return rule;
  if (out.back() != '{') out.push_back(',');
  append_json_string(out, column.name);
  out.push_back(':');
  if (column.type == records::ColumnType::json) {
    out += cell;
  } else {
    append_json_string(out, cell);
  }
  return nullptr;
}

}  // namespace iz::ingest
