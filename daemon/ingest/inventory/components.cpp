// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/resources/components.hpp"

#include <memory>
#include <optional>

#include "ingest/inventory/listing.hpp"
#include "ingest/inventory/row_hash.hpp"
#include "ingest/kind_ingest.hpp"
#include "ingest/rows/staged_records.hpp"
#include "store/resources/resource_resolver.hpp"

namespace iz::ingest {
namespace {

constexpr std::uint64_t kComponentHashVersion = 1;

class Components : public KindIngest {
 public:
  explicit Components(IngestContext& context)
      : context_(context),
        listing_(context, IZ_KIND_COMPONENT),
        hasher_(RowHasher::seed_of(kComponentHashVersion, {})),
        staged_(context, *records::find_kind(IZ_KIND_COMPONENT)),
        resources_(context.tenant_id(), context.connection_id(), context.run().provider) {
    listing_.recall(&store::load_components);
  }

  void batch(const records::BatchView& batch) override {
    const std::int32_t scope = listing_.scope_of(batch);
    hasher_.begin(batch);
    std::optional<Cells> cells;
    constexpr std::uint32_t kKey[] = {IZ_COMPONENT_RESOURCE_TYPE, IZ_COMPONENT_EXTERNAL_ID, IZ_COMPONENT_COMPONENT_TYPE,
                                      IZ_COMPONENT_NAME};
    for (std::size_t row = 0; row < batch.rows; ++row) {
      std::string_view key_texts[4];
      bool whole = true;
      for (std::size_t part = 0; part < 4; ++part) {
        const int column = hasher_.column(kKey[part]);
        if (column >= 0) key_texts[part] = batch.cell(row, static_cast<std::size_t>(column));
        whole = whole && !key_texts[part].empty();
      }
      if (!whole) {
        context_.reject(batch, row, "name", key_texts[3], "needed",
                        "a component needs resource_type, external_id, component_type and name, and none of them empty");
        listing_.taint(scope);
        continue;
      }
      const store::Uuid key = hasher_.texts(key_texts);
      const store::Uuid hash = hasher_.row(batch, row);
      if (listing_.is_news(key, hash)) {
        if (!cells) cells.emplace(context_, staged_.kind(), batch);
        if (!cells->row(row)) {
          listing_.see_unreadable(key, scope);
          continue;
        }
      }
      const Listing::Sight sight = listing_.see(key, hash, scope);
      if (sight.repeated && sight.news) {
        context_.warn(batch, row, "name", key_texts[3], "repeated_component",
                      "the component came twice in one run, with different contents: the last one counts");
      }
      if (!sight.news) continue;
      staged_.add(*cells, {static_cast<std::int32_t>(resources_.reference(key_texts[0], key_texts[1])), scope, key, hash});
    }
  }

  void open_scope(std::uint32_t, std::string_view scope) override { listing_.open(scope); }
  void close_scope(std::uint32_t, std::string_view scope) override { listing_.close(scope); }

  void write(store::MarkTransaction& tx) override {
    const store::RecordOrigin origin = origin_of(context_);
    listing_.scopes().store_new(tx);
    if (staged_.records() > 0) {
      resources_.resolve(tx);
      staged_.copy(tx);
      store::upsert_components(tx, origin, resources_, listing_.scopes());
    }
    store::move_components(tx, origin, listing_.moved());
    store::retire_components(tx, origin, listing_.take_absent());
    listing_.scopes().store_complete(tx);
  }

  void committed() override {
    listing_.committed();
    staged_.clear();
    resources_.forget_ids();
  }
  void keep() override { listing_.keep(); }
  [[nodiscard]] std::uint64_t pending_records() const override { return staged_.records(); }
  [[nodiscard]] std::uint64_t pending_bytes() const override { return staged_.bytes(); }

 private:
  IngestContext& context_;
  Listing listing_;
  RowHasher hasher_;
  StagedRecords staged_;
  store::ResourceResolver resources_;
};

}  // namespace

std::unique_ptr<KindIngest> make_components(IngestContext& context) { return std::make_unique<Components>(context); }

}  // namespace iz::ingest
