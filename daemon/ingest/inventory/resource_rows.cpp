// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/inventory/resource_rows.hpp"

#include <optional>
#include <utility>

#include "ingest/inventory/extension_json.hpp"
#include "ingest/inventory/resource_words.hpp"
#include "ingest/rows/staged_records.hpp"
#include "records/manifest.hpp"
#include "store/encoding/hash128.hpp"

namespace iz::ingest {
namespace {

std::span<const records::ExtensionColumn> declared_columns(const IngestContext& context) {
  return context.run().manifest == nullptr ? std::span<const records::ExtensionColumn>{}
                                           : std::span(context.run().manifest->extension_columns);
}

std::string reference_text(std::string_view type, std::string_view id) {
  std::string out(type);
  out.push_back('\0');
  return out.append(id);
}

}  // namespace

ResourceRows::ResourceRows(IngestContext& context)
    : context_(context),
      kind_(*records::find_kind(IZ_KIND_RESOURCE)),
      listing_(context, IZ_KIND_RESOURCE),
      writer_(context.lease(), context.run().connection, context.run().provider, context.run().manifest),
      hasher_(RowHasher::seed_of(kNormaliserVersion, declared_columns(context))),
      spool_(context.make_spool()) {
  if (!declared_columns(context).empty()) {
    store::ResourceWriter::ensure_extension_table(reading_session(context), *context.run().manifest, context.run().provider);
  }
  listing_.recall(&store::ResourceWriter::load);
}

void ResourceRows::resources(const records::BatchView& batch) {
  const std::int32_t scope = listing_.scope_of(batch);
  hasher_.begin(batch);
  const int account = hasher_.column(IZ_RESOURCE_ACCOUNT_ID);
  const int type = hasher_.column(IZ_RESOURCE_TYPE);
  const int id = hasher_.column(IZ_RESOURCE_EXTERNAL_ID);
  const auto cell = [&batch](std::size_t row, int column) {
    return column < 0 ? records::Cell{} : batch.cell(row, static_cast<std::size_t>(column));
  };
  std::optional<Cells> cells;  // only when a row of the batch is news

  for (std::size_t row = 0; row < batch.rows; ++row) {
    const Key key{cell(row, account), cell(row, type), cell(row, id)};
    if (key.account_id.empty() || key.raw_type.empty() || key.external_id.empty()) {
      context_.reject(batch, row, key.external_id.empty() ? "external_id" : key.raw_type.empty() ? "type" : "account_id", {},
                      "needed", "a resource needs account_id, type and external_id, and none of them empty");
      listing_.taint(scope);
      continue;
    }
    const std::string_view key_texts[] = {key.account_id, key.raw_type, key.external_id};
    store::ResourceRow out;
    out.key_hash = hasher_.texts(key_texts);
    out.row_hash = hasher_.row(batch, row);
    const bool returns = !retirement_of_.empty() && retired_before(key);
    if (returns) listing_.forget(out.key_hash);
    if (listing_.is_news(out.key_hash, out.row_hash)) {
      if (!cells) cells.emplace(context_, kind_, batch);
      if (!cells->row(row)) {
        listing_.see_unreadable(out.key_hash, scope);
        continue;
      }
    }
    const Listing::Sight sight = listing_.see(out.key_hash, out.row_hash, scope);
    if (sight.repeated) note_repetition(batch, row, key, sight.news);
    if (!sight.news) continue;

    repeated_ = repeated_ || sight.seen_before || returns;
    out.ordinal = ++ordinal_;
    out.scope = scope;
    out.absent_before = sight.absent_before;
    fill(*cells, batch, row, out);
    price(*cells, out);
    encoded_.clear();
    out.encode(encoded_);
    spool_.append(encoded_);
    ++staged_;
  }
}

void ResourceRows::fill(const Cells& cells, const records::BatchView& batch, std::size_t row, store::ResourceRow& out) {
  out.account_id = cells.text(IZ_RESOURCE_ACCOUNT_ID);
  out.raw_type = cells.text(IZ_RESOURCE_TYPE);
  out.external_id = cells.text(IZ_RESOURCE_EXTERNAL_ID);
  const std::string_view reference[] = {out.raw_type, out.external_id};
  out.ref_hash = hasher_.texts(reference);
  out.name = cells.text(IZ_RESOURCE_NAME);
  resource_type_ = normalise_type(out.raw_type);
  out.resource_type = resource_type_;
  out.region = cells.text(IZ_RESOURCE_REGION);
  out.zone = cells.text(IZ_RESOURCE_ZONE);
  out.service_name = cells.text(IZ_RESOURCE_SERVICE_NAME);
  if (records::is_null(out.service_name)) {
    if (const auto service = service_of_type(resource_type_); !service.empty()) out.service_name = service;
  }
  out.service_category = cells.text(IZ_RESOURCE_SERVICE_CATEGORY);
  out.raw_status = cells.text(IZ_RESOURCE_STATUS);
  if (!records::is_null(out.raw_status)) {
    status_ = normalise_status(out.raw_status);
    out.status = status_;
  }
  out.pricing_model = cells.text(IZ_RESOURCE_PRICING_MODEL);
  out.billing_period = cells.text(IZ_RESOURCE_BILLING_PERIOD);
  out.project_id = cells.text(IZ_RESOURCE_PROJECT_ID);
  out.created_at_us = cells.instant(IZ_RESOURCE_CREATED_AT);
  out.parent_type = cells.text(IZ_RESOURCE_PARENT_TYPE);
  out.parent_id = cells.text(IZ_RESOURCE_PARENT_ID);
  out.tags = cells.json(IZ_RESOURCE_TAGS);
  out.attributes = cells.json(IZ_RESOURCE_ATTRIBUTES);
  out.cpu_cores = cells.raw(IZ_RESOURCE_CPU_CORES);
  out.memory_bytes = cells.integer(IZ_RESOURCE_MEMORY_BYTES);
  out.storage_bytes = cells.integer(IZ_RESOURCE_STORAGE_BYTES);
  out.operating_system = cells.text(IZ_RESOURCE_OPERATING_SYSTEM);
  extension(cells, batch, row);
  if (extension_.size() > 1) {
    extension_.push_back('}');
    out.extension = extension_;
  }
}

void ResourceRows::price(Cells& cells, store::ResourceRow& out) {
  out.currency = cells.text(IZ_RESOURCE_CURRENCY);
  out.list_price = cells.raw(IZ_RESOURCE_LIST_PRICE);
  out.effective_cost = cells.raw(IZ_RESOURCE_EFFECTIVE_COST);
  if (!records::is_null(out.currency) || (records::is_null(out.list_price) && records::is_null(out.effective_cost))) return;
  cells.warn(IZ_RESOURCE_CURRENCY, "price_without_currency",
             "a price says nothing without its currency: the resource went in without its prices");
  out.list_price = {};
  out.effective_cost = {};
}

void ResourceRows::extension(const Cells& cells, const records::BatchView& batch, std::size_t row) {
  extension_.assign("{");
  for (const std::size_t column : cells.extensions()) {
    const records::Cell cell = batch.cell(row, column);
    if (records::is_null(cell)) continue;
    const std::string_view name = batch.columns[column].name;
    const auto* declared = context_.run().manifest == nullptr ? nullptr : context_.run().manifest->find_column(name);
    if (declared == nullptr) {
      context_.warn(batch, row, name, cell, "undeclared_column",
                    "the manifest declares no extension column of that name: the value was left out");
    } else if (const char* rule = append_extension(extension_, *declared, cell)) {
      context_.warn(batch, row, name, cell, rule, "the value does not fit the extension column's type and was left out");
    }
  }
}

void ResourceRows::note_repetition(const records::BatchView& batch, std::size_t row, const Key& key, bool differs) {
  context_.warn(batch, row, "external_id", key.external_id, "repeated_resource",
                differs ? "the resource came twice in one run, with different contents: the last one counts"
                        : "the resource came twice in one run");
}

void ResourceRows::retirements(const records::BatchView& batch) {
  Cells cells(context_, *records::find_kind(IZ_KIND_RETIREMENT), batch);
  for (std::size_t row = 0; row < batch.rows; ++row) {
    if (!cells.row(row)) continue;
    PendingRetirement pending;
    pending.retirement.raw_type = cells.text(IZ_RETIREMENT_TYPE);
    pending.retirement.external_id = cells.text(IZ_RETIREMENT_EXTERNAL_ID);
    pending.retirement.retired_at_us = cells.instant(IZ_RETIREMENT_RETIRED_AT).value_or(0);
    retirement_of_[reference_text(pending.retirement.raw_type, pending.retirement.external_id)] = retirements_.size();
    retirements_.push_back(std::move(pending));
  }
}

bool ResourceRows::retired_before(const Key& key) {
  const auto found = retirement_of_.find(reference_text(key.raw_type, key.external_id));
  if (found == retirement_of_.end()) return false;
  retirements_[found->second].before_row = true;
  retirement_of_.erase(found);
  return true;
}

void ResourceRows::write(store::MarkTransaction& tx) {
  listing_.scopes().store_new(tx);
  std::vector<store::ReportedRetirement> before;
  std::vector<store::ReportedRetirement> after;
  for (const PendingRetirement& pending : retirements_) (pending.before_row ? before : after).push_back(pending.retirement);
  // The rows that come back are in the listing again, already under the hash that is about to be written.
  writer_.retire(tx, before, [](const store::Uuid&) {});
  if (staged_ > 0) {
    const auto fill = [this](store::CopyWriter& copy) { copy_spool(spool_, staged_, copy); };
    writer_.write(tx, fill, listing_.scopes(), repeated_);
  }
  writer_.move(tx, listing_.moved());
  writer_.retire_absent(tx, listing_.take_absent());
  writer_.retire(tx, after, [this](const store::Uuid& key) { listing_.forget(key); });
  listing_.scopes().store_complete(tx);
}

void ResourceRows::committed() {
  listing_.committed();
  spool_.clear();
  staged_ = 0;
  repeated_ = false;
  retirements_.clear();
  retirement_of_.clear();
}

}  // namespace iz::ingest
