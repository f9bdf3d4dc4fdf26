// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ingest/ingest_context.hpp"
#include "ingest/rows/spool.hpp"
#include "ingest/rows/validate.hpp"
#include "records/kinds.hpp"
#include "store/listing/record_stage.hpp"
#include "store/resources/sensitive_fields.hpp"

namespace iz::ingest {

// Rows of one kind, encoded as they come and spooled until the mark copies them into iz_stage_<kind>.
class StagedRecords {
 public:
  StagedRecords(IngestContext& context, const records::Kind& kind);

  struct Head {
    std::int32_t reference = -1;  // of the resource it belongs to
    std::int32_t scope = -1;
    std::optional<store::Uuid> key_hash;
    std::optional<store::Uuid> row_hash;
  };
  // The row that `cells` is at, which is ok().
  void add(const Cells& cells, const Head& head);

  void copy(store::MarkTransaction& tx);  // creates the stage and fills it
  void clear();
  [[nodiscard]] std::uint64_t records() const { return records_; }
  [[nodiscard]] std::uint64_t bytes() const { return spool_.size(); }
  [[nodiscard]] const records::Kind& kind() const { return kind_; }

 private:
  const records::Kind& kind_;
  store::RecordStage stage_;
  store::SensitiveFields sensitive_;
  Spool spool_;
  std::uint64_t records_ = 0;
  std::string encoded_;
};

// Copies what a spool holds, rows encoded with their begin_row().
void copy_spool(const Spool& spool, std::uint64_t rows, store::CopyWriter& copy);

[[nodiscard]] store::RecordOrigin origin_of(const IngestContext& context);
// The session for reads at the start of a run.
[[nodiscard]] store::MarkSession& reading_session(IngestContext& context);

}  // namespace iz::ingest
