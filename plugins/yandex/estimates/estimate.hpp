// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "yandex/costs/cost_settings.hpp"
#include "yandex/estimates/shapes.hpp"
#include "yandex/estimates/sku_choice.hpp"
#include "yandex/exports/export_ledger.hpp"
#include "yandex/prices/billing_accounts.hpp"
#include "yandex/prices/sku.hpp"
#include <infrazen/sync.hpp>

namespace iz::yandex {

class Client;

// What today and yesterday cost as long as no bill says so: price of the SKU × configuration × hours. Marked as
// estimated, in a scope of its own per account and day, which is emptied when the bill's day arrives.
class Estimator {
 public:
  // Lists the resources. learnt: of earlier runs, see SkuChoice. What cannot be listed goes to `failures`: then nothing
  // is estimated, half of it would mislead.
  Estimator(infrazen::Sync& sync, const Client& client, const CostSettings& settings, std::string_view learnt,
            infrazen::Failures& failures);

  // Of every row of the bills that are read meanwhile.
  void learn(const ExportRow& row) { choice_.learn(row); }
  // Delivers the estimates of days that `ledger` does not cover, and notes them there. The caller marks.
  void run(ExportLedger& ledger);
  [[nodiscard]] const SkuChoice& choice() const { return choice_; }
  [[nodiscard]] std::size_t listings() const { return listed_.listings; }

 private:
  struct Unmapped {
    std::size_t resources = 0;
    std::string example;
  };
  void estimate(const BillingAccount& account, Day day);
  void add(infrazen::Scope& scope, const BillingAccount& account, Day day, const Shape& shape, const Measure& measure);
  const Sku* price_of(const BillingAccount& account, const std::string& sku);
  void report_unmapped();

  infrazen::Sync& sync_;
  const Client& client_;
  const CostSettings& settings_;
  infrazen::Micros now_;
  bool complete_ = false;
  ListedShapes listed_;
  SkuChoice choice_;
  std::map<std::string, std::string, std::less<>> payers_;
  std::map<std::string, std::map<std::string, Sku, std::less<>>, std::less<>> prices_;  // by account, SKU
  std::map<std::string, Unmapped> unmapped_;
};

}  // namespace iz::yandex
