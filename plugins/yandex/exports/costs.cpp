// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/client/client.hpp"
#include "yandex/exports/export_sync.hpp"
#include "yandex/streams.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace iz::yandex {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;

std::uint64_t digest_of(const CostSettings& settings, std::string_view path) {
  const std::string place = settings.bucket + '\n' + settings.prefix + '\n' + std::string(path);
  return XXH3_64bits(place.data(), place.size()) >> 8;
}

// What was known of another place is forgotten; a full run is the way out of a cursor that cannot be read.
ExportLedger ledger_of(const infrazen::Sync& sync, std::uint64_t source) {
  ExportLedger ledger("");
  try {
    ledger = ExportLedger(sync.cursor());
  } catch (const Error&) {
    if (!sync.full()) throw;
  }
  if (ledger.source != source) {
    ExportLedger fresh("");
    fresh.source = source;
    fresh.estimated = std::move(ledger.estimated);
    return fresh;
  }
  return ledger;
}

}  // namespace

void sync_costs(infrazen::Sync& sync, const Client& client) {
  if (sync.targeted()) {
    throw Error(ErrorClass::permanent, "bills have no targets: sync the stream 'costs' as a whole");
  }
  const CostSettings settings = read_cost_settings(sync.config());
  const auto store = make_export_store(sync, client, settings);
  if (!store) return;
  ExportLedger ledger = ledger_of(sync, digest_of(settings, sync.config().text_or(kExportPath, "")));
  infrazen::Failures failures("files of the billing export");
  ExportSync exports(sync, settings, *store, ledger, {});
  failures.raise(exports.run(failures));
}

}  // namespace iz::yandex
