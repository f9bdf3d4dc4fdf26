// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/rows/staged_records.hpp"

#include <algorithm>

#include "records/manifest.hpp"
#include "store/encoding/copy_binary.hpp"

namespace iz::ingest {
namespace {

constexpr std::uint64_t kChunk = 256 * 1024;

void encode(const Cells& cells, const records::Field& field, store::RowEncoder& row) {
  if (records::is_null(cells.raw(field.id))) return row.null();
  switch (field.type) {
    case records::FieldType::text: return row.text(cells.text(field.id));
    case records::FieldType::decimal: return row.numeric_text(cells.raw(field.id));
    case records::FieldType::integer: return row.i64(*cells.integer(field.id));
    case records::FieldType::instant: return row.timestamptz(*cells.instant(field.id));
    case records::FieldType::date: return row.date(*cells.date(field.id));
    case records::FieldType::json_object:
    case records::FieldType::json_array: return row.jsonb(cells.json(field.id));
  }
}

}  // namespace

StagedRecords::StagedRecords(IngestContext& context, const records::Kind& kind)
    : kind_(kind),
      stage_(kind),
      sensitive_(context.run().manifest == nullptr ? std::span<const std::string>{}
                                                   : std::span(context.run().manifest->sensitive_fields)),
      spool_(context.make_spool()) {}

void StagedRecords::add(const Cells& cells, const Head& head) {
  encoded_.clear();
  store::RowEncoder row(encoded_);
  row.begin_row(static_cast<std::int16_t>(5 + kind_.fields.size()));
  row.i64(static_cast<std::int64_t>(++records_));
  row.i32(head.reference);
  row.i32(head.scope);
  head.key_hash ? row.uuid(*head.key_hash) : row.null();
  head.row_hash ? row.uuid(*head.row_hash) : row.null();
  for (const records::Field& field : kind_.fields) encode(cells, field, row);
  spool_.append(encoded_);
}

void StagedRecords::copy(store::MarkTransaction& tx) {
  stage_.create(tx);
  store::CopyWriter copy = tx.copy(stage_.columns());
  copy_spool(spool_, records_, copy);
  copy.finish();
  for (const records::Field& field : kind_.fields) {
    if (field.type == records::FieldType::json_object || field.type == records::FieldType::json_array) {
      sensitive_.hide(tx, stage_.table(), field.name);
    }
  }
}

void StagedRecords::clear() {
  spool_.clear();
  records_ = 0;
}

void copy_spool(const Spool& spool, std::uint64_t rows, store::CopyWriter& copy) {
  std::string chunk;
  for (std::uint64_t at = 0; at < spool.size(); at += chunk.size()) {
    spool.read(at, static_cast<std::size_t>(std::min(kChunk, spool.size() - at)), chunk);
    copy.encoded(chunk, at == 0 ? static_cast<std::int64_t>(rows) : 0);
  }
}

store::RecordOrigin origin_of(const IngestContext& context) {
  return {context.tenant_id(), context.connection_id(), context.stream_id(), context.run().provider};
}

store::MarkSession& reading_session(IngestContext& context) {
  return context.transaction_open() ? context.side_session() : context.session();
}

}  // namespace iz::ingest
