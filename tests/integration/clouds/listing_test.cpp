// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <memory>
#include <mutex>

#include <gtest/gtest.h>

#include "integration/clouds/matrix.hpp"

// The frame itself, on the smallest cloud: the connector `listing` of the tests.
namespace iz::test {
namespace {

std::string parameter(const std::string& query, const std::string& name) {
  const auto at = ("&" + query).find("&" + name + "=");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 1;
  return query.substr(begin, query.find('&', begin) - begin);
}

// Tokens are numbers, each login gives the next. Disks come by page token, hosts by offset.
class SmallCloud {
 public:
  Reply answer(const ReceivedRequest& request) {
    const std::lock_guard lock(mutex_);
    if (request.path == "/login") {
      if (request.body != R"({"password":"open-sesame"})") return {.status = 401};
      return {.body = R"({"token":"token-)" + std::to_string(++logins_) + R"(","ends":"2999-01-01T00:00:00Z"})"};
    }
    if (!request.header("authorization").starts_with("Bearer token-")) return {.status = 401};
    if (request.path == "/balance") return {.body = R"({"amount":1234567890.123456789})"};
    const bool disks = request.path.ends_with("/disks");
    const std::string kind = disks ? "disks" : "hosts";
    const std::size_t all = rows_ + (disks || !one_more_ ? 0 : 1);
    const std::size_t from = disks ? 4 * number(request, "pageToken") : number(request, "offset");
    const std::size_t to = std::min(all, from + (disks ? 4 : number(request, "limit")));
    std::string body = "{\"" + kind + "\":[";
    for (std::size_t i = from; i < to; ++i) {
      const std::string name = request.path.substr(9) + "/" + std::to_string(i + rows_ - all + 1);
      body += std::string(i == from ? "" : ",") + R"({"id":")" + name + R"(","name":"Имя \")" + name +
              R"(\"","size":"10737418240"})";
    }
    body += "]";
    if (disks && to < all) body += R"(,"nextPageToken":")" + std::to_string(from / 4 + 1) + "\"";
    return {.body = body + "}", .headers = {{"Content-Type", "application/json"}}};
  }
  void add_host() { set_one_more(true); }
  void remove_host() { set_one_more(false); }

 private:
  static std::size_t number(const ReceivedRequest& request, const std::string& name) {
    const std::string value = parameter(request.query, name);
    return value.empty() ? 0 : std::stoul(value);
  }
  void set_one_more(bool value) {
    const std::lock_guard lock(mutex_);
    one_more_ = value;
  }

  std::mutex mutex_;
  const std::size_t rows_ = 11;
  int logins_ = 0;
  bool one_more_ = false;  // a host in front of the others
};

CloudFake start(const std::string&) {
  const auto cloud = std::make_shared<SmallCloud>();
  CloudFake fake;
  fake.handler = [cloud](const ReceivedRequest& request) { return cloud->answer(request); };
  fake.habits.is_login = [](const ReceivedRequest& request) { return request.path == "/login"; };
  fake.habits.is_later_page = [](const ReceivedRequest& request) {
    return !parameter(request.query, "pageToken").empty() ||
           (request.path.ends_with("/hosts") && parameter(request.query, "offset") != "0");
  };
  fake.habits.expire = [](Reply& reply) { reply.body.replace(reply.body.find("2999"), 4, "1999"); };
  fake.habits.change = [cloud] { cloud->add_host(); };
  fake.habits.restore = [cloud] { cloud->remove_host(); };
  return fake;
}

TEST(Clouds, a_connector_on_plugins_support_survives_every_fault) {
  survive_every_fault({.name = "listing",
                       .connector = "listing",
                       .streams = {"inventory", "balance"},
                       .start = start,
                       .settings = [](const std::string& url) { return "{url: \"" + url + "\"}"; },
                       .secrets = {{"password", "open-sesame"}},
                       .tables = {tables::kResources, tables::kBalances}});
}

}  // namespace
}  // namespace iz::test
