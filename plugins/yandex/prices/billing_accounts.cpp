// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/prices/billing_accounts.hpp"

#include <algorithm>
#include <utility>

#include "support/url.hpp"
#include "yandex/client/client.hpp"

namespace iz::yandex {

using infrazen::Error;
using infrazen::ErrorClass;

std::vector<BillingAccount> billing_accounts(const Client& client) {
  const infrazen::Config config = client.host().config();
  const auto wanted = config.has("billing_accounts") ? config.list("billing_accounts") : std::vector<std::string>();
  std::vector<BillingAccount> accounts;
  client.each("billing", "/billing/v1/billingAccounts", "billingAccounts", [&](support::JsonValue json) {
    BillingAccount account{.id = std::string(json["id"].text()),
                           .name = std::string(json["name"].text()),
                           .currency = std::string(json["currency"].text()),
                           .balance = std::string(json["balance"].text()),
                           .active = json["active"].boolean().value_or(false)};
    const bool known = std::ranges::find(accounts, account.id, &BillingAccount::id) != accounts.end();
    const bool asked = wanted.empty() || std::ranges::find(wanted, account.id) != wanted.end();
    if (!account.id.empty() && !known && asked) accounts.push_back(std::move(account));
  });
  for (const std::string& id : wanted) {
    if (std::ranges::find(accounts, id, &BillingAccount::id) != accounts.end()) continue;
    throw Error(ErrorClass::config, "setting 'billing_accounts' names " + id +
                                        ", which the credential does not see: correct the id, or give the service "
                                        "account the role billing.accounts.viewer on that billing account");
  }
  if (accounts.empty()) {
    throw Error(ErrorClass::config,
                "the credential sees no billing account: give the service account the role "
                "billing.accounts.viewer on the billing account (console: Billing, Access rights)");
  }
  return accounts;
}

std::map<std::string, std::string, std::less<>> payers_of_clouds(const Client& client,
                                                                 const std::vector<BillingAccount>& accounts) {
  std::map<std::string, std::string, std::less<>> payers;
  std::map<std::string, std::string, std::less<>> since;
  for (const BillingAccount& account : accounts) {
    const std::string path = "/billing/v1/billingAccounts/" + support::percent_encoded(account.id) + "/billableObjectBindings";
    client.each("billing", path, "billableObjectBindings", [&](support::JsonValue json) {
      if (json.path("billableObject.type").text() != "cloud") return;
      std::string cloud(json.path("billableObject.id").text());
      // A cloud can have moved: the later binding counts. Instants of one form compare like texts.
      const std::string_view time = json["effectiveTime"].text();
      if (const auto known = since.find(cloud); known != since.end() && known->second > time) return;
      since[cloud] = time;
      payers[std::move(cloud)] = account.id;
    });
  }
  return payers;
}

}  // namespace iz::yandex
