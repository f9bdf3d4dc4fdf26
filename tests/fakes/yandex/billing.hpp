// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fakes/http/server.hpp"

namespace iz::test {

// The billing part of a Yandex Cloud: accounts, what they pay for, services, and a price list in pages. Any thread.
class YandexBillingFake {
 public:
  struct Account {
    std::string id, name, currency, balance;
    std::vector<std::string> clouds;
  };
  // page: SKUs per page, whatever the client asks for above it.
  explicit YandexBillingFake(std::vector<Account> accounts, std::size_t page = 2);

  // JSON of one SKU as /billing/v1/skus has it.
  void add_sku(const std::string& id, std::string json);
  void add_service(const std::string& id, const std::string& name);

  // Nothing for a path that is not billing's. A token is asked for, which one does not matter here.
  std::optional<Reply> answer(const ReceivedRequest& request) const;

 private:
  [[nodiscard]] std::string accounts() const;
  [[nodiscard]] std::string skus(const ReceivedRequest& request) const;

  const std::vector<Account> accounts_;
  const std::size_t page_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> skus_;
  std::map<std::string, std::string> services_;
};

}  // namespace iz::test
