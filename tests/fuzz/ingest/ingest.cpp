// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Cells as a connector may send them. The first byte is the type, the rest the text. What validation lets through is
// held to what the code behind it, and PostgreSQL, take for granted.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "ingest/inventory/extension_json.hpp"
#include "ingest/rows/json_check.hpp"
#include "ingest/rows/validate.hpp"
#include "records/utf8.hpp"
#include "store/encoding/copy_binary.hpp"
#include "support/encoding.hpp"

namespace {

using namespace iz;
using records::FieldType;

void require(bool holds) {
  if (!holds) std::abort();
}

void take_json(std::string_view text) {
  require(support::is_text(text));
  // Escapes are read here: jsonb has neither NUL nor half a surrogate pair.
  boost::json::error_code error;
  const auto value = boost::json::parse(text, error);
  require(!error);
  require(support::is_text(boost::json::serialize(value)));
}

void take(FieldType type, std::string_view text) {
  switch (type) {
    case FieldType::text: return require(support::is_text(text));
    case FieldType::decimal: {
      std::string row;
      store::RowEncoder(row).numeric_text(text);  // throws when it is none
      return require(infrazen::Decimal::parse(text).has_value());
    }
    case FieldType::integer: return require(ingest::parse_integer(text).has_value());
    case FieldType::instant: {
      const auto instant = ingest::parse_instant(text);
      return require(instant && *instant >= 0 && *instant < 7'258'118'400'000'000);  // 2200
    }
    case FieldType::date: return require(ingest::parse_date(text).has_value() && text.size() == 10);
    case FieldType::json_object:
    case FieldType::json_array: return take_json(text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  // A copy of its own, so that reading past the end is seen.
  const std::string input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string_view text(input);
  records::Field field{};
  field.type = static_cast<FieldType>(data[0] % 7);
  field.max_bytes = 4096;
  if (const char* fault = ingest::cell_fault(field, text)) {
    require(ingest::message_of(fault) != ingest::message_of("no such rule"));
  } else {
    take(field.type, text);
  }
  require(records::is_utf8(text) == support::is_text(text));

  // Texts become JSON, and the same text again.
  if (records::is_utf8(text)) {
    std::string quoted;
    ingest::append_json_string(quoted, text);
    require(ingest::check_json(quoted) == ingest::JsonShape::scalar);
    require(boost::json::parse(quoted).as_string() == text);
  }
  records::ExtensionColumn column;
  column.name = "cell";
  column.type = static_cast<records::ColumnType>(data[0] % 6);
  std::string object = "{";
  if (ingest::append_extension(object, column, text) == nullptr) {
    object += '}';
    require(ingest::check_json(object) == ingest::JsonShape::object);
  } else {
    require(object == "{");
  }
  return 0;
}
