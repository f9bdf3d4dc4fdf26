// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/inventory/relation_rows.hpp"

namespace iz::ingest {

RelationRows::RelationRows(IngestContext& context)
    : context_(context),
      listing_(context, IZ_KIND_RELATION),
      hasher_(0),
      staged_(context, *records::find_kind(IZ_KIND_RELATION)),
      resources_(context.tenant_id(), context.connection_id(), context.run().provider) {
  listing_.recall(&store::load_relations);
}

void RelationRows::batch(const records::BatchView& batch) {
  const std::int32_t scope = listing_.scope_of(batch);
  Cells cells(context_, staged_.kind(), batch);
  for (std::size_t row = 0; row < batch.rows; ++row) {
    if (!cells.row(row)) {
      listing_.taint(scope);  // every column is part of the key
      continue;
    }
    const std::string_view texts[] = {cells.text(IZ_RELATION_FROM_TYPE), cells.text(IZ_RELATION_FROM_ID),
                                      cells.text(IZ_RELATION_TO_TYPE), cells.text(IZ_RELATION_TO_ID),
                                      cells.text(IZ_RELATION_RELATION)};
    const store::Uuid key = hasher_.texts(texts);
    if (!listing_.see(key, key, scope).news) continue;
    to_.push_back(resources_.reference(texts[2], texts[3]));
    staged_.add(cells, {static_cast<std::int32_t>(resources_.reference(texts[0], texts[1])), scope, key, key});
  }
}

void RelationRows::write(store::MarkTransaction& tx, bool resources_changed) {
  const store::RecordOrigin origin = origin_of(context_);
  listing_.scopes().store_new(tx);
  if (resources_changed) resources_.forget_ids();
  if (staged_.records() > 0) {
    resources_.resolve(tx);
    staged_.copy(tx);
    store::insert_relations(tx, origin, resources_, to_, listing_.scopes());
  }
  store::move_relations(tx, origin, listing_.moved());
  store::retire_relations(tx, origin, listing_.take_absent());
  listing_.scopes().store_complete(tx);
}

void RelationRows::committed() {
  listing_.committed();
  staged_.clear();
  to_.clear();
}

}  // namespace iz::ingest
