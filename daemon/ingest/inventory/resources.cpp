// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <memory>
#include <optional>

#include "ingest/inventory/relation_rows.hpp"
#include "ingest/inventory/resource_rows.hpp"
#include "ingest/kind_ingest.hpp"

namespace iz::ingest {
namespace {

// The family of an inventory: resources, retirements, relations. What earlier runs delivered is read when the first record or
// scope of a kind comes.
class Resources : public KindIngest {
 public:
  explicit Resources(IngestContext& context) : context_(context) {}

  void batch(const records::BatchView& batch) override {
    switch (batch.kind) {
      case IZ_KIND_RESOURCE: return rows().resources(batch);
      case IZ_KIND_RETIREMENT: return rows().retirements(batch);
      case IZ_KIND_RELATION: return relations().batch(batch);
      default: return KindIngest::batch(batch);
    }
  }
  void open_scope(std::uint32_t kind, std::string_view scope) override { listing(kind, scope).open(scope); }
  void close_scope(std::uint32_t kind, std::string_view scope) override { listing(kind, scope).close(scope); }

  void write(store::MarkTransaction& tx) override {
    const bool changed = rows_ && rows_->changed_incarnations();
    if (rows_) rows_->write(tx);
    if (relations_) relations_->write(tx, changed);
  }
  void committed() override {
    if (rows_) rows_->committed();
    if (relations_) relations_->committed();
  }
  void keep() override {
    if (rows_) rows_->listing().keep();
    if (relations_) relations_->listing().keep();
  }
  [[nodiscard]] std::uint64_t pending_records() const override {
    return (rows_ ? rows_->pending_records() : 0) + (relations_ ? relations_->pending_records() : 0);
  }
  [[nodiscard]] std::uint64_t pending_bytes() const override {
    return (rows_ ? rows_->pending_bytes() : 0) + (relations_ ? relations_->pending_bytes() : 0);
  }

 private:
  ResourceRows& rows() { return rows_ ? *rows_ : rows_.emplace(context_); }
  RelationRows& relations() { return relations_ ? *relations_ : relations_.emplace(context_); }
  Listing& listing(std::uint32_t kind, std::string_view scope) {
    if (kind == IZ_KIND_RETIREMENT) KindIngest::open_scope(kind, scope);  // throws: retirements have no scopes
    return kind == IZ_KIND_RELATION ? relations().listing() : rows().listing();
  }

  IngestContext& context_;
  std::optional<ResourceRows> rows_;
  std::optional<RelationRows> relations_;
};

}  // namespace

std::unique_ptr<KindIngest> make_resources(IngestContext& context) { return std::make_unique<Resources>(context); }

}  // namespace iz::ingest
