// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <string>
#include <vector>

#include <infrazen/decimal.hpp>

namespace iz::yandex {

class Client;

struct BillingAccount {
  std::string id, name, currency;
  std::string balance;  // the provider's digits
  bool active = true;
};

// Those of setting 'billing_accounts', else all that the credential sees. Throws infrazen::Error; config when there is
// none.
[[nodiscard]] std::vector<BillingAccount> billing_accounts(const Client& client);

// Cloud → the billing account that pays for it now.
[[nodiscard]] std::map<std::string, std::string, std::less<>> payers_of_clouds(
    const Client& client, const std::vector<BillingAccount>& accounts);

}  // namespace iz::yandex
