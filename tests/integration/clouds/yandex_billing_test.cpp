// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <memory>

#include <gtest/gtest.h>

#include "fakes/s3/storage.hpp"
#include "fakes/yandex/billing.hpp"
#include "fakes/yandex/cloud.hpp"
#include "integration/clouds/matrix.hpp"

namespace iz::test {
namespace {

// Enough for a second page of prices and of files; one row is covered by a commitment.
std::string day_file(const std::string& date) {
  std::string out =
      "billing_account_id,date,currency,cost,credit,cud_credit,service_id,service_name,sku_id,sku_name,folder_id,"
      "resource_id,pricing_quantity,pricing_unit,label.user_labels.team\n";
  const std::string begin = "dn2acc," + date + ",RUB,";
  out += begin + "24,0,0,svc,Compute Cloud,cvos,\"CVoS. Ice Lake, 1 year\",f-1,,24,core*hour,\n";
  out += begin + "48,-48,-48,svc,Compute Cloud,cpu,Ice Lake,f-1,vm-1,24,core*hour,shop\n";
  for (int i = 0; i < 40; ++i) {
    const std::string number = std::to_string(i);
    out += begin + number + ".25,0,0,svc,Compute Cloud,ram,RAM,f-1,vm-" + number + ",1,gbyte*hour,data\n";
  }
  return out;
}

std::string sku(const std::string& id) {
  return R"({"id":")" + id + R"(","name":"sku )" + id +
         R"(","serviceId":"svc","pricingUnit":"hour","pricingVersions":[{"type":"STREET_PRICE","effectiveTime":"2026-01-01T00:00:00Z","pricingExpressions":[{"rates":[{"unitPrice":"1.5","currency":"RUB"}]}]}]})";
}

struct Billing {
  YandexCloud cloud;
  YandexBillingFake billing{
      {{.id = "dn2acc", .name = "romb", .currency = "RUB", .balance = "12.34", .clouds = {"c-1"}}}};
  S3Storage storage{"export"};
};

CloudFake start(const std::string&) {
  const auto all = std::make_shared<Billing>();
  all->billing.add_service("svc", "Compute Cloud");
  for (const char* id : {"dn2a", "dn2b", "dn2c", "dn2d", "dn2e"}) all->billing.add_sku(id, sku(id));
  for (const char* date : {"2026-10-10", "2026-10-11", "2026-10-12", "2026-10-13"})
    all->storage.objects["daily/" + std::string(date) + ".csv"] = day_file(date);
  CloudFake fake;
  fake.handler = [all, cloud = all->cloud.handler()](const ReceivedRequest& request) {
    if (request.path.starts_with("/export")) return all->storage.answer(request);
    if (auto reply = all->billing.answer(request)) return *reply;
    return cloud(request);
  };
  fake.habits.is_login = [](const ReceivedRequest& request) { return request.path == "/iam/v1/tokens"; };
  fake.habits.is_later_page = [](const ReceivedRequest& request) {
    return request.query.find("pageToken=") != std::string::npos ||
           request.query.find("continuation-token=") != std::string::npos;
  };
  fake.habits.expire = [](Reply& reply) {
    const auto at = reply.body.find(R"("expiresAt":")");
    if (at != std::string::npos) reply.body.replace(at + 13, 4, "2001");
  };
  return fake;
}

TEST(Clouds, yandex_billing_survives_every_fault) {
  survive_every_fault(
      {.name = "yandex_billing",
       .connector = "yandex",
       .streams = {"costs", "prices", "balance"},
       .streams_off = {"inventory", "metrics", "logs"},
       .start = start,
       .settings =
           [](const std::string& url) {
             return "{key_id: " + YandexCloud::key_id() + ", service_account_id: " + YandexCloud::service_account_id() +
                    ", discover_endpoints: false, billing_bucket: export, " +
                    "billing_prefix: daily/, endpoints: {\"*\": \"" + url + "\"}}";
           },
       .secrets = {{"key", YandexCloud().key_file()},
                   {"static_key", std::string(S3Storage::kKeyId) + ":" + std::string(S3Storage::kSecret)}},
       .tables = {tables::kCharges, tables::kPrices, tables::kBalances, tables::kAccounts},
       .without = {{"token_revoked", "requests of the bucket are signed and have no token"}}});
}

}  // namespace
}  // namespace iz::test
