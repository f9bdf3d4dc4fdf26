// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/inventory/listing.hpp"

#include <string>

#include <infrazen/abi/module.h>

#include "ingest/inventory/kept_listings.hpp"
#include "ingest/rows/staged_records.hpp"
#include "records/run_sink.hpp"

namespace iz::ingest {

using store::KnownRows;
using store::ScopeBook;

Listing::Listing(IngestContext& context, std::uint32_t kind)
    : context_(context), kind_(kind), scopes_(context.lease(), kind), retires_(!context.beside_the_cursor()) {}

void Listing::recall(Load load) {
  // A full run believes nothing but the database.
  if (context_.run().kept != nullptr && context_.run().mode != IZ_SYNC_FULL) {
    if (auto kept = context_.run().kept->take(context_.lease(), kind_)) {
      scopes_ = std::move(kept->scopes);
      rows_ = std::move(kept->rows);
      return;
    }
  }
  store::MarkSession& session = reading_session(context_);
  scopes_.load(session);
  load(session, context_.lease(), [this](const auto& key, const auto& hash, std::int64_t scope) { know(key, hash, scope); });
}

void Listing::keep() {
  if (context_.run().kept == nullptr) return;
  scopes_.next_run();
  rows_.next_run();
  context_.run().kept->keep(context_.lease(), kind_, {std::move(scopes_), std::move(rows_)});
}

void Listing::know(const store::Uuid& key, const store::Uuid& hash, std::int64_t scope_id) {
  KnownRows::Row& row = rows_.insert(key);
  row.hash = hash;
  row.scope = scope_id == 0 ? KnownRows::kNoScope : scopes_.by_id(scope_id);
  if (row.scope != KnownRows::kNoScope) ++scopes_.at(row.scope).members;
}

void Listing::open(std::string_view name) {
  ScopeBook::Scope& scope = scopes_.at(scopes_.find_or_add(name));
  scope.open = true;
  scope.tainted = false;
  scope.closed_in_mark = false;
  scope.opened = ++clock_;
  scope.seen = 0;
}

void Listing::close(std::string_view name) {
  const std::int32_t number = scopes_.find(name);
  if (number < 0 || !scopes_.at(number).open) {
    throw records::RunError(IZ_ERR_PERMANENT, "the connector closed scope \"" + std::string(name) +
                                                  "\", which this run has not opened: it is a fault of the connector");
  }
  ScopeBook::Scope& scope = scopes_.at(number);
  scope.open = false;
  if (!retires_) return;
  scope.closed_in_mark = true;
  anything_closed_ = true;
  if (scope.tainted) {
    store::Finding finding;
    finding.severity = IZ_SEVERITY_WARNING;
    finding.rule = "scope_unreadable";
    finding.scope = name;
    finding.message = "a row without a readable key was in this scope: nothing of it is retired this time";
    context_.findings().add(std::move(finding));
  }
}

std::int32_t Listing::scope_of(const records::BatchView& batch) const {
  if (records::is_null(batch.scope)) return KnownRows::kNoScope;
  const std::int32_t number = scopes_.find(batch.scope);
  if (number < 0 || !scopes_.at(number).open) {
    throw records::RunError(IZ_ERR_PERMANENT, "rows came for scope \"" + std::string(batch.scope) +
                                                  "\", which is not open: it is a fault of the connector");
  }
  return number;
}

void Listing::enter(KnownRows::Row& row, std::int32_t scope) {
  row.scope = scope;
  if (scope == KnownRows::kNoScope) return;
  ++scopes_.at(scope).members;
  ++scopes_.at(scope).seen;
}

void Listing::leave(KnownRows::Row& row) {
  if (row.scope == KnownRows::kNoScope) return;
  ScopeBook::Scope& scope = scopes_.at(row.scope);
  --scope.members;
  if (seen_since_opening(row, scope)) --scope.seen;
  row.scope = KnownRows::kNoScope;
}

bool Listing::is_news(const store::Uuid& key, const store::Uuid& hash) {
  const KnownRows::Row* row = rows_.find(key);
  return row == nullptr || row->gone || row->hash != hash;
}

Listing::Sight Listing::see(const store::Uuid& key, const store::Uuid& hash, std::int32_t scope) {
  Sight sight;
  KnownRows::Row* row = rows_.find(key);
  if (row == nullptr) {
    row = &rows_.insert(key);
    row->hash = hash;
    row->seen = clock_;
    enter(*row, scope);
    sight.news = true;
    return sight;
  }
  // Listed again because the connector opened the scope again: that is a second try, not a duplicate.
  const std::uint32_t opened = scope == KnownRows::kNoScope ? 0 : scopes_.at(scope).opened;
  sight.repeated = !row->gone && row->seen != 0 && row->seen >= opened;
  sight.seen_before = row->seen != 0;
  sight.absent_before = row->absent;
  sight.news = row->gone || row->hash != hash;
  row->gone = false;
  row->absent = false;
  row->hash = hash;

  const std::int32_t target = scope == KnownRows::kNoScope ? row->scope : scope;
  if (target != row->scope) {
    leave(*row);
    row->seen = clock_;
    enter(*row, target);
    if (!sight.news) moved_.push_back(key);
  } else if (target != KnownRows::kNoScope && !seen_since_opening(*row, scopes_.at(target))) {
    row->seen = clock_;
    if (seen_since_opening(*row, scopes_.at(target))) ++scopes_.at(target).seen;
  }
  row->seen = clock_;
  return sight;
}

void Listing::see_unreadable(const store::Uuid& key, std::int32_t scope) {
  const KnownRows::Row* row = rows_.find(key);
  if (row == nullptr || row->gone) return;
  see(key, store::Uuid(row->hash), scope);
}

void Listing::taint(std::int32_t scope) {
  if (scope != KnownRows::kNoScope) scopes_.at(scope).tainted = true;
}

void Listing::forget(const store::Uuid& key) {
  KnownRows::Row* row = rows_.find(key);
  if (row == nullptr || row->gone) return;
  leave(*row);
  row->gone = true;
}

std::vector<std::pair<store::Uuid, std::int64_t>> Listing::moved() {
  std::vector<std::pair<store::Uuid, std::int64_t>> out;
  for (const store::Uuid& key : moved_) {
    const KnownRows::Row* row = rows_.find(key);
    if (row != nullptr && !row->gone && row->scope != KnownRows::kNoScope) out.emplace_back(key, scopes_.at(row->scope).id);
  }
  return out;
}

std::vector<store::Uuid> Listing::take_absent() {
  std::vector<store::Uuid> absent;
  bool any = false;
  for (const ScopeBook::Scope& scope : scopes_.all()) {
    any = any || (scope.closed_in_mark && !scope.tainted && scope.seen != scope.members);
  }
  if (!any) return absent;
  for (KnownRows::Row& row : rows_.rows()) {
    if (row.gone || row.scope == KnownRows::kNoScope) continue;
    const ScopeBook::Scope& scope = scopes_.at(row.scope);
    if (!scope.closed_in_mark || scope.tainted || seen_since_opening(row, scope)) continue;
    absent.push_back(row.key);
    leave(row);
    row.gone = true;
    row.absent = true;
  }
  return absent;
}

void Listing::committed() {
  moved_.clear();
  if (!anything_closed_) return;
  for (ScopeBook::Scope& scope : scopes_.all()) scope.closed_in_mark = false;
  anything_closed_ = false;
}

}  // namespace iz::ingest
