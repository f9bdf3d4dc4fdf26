// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/estimates/estimate.hpp"

#include <algorithm>
#include <utility>

#include "support/url.hpp"
#include "yandex/client/client.hpp"
#include "yandex/costs/service_words.hpp"
#include "yandex/exports/export_sync.hpp"
#include <infrazen/days.hpp>

namespace iz::yandex {
namespace {

using infrazen::Decimal;
using infrazen::Micros;
using infrazen::Rounding;

constexpr std::string_view kProvider = "Yandex Cloud";

// Of the day, as far as it has passed and the resource was there, in hours.
Decimal hours_of(const Shape& shape, Day day, Micros now) {
  const Micros from = std::max(start_of(day), shape.created.value_or(start_of(day)));
  const Micros to = std::min(end_of(day), now);
  if (from >= to) return {};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(to - from).count();
  return Decimal::divide(Decimal(seconds), Decimal(3600), 6, Rounding::half_up);
}

std::vector<std::pair<std::string, std::string>> given_skus(const infrazen::Config& config) {
  return config.has("sku_map") ? config.map("sku_map") : std::vector<std::pair<std::string, std::string>>();
}

}  // namespace

Estimator::Estimator(infrazen::Sync& sync, const Client& client, const CostSettings& settings, std::string_view learnt,
                     infrazen::Failures& failures)
    : sync_(sync),
      client_(client),
      settings_(settings),
      now_(sync.clock().now()),
      choice_(given_skus(sync.config()), learnt) {
  const std::size_t failed = failures.count();
  listed_ = list_shapes(client, failures);
  complete_ = failures.count() == failed;
  choice_.know(listed_.shapes);
}

void Estimator::run(ExportLedger& ledger) {
  if (!complete_) return;
  const auto accounts = billing_accounts(client_);
  payers_ = payers_of_clouds(client_, accounts);
  if (accounts.size() == 1) {
    for (const Shape& shape : listed_.shapes) payers_.try_emplace(shape.cloud_id, accounts.front().id);
  }
  const Day today = billing_day(now_);
  for (const BillingAccount& account : accounts) {
    for (const Day day : {today - std::chrono::days(1), today}) {
      const AccountDay key{account.id, day};
      if (ledger.covers(key)) continue;
      estimate(account, day);
      ledger.estimated.insert(key);
    }
  }
  report_unmapped();
}

void Estimator::estimate(const BillingAccount& account, Day day) {
  auto scope = sync_.scope(infrazen::Kind::charge, estimate_scope_of({account.id, day}));
  for (const Shape& shape : listed_.shapes) {
    const auto payer = payers_.find(shape.cloud_id);
    if (payer == payers_.end() || payer->second != account.id) continue;
    for (const Measure& measure : shape.measures) add(scope, account, day, shape, measure);
  }
  scope.complete();
}

void Estimator::add(infrazen::Scope& scope, const BillingAccount& account, Day day, const Shape& shape,
                    const Measure& measure) {
  const auto chosen = choice_.find(shape.kind, measure.unit);
  const Sku* const sku = chosen ? price_of(account, chosen->id) : nullptr;
  const PriceVersion* const version = sku == nullptr ? nullptr : sku->at(start_of(day));
  if (version == nullptr) {
    Unmapped& unmapped = unmapped_[shape.kind + ' ' + std::string(measure.unit)];
    ++unmapped.resources;
    if (unmapped.example.empty()) unmapped.example = shape.id;
    return;
  }
  const Decimal hours = hours_of(shape, day, now_);
  if (hours.is_zero()) return;
  // Free allowances are of an account and month, and no resource's own.
  const auto tier = std::ranges::find_if(version->tiers, [](const Tier& one) { return !one.price.is_zero(); });
  const Decimal price = tier == version->tiers.end() ? Decimal() : tier->price;
  const Decimal quantity = (measure.per_hour * hours).rounded(9, Rounding::half_up);
  const Decimal cost = price * quantity;
  const std::string_view service = chosen->service.empty() ? std::string_view("Yandex Cloud") : chosen->service;
  infrazen::Charge charge;
  charge.billed_cost = charge.effective_cost = charge.list_cost = charge.contracted_cost = cost;
  charge.list_unit_price = charge.contracted_unit_price = price;
  charge.pricing_quantity = charge.consumed_quantity = quantity;
  charge.pricing_unit = charge.consumed_unit = measure.unit;
  charge.pricing_category = "Standard";
  charge.charge_category = "Usage";
  charge.charge_frequency = "Usage-Based";
  charge.charge_period_start = start_of(day);
  charge.charge_period_end = end_of(day);
  charge.billing_period_start = start_of(infrazen::month_of(day));
  charge.billing_period_end = start_of(infrazen::next_month(day));
  charge.billing_account_id = account.id;
  charge.billing_account_name = account.name;
  charge.billing_account_type = "billing account";
  charge.billing_currency = version->currency.empty() ? account.currency : version->currency;
  charge.sub_account_id = shape.folder_id;
  charge.sub_account_name = shape.folder_name.empty() ? shape.folder_id : shape.folder_name;
  charge.sub_account_type = "folder";
  charge.resource_id = shape.id;
  if (!shape.name.empty()) charge.resource_name = shape.name;
  charge.resource_type = shape.type;
  charge.service_name = service;
  charge.service_category = category_of_service(service);
  charge.sku_id = charge.sku_price_id = sku->id;
  charge.sku_meter = charge.charge_description = sku->name;
  charge.provider_name = charge.publisher_name = charge.invoice_issuer_name = kProvider;
  charge.host_provider_name = charge.service_provider_name = kProvider;
  if (!shape.labels.empty()) charge.tags = shape.labels;
  if (settings_.vat != Vat::none) {
    charge.amount_basis = settings_.vat == Vat::included ? "gross" : "net";
    if (const auto rate = settings_.tax_rate(day, account.currency)) charge.tax_rate = *rate;
  }
  charge.charge_status = "estimated";
  charge.extensions.set("x_CloudId", shape.cloud_id);
  scope.push(charge);
}

const Sku* Estimator::price_of(const BillingAccount& account, const std::string& sku) {
  auto known = prices_.find(account.id);
  if (known == prices_.end()) {
    known = prices_.emplace(account.id, std::map<std::string, Sku, std::less<>>()).first;
    const std::string path = "/billing/v1/skus?currency=" + support::percent_encoded(account.currency) +
                             "&billingAccountId=" + support::percent_encoded(account.id);
    client_.each("billing", path, "skus", [&](support::JsonValue json) {
      std::vector<std::string> faults;  // the stream "prices" reports them
      Sku read = read_sku(json, faults);
      known->second.emplace(read.id, std::move(read));
    });
  }
  const auto found = known->second.find(sku);
  return found == known->second.end() ? nullptr : &found->second;
}

void Estimator::report_unmapped() {
  for (const auto& [key, unmapped] : unmapped_) {
    sync_.report({.severity = infrazen::Severity::notice,
                  .rule = "sku_unmapped",
                  .message = std::to_string(unmapped.resources) +
                             " resources of a kind whose SKU no bill has shown yet are not estimated, the first is " +
                             unmapped.example + "; setting 'sku_map' can name the SKU for this kind and unit",
                  .value = key});
  }
}

}  // namespace iz::yandex
