// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <optional>
#include <utility>

#include "yandex/client/client.hpp"
#include "yandex/estimates/estimate.hpp"
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

template <class Action>
std::size_t attempt(infrazen::Failures& failures, std::string_view part, Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    failures.add(part, error);
  }
  return 1;
}

}  // namespace

void sync_costs(infrazen::Sync& sync, const Client& client) {
  if (sync.targeted()) {
    throw Error(ErrorClass::permanent, "bills have no targets: sync the stream 'costs' as a whole");
  }
  const CostSettings settings = read_cost_settings(sync.config());
  const auto store = make_export_store(sync, client, settings);
  const bool estimates = sync.config().boolean_or("estimates", false);
  if (!store && !estimates) return;
  ExportLedger ledger = ledger_of(sync, digest_of(settings, sync.config().text_or(kExportPath, "")));
  infrazen::Failures failures("parts of the costs");
  std::size_t parts = 0;
  std::optional<Estimator> estimator;
  if (estimates) {
    parts += attempt(failures, "estimate", [&] { estimator.emplace(sync, client, settings, failures); });
    if (estimator) parts += estimator->listings();
  }
  if (store) {
    ExportSync::Hooks hooks;
    if (estimator) hooks.row = [&](const ExportRow& row) { estimator->learn(row); };
    parts += ExportSync(sync, settings, *store, ledger, std::move(hooks)).run(failures);
  }
  if (estimator) {
    parts += attempt(failures, "estimate", [&] {
      estimator->run(ledger);
      sync.checkpoint().save(estimator->choice().learnt());
      sync.mark(ledger.cursor(sync.clock().now() - settings.recheck));
    });
  }
  failures.raise(parts);
}

}  // namespace iz::yandex
