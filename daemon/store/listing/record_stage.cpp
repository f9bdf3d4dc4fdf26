// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/listing/record_stage.hpp"

namespace iz::store {
namespace {

const char* pg_type(records::FieldType type) {
  switch (type) {
    case records::FieldType::text: return "text";
    case records::FieldType::decimal: return "numeric";
    case records::FieldType::integer: return "bigint";
    case records::FieldType::instant: return "timestamptz";
    case records::FieldType::date: return "date";
    case records::FieldType::json_object:
    case records::FieldType::json_array: return "jsonb";
  }
  return "text";
}

}  // namespace

RecordStage::RecordStage(const records::Kind& kind) {
  table_ = "iz_stage_" + std::string(kind.name);
  create_ = "CREATE TEMPORARY TABLE IF NOT EXISTS " + table_ +
            " (n bigint, ref_ix integer, scope_ix integer, key_hash uuid, row_hash uuid";
  columns_ = table_ + " (n, ref_ix, scope_ix, key_hash, row_hash";
  for (const records::Field& field : kind.fields) {
    const std::string name = "\"" + std::string(field.name) + "\"";
    create_ += ", " + name + " " + pg_type(field.type);
    columns_ += ", " + name;
  }
  create_ += ") ON COMMIT DELETE ROWS";
  columns_ += ")";
}

void RecordStage::create(MarkTransaction& tx) const { tx.exec(create_); }

}  // namespace iz::store
