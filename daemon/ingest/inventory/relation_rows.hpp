// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <vector>

#include "ingest/inventory/listing.hpp"
#include "ingest/inventory/row_hash.hpp"
#include "ingest/rows/staged_records.hpp"
#include "store/resources/relations.hpp"

namespace iz::ingest {

// Relations between resources. One is nothing but its key, so it is either known or new.
class RelationRows {
 public:
  explicit RelationRows(IngestContext& context);
  void batch(const records::BatchView& batch);
  [[nodiscard]] Listing& listing() { return listing_; }

  // After the resources of the same mark. `resources_changed`: ids that were resolved before may be of former incarnations.
  void write(store::MarkTransaction& tx, bool resources_changed);
  void committed();
  [[nodiscard]] std::uint64_t pending_records() const { return staged_.records(); }
  [[nodiscard]] std::uint64_t pending_bytes() const { return staged_.bytes(); }

 private:
  IngestContext& context_;
  Listing listing_;
  RowHasher hasher_;
  StagedRecords staged_;
  store::ResourceResolver resources_;
  std::vector<store::ResourceResolver::Reference> to_;  // by place in the stage
};

}  // namespace iz::ingest
