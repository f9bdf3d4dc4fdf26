// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/yandex/billing.hpp"

#include <utility>

namespace iz::test {
namespace {

std::string parameter(const std::string& query, const std::string& name) {
  const auto at = ("&" + query).find("&" + name + "=");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 1;
  return query.substr(begin, query.find('&', begin) - begin);
}

std::string listing(const std::string& key, const std::vector<std::string>& rows, const std::string& next = {}) {
  if (rows.empty()) return "{}";  // as the provider writes an empty list
  std::string body = "{\"" + key + "\":[";
  for (std::size_t i = 0; i < rows.size(); ++i) body += (i == 0 ? "" : ",") + rows[i];
  return body + "]" + (next.empty() ? std::string() : ",\"nextPageToken\":\"" + next + "\"") + "}";
}

Reply refusal(int status, int code, const std::string& message) {
  return {.status = status,
          .body = R"({"code":)" + std::to_string(code) + R"(,"message":")" + message + R"("})",
          .headers = {{"Content-Type", "application/json"}}};
}

constexpr const char* kAccounts = "/billing/v1/billingAccounts";

}  // namespace

YandexBillingFake::YandexBillingFake(std::vector<Account> accounts, std::size_t page)
    : accounts_(std::move(accounts)), page_(page) {}

void YandexBillingFake::add_sku(const std::string& id, std::string json) {
  const std::lock_guard lock(mutex_);
  skus_[id] = std::move(json);
}

void YandexBillingFake::add_service(const std::string& id, const std::string& name) {
  const std::lock_guard lock(mutex_);
  services_[id] = name;
}

std::optional<Reply> YandexBillingFake::answer(const ReceivedRequest& request) const {
  if (!request.path.starts_with("/billing/")) return std::nullopt;
  if (!request.header("authorization").starts_with("Bearer ")) return refusal(401, 16, "no token");
  const std::lock_guard lock(mutex_);
  const auto json = [](std::string body) {
    return Reply{.body = std::move(body), .headers = {{"Content-Type", "application/json"}}};
  };
  if (request.path == kAccounts) return json(accounts());
  if (request.path == "/billing/v1/services") {
    std::vector<std::string> rows;
    for (const auto& [id, name] : services_) rows.push_back(R"({"id":")" + id + R"(","name":")" + name + R"("})");
    return json(listing("services", rows));
  }
  if (request.path == "/billing/v1/skus") {
    if (parameter(request.query, "currency").empty()) return refusal(400, 3, "currency is required");
    return json(skus(request));
  }
  for (const Account& account : accounts_) {
    if (request.path != std::string(kAccounts) + "/" + account.id + "/billableObjectBindings") continue;
    std::vector<std::string> rows;
    for (const std::string& cloud : account.clouds) {
      rows.push_back(R"({"effectiveTime":"2024-01-01T00:00:00Z","billableObject":{"id":")" + cloud +
                     R"(","type":"cloud"}})");
    }
    return json(listing("billableObjectBindings", rows));
  }
  return refusal(404, 5, "not found");
}

std::string YandexBillingFake::accounts() const {
  std::vector<std::string> rows;
  for (const Account& account : accounts_) {
    rows.push_back(R"({"id":")" + account.id + R"(","name":")" + account.name + R"(","currency":")" + account.currency +
                   R"(","active":true,"balance":")" + account.balance + R"("})");
  }
  return listing("billingAccounts", rows);
}

std::string YandexBillingFake::skus(const ReceivedRequest& request) const {
  std::vector<std::string> rows;
  std::string last;
  for (auto at = skus_.upper_bound(parameter(request.query, "pageToken")); at != skus_.end(); ++at) {
    if (rows.size() == page_) return listing("skus", rows, last);
    rows.push_back(at->second);
    last = at->first;
  }
  return listing("skus", rows);
}

}  // namespace iz::test
