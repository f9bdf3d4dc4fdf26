// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "records/kinds.hpp"
#include "store/session/mark_session.hpp"

namespace iz::store {

// The temporary table iz_stage_<kind>: what every record needs, then one column for each field of the kind, named and typed as
// records/kinds.cpp describes it. The session keeps it; COMMIT empties it.
//   n bigint           order within the mark
//   ref_ix integer     ResourceResolver::Reference; -1: refers to none
//   scope_ix integer   ScopeBook's number; -1: none
//   key_hash uuid, row_hash uuid   of what the kind calls its key, and of all cells
class RecordStage {
 public:
  explicit RecordStage(const records::Kind& kind);
  void create(MarkTransaction& tx) const;
  [[nodiscard]] const std::string& table() const { return table_; }
  [[nodiscard]] const std::string& columns() const { return columns_; }  // for MarkTransaction::copy

 private:
  std::string table_;
  std::string create_;
  std::string columns_;
};

// Who delivers: first parameters of the statements that move a stage's rows on.
struct RecordOrigin {
  std::int32_t tenant_id = 0;
  std::int32_t connection_id = 0;
  std::int32_t stream_id = 0;
  std::string provider;
};

// Ids by reference or number, for "($n::bigint[])[ref_ix + 1]".
template <typename Ids>
void append_ids(BinaryArray& array, const Ids& ids) {
  for (std::uint32_t at = 0; at < ids.size(); ++at) array.add().i64(ids.id(at));
}

}  // namespace iz::store
