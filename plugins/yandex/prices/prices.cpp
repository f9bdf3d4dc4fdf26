// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <map>
#include <set>
#include <string>

#include "support/url.hpp"
#include "yandex/client/client.hpp"
#include "yandex/prices/billing_accounts.hpp"
#include "yandex/prices/sku.hpp"
#include "yandex/streams.hpp"
#include <infrazen/failures.hpp>

namespace iz::yandex {
namespace {

using Names = std::map<std::string, std::string, std::less<>>;

Names service_names(const Client& client) {
  Names names;
  client.each("billing", "/billing/v1/services", "services",
              [&](support::JsonValue json) { names[std::string(json["id"].text())] = json["name"].text(); });
  return names;
}

class PriceList {
 public:
  PriceList(infrazen::Sync& sync, const Client& client)
      : sync_(sync), client_(client), services_(service_names(client)) {}

  // Street prices are the same for every account of a currency; contract prices are an account's own.
  void add(const BillingAccount& account) {
    const bool street = currencies_.insert(account.currency).second;
    const std::string path =
        "/billing/v1/skus?currency=" + support::percent_encoded(account.currency) + "&billingAccountId=" + support::percent_encoded(account.id);
    std::set<std::string, std::less<>> seen;  // a page that moved under the listing repeats what it had
    client_.each("billing", path, "skus", [&](support::JsonValue json) {
      std::vector<std::string> faults;
      const Sku sku = read_sku(json, faults);
      if (sku.id.empty() || !seen.insert(sku.id).second) return;
      for (const std::string& fault : faults) {
        sync_.report({.rule = "price_format",
                      .message = "a price of SKU " + sku.id + " (" + sku.name + ") cannot be read and is left out",
                      .origin = path,
                      .value = fault});
      }
      push(sku, account, street);
    });
  }

 private:
  void push(const Sku& sku, const BillingAccount& account, bool street) {
    const auto service = services_.find(sku.service_id);
    for (const PriceVersion& version : sku.versions) {
      if (!version.contract && !street) continue;
      const auto end = sku.end_of(version);
      for (const Tier& tier : version.tiers) {
        infrazen::Price price{.sku_id = sku.id,
                              .sku_name = sku.name,
                              .service_name = service == services_.end() ? sku.service_id : service->second,
                              .unit = sku.unit,
                              .tier_from = tier.from,
                              .unit_price = tier.price,
                              .currency = version.currency.empty() ? account.currency : version.currency,
                              .valid_from = version.since,
                              .price_kind = version.contract ? "contract" : "list"};
        if (end) price.valid_to = *end;
        if (version.contract) price.account_id = account.id;
        sync_.push(price);
      }
    }
  }

  infrazen::Sync& sync_;
  const Client& client_;
  Names services_;
  std::set<std::string> currencies_;
};

}  // namespace

// Every SKU in every run, past and future prices with it: the provider has no change feed, and what did not change is
// not written.
void sync_prices(infrazen::Sync& sync, const Client& client) {
  const auto accounts = billing_accounts(client);
  PriceList prices(sync, client);
  infrazen::Failures failures("billing accounts");
  for (const BillingAccount& account : accounts) {
    try {
      prices.add(account);
      sync.mark({});
    } catch (const infrazen::Error& error) {
      failures.add(account.id, error);
    }
  }
  failures.raise(accounts.size());
}

void sync_balance(infrazen::Sync& sync, const Client& client) {
  const infrazen::Micros now = sync.clock().now();
  for (const BillingAccount& account : billing_accounts(client)) {
    sync.push(infrazen::Account{.account_id = account.id,
                                .name = account.name,
                                .account_type = "billing_account",
                                .currency = account.currency,
                                .status = account.active ? "active" : "inactive"});
    if (account.balance.empty() || account.currency.empty()) {
      sync.report(
          {.rule = "no_balance",
           .message = "billing account " + account.id + " came without a balance: does the credential see it?"});
      continue;
    }
    sync.push(infrazen::Balance{
        .account_id = account.id, .amount = account.balance, .currency = account.currency, .as_of = now});
  }
  sync.mark({});
}

}  // namespace iz::yandex
