// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "support/known_before.hpp"
#include "yandex/client/client.hpp"
#include "yandex/estimates/estimate.hpp"
#include "yandex/exports/export_sync.hpp"
#include "yandex/reports/reconcile.hpp"
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

// What was known of another place is forgotten.
ExportLedger ledger_of(const infrazen::Sync& sync, std::uint64_t source) {
  ExportLedger ledger = support::known_unless_full(sync, [](std::string_view cursor) { return ExportLedger(cursor); });
  if (ledger.source != source) {
    ExportLedger fresh("");
    fresh.source = source;
    fresh.estimated = std::move(ledger.estimated);
    return fresh;
  }
  return ledger;
}

// One run of the stream: the export, then what has no bill yet, then the comparison with the provider's own sums.
class CostsRun {
 public:
  CostsRun(infrazen::Sync& sync, const Client& client)
      : sync_(sync),
        client_(client),
        settings_(read_cost_settings(sync.config())),
        reconcile_every_(sync.config().duration_or("reconcile_every", {})),
        store_(make_export_store(sync, client, settings_)),
        ledger_(ledger_of(sync, digest_of(settings_, sync.config().text_or(kExportPath, "")))),
        failures_("parts of the costs") {
    const std::string_view memory = sync.checkpoint().load();
    learnt_ = memory.substr(0, memory.find(kBetween));
    sums_.emplace(memory.substr(std::min(learnt_.size() + 1, memory.size())));
  }

  void run() {
    if (sync_.window()) return back_fill();
    if (sync_.config().boolean_or("estimates", false)) list_resources();
    if (store_) read_exports();
    if (estimator_) attempt("estimate", [&] { estimator_->run(ledger_); });
    if (reconcile_every_.count() > 0) parts_ += reconcile(sync_, client_, reconcile_every_, *sums_, failures_);
    if (estimator_ || reconcile_every_.count() > 0) {
      sync_.checkpoint().save((estimator_ ? estimator_->choice().learnt() : learnt_) + kBetween + sums_->str());
      sync_.mark(ledger_.cursor(sync_.clock().now() - settings_.recheck));
    }
    failures_.raise(parts_);
  }

 private:
  static constexpr char kBetween = '\f';  // the two parts of the checkpoint

  // Of the bill alone: estimates are of today, and what is known of files, sums and estimates is the cursor's and the
  // checkpoint's, which stay as they are.
  void back_fill() {
    if (!store_) {
      throw Error(ErrorClass::config,
                  "there is no billing export whose days could be read again: name its place with 'billing_bucket' or "
                  "'billing_path'");
    }
    parts_ += ExportSync(sync_, settings_, *store_, ledger_, {}).run(failures_);
    failures_.raise(parts_);
  }
  void list_resources() {
    attempt("estimate", [&] { estimator_.emplace(sync_, client_, settings_, learnt_, failures_); });
    if (estimator_) parts_ += estimator_->listings();
  }
  void read_exports() {
    ExportSync::Hooks hooks;
    hooks.file = [this] { sums_->begin_file(); };
    hooks.row = [this](const ExportRow& row) {
      if (estimator_) estimator_->learn(row);
      if (reconcile_every_.count() > 0) sums_->add(row);
    };
    hooks.taken = [this](const AccountDay& day) { sums_->take(day); };
    parts_ += ExportSync(sync_, settings_, *store_, ledger_, std::move(hooks)).run(failures_);
  }
  template <class Action>
  void attempt(std::string_view part, Action&& action) {
    ++parts_;
    try {
      action();
    } catch (const Error& error) {
      failures_.add(part, error);
    }
  }

  infrazen::Sync& sync_;
  const Client& client_;
  const CostSettings settings_;
  const std::chrono::milliseconds reconcile_every_;
  const std::unique_ptr<ExportStore> store_;
  ExportLedger ledger_;
  infrazen::Failures failures_;
  std::size_t parts_ = 0;
  std::string learnt_;
  std::optional<ImportedSums> sums_;
  std::optional<Estimator> estimator_;
};

}  // namespace

void sync_costs(infrazen::Sync& sync, const Client& client) {
  if (sync.targeted()) {
    throw Error(ErrorClass::permanent, "bills have no targets: sync the stream 'costs' as a whole");
  }
  CostsRun(sync, client).run();
}

}  // namespace iz::yandex
