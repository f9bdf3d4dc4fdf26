// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "ingest/ingest_context.hpp"
#include "ingest/inventory/listing.hpp"
#include "ingest/inventory/row_hash.hpp"
#include "ingest/rows/spool.hpp"
#include "ingest/rows/validate.hpp"
#include "records/kinds.hpp"
#include "store/resources/resource_stage.hpp"
#include "store/resources/resource_writer.hpp"

namespace iz::ingest {

// Resources and their reported retirements. An unchanged row is hashed and looked up, nothing else; only a row that is news is
// validated, normalised and spooled.
class ResourceRows {
 public:
  explicit ResourceRows(IngestContext& context);

  void resources(const records::BatchView& batch);
  void retirements(const records::BatchView& batch);
  [[nodiscard]] Listing& listing() { return listing_; }

  void write(store::MarkTransaction& tx);
  void committed();
  [[nodiscard]] bool changed_incarnations() const { return staged_ > 0 || !retirements_.empty(); }
  [[nodiscard]] std::uint64_t pending_records() const { return staged_ + retirements_.size(); }
  [[nodiscard]] std::uint64_t pending_bytes() const { return spool_.size(); }

 private:
  struct Key {
    std::string_view account_id, raw_type, external_id;
  };
  void fill(const Cells& cells, const records::BatchView& batch, std::size_t row, store::ResourceRow& out);
  void price(Cells& cells, store::ResourceRow& out);
  void extension(const Cells& cells, const records::BatchView& batch, std::size_t row);
  void note_repetition(const records::BatchView& batch, std::size_t row, const Key& key, bool differs);
  // Whether a retirement of this resource waits for the same mark: the row comes after it, and brings the resource back.
  bool retired_before(const Key& key);

  struct PendingRetirement {
    store::ReportedRetirement retirement;
    bool before_row = false;
  };

  IngestContext& context_;
  const records::Kind& kind_;
  Listing listing_;
  store::ResourceWriter writer_;
  RowHasher hasher_;
  Spool spool_;
  std::uint64_t staged_ = 0;
  std::int64_t ordinal_ = 0;
  bool repeated_ = false;
  std::vector<PendingRetirement> retirements_;
  std::unordered_map<std::string, std::size_t> retirement_of_;  // type, U+0000, id → the last one of it
  std::string encoded_, resource_type_, status_, extension_;    // of the row at hand
};

}  // namespace iz::ingest
