// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/ingest_context.hpp"
#include "records/batch.hpp"
#include "store/listing/known_rows.hpp"
#include "store/listing/scope_book.hpp"

namespace iz::ingest {

// What a stream knew of one kind (resources, relations, components), held against what this run sees: tells new and changed
// rows from unchanged ones, and what a completely listed scope did not contain.
//
// A row belongs to the scope that listed it last. Only closing that scope in the run that opened it can retire it, and only
// when the mark comes: a row that turns up elsewhere before the mark has merely moved.
class Listing {
 public:
  // A targeted run may open and close scopes; nothing is ever retired by it.
  Listing(IngestContext& context, std::uint32_t kind);

  using Know = std::function<void(const store::Uuid& key, const store::Uuid& hash, std::int64_t scope_id)>;
  using Load = void (*)(store::MarkSession&, const store::StreamLease&, const Know&);
  // What earlier runs delivered; before anything is seen. Read from the database, unless it was kept.
  void recall(Load load);
  // At the end of a run all of which is committed: for the next run, which then need not read it. The listing ends with it.
  void keep();

  void open(std::string_view scope);
  void close(std::string_view scope);  // RunError (permanent) when this run did not open it
  // The number of the batch's scope, -1 for none; RunError (permanent) when it is not open.
  [[nodiscard]] std::int32_t scope_of(const records::BatchView& batch) const;

  // Whether a row with this hash has to be written. Looks only.
  [[nodiscard]] bool is_news(const store::Uuid& key, const store::Uuid& hash);
  struct Sight {
    bool news = false;           // to be written
    bool repeated = false;       // this run had it already
    bool seen_before = false;    // … or in another scope, or before its scope was opened again
    bool absent_before = false;  // this run had retired it as absent
  };
  Sight see(const store::Uuid& key, const store::Uuid& hash, std::int32_t scope);
  // A row that could not be read, but whose key could: it is there, so it is not retired. Nothing for an unknown key.
  void see_unreadable(const store::Uuid& key, std::int32_t scope);
  // A row of which not even the key could be read: the scope retires nothing this time.
  void taint(std::int32_t scope);
  // It was retired by other means.
  void forget(const store::Uuid& key);

  // ---- at the mark, in this order ----
  [[nodiscard]] store::ScopeBook& scopes() { return scopes_; }
  // Key and scope id of unchanged rows that moved. Needs the scopes' ids.
  [[nodiscard]] std::vector<std::pair<store::Uuid, std::int64_t>> moved();
  // Keys that closed scopes did not contain; they are gone from now on.
  [[nodiscard]] std::vector<store::Uuid> take_absent();
  [[nodiscard]] bool anything_closed() const { return anything_closed_; }
  void committed();

  [[nodiscard]] std::size_t size() const { return rows_.size(); }

 private:
  void know(const store::Uuid& key, const store::Uuid& hash, std::int64_t scope_id);
  void enter(store::KnownRows::Row& row, std::int32_t scope);
  void leave(store::KnownRows::Row& row);
  [[nodiscard]] bool seen_since_opening(const store::KnownRows::Row& row, const store::ScopeBook::Scope& scope) const {
    return scope.opened != 0 && row.seen >= scope.opened;
  }

  IngestContext& context_;
  std::uint32_t kind_;
  store::ScopeBook scopes_;
  store::KnownRows rows_;
  std::vector<store::Uuid> moved_;
  std::uint32_t clock_ = 1;  // raised by every opening: orders sightings and openings
  bool retires_;
  bool anything_closed_ = false;
};

}  // namespace iz::ingest
