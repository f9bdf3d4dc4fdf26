// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <memory>

#include <gtest/gtest.h>

#include "fakes/yandex/cloud.hpp"
#include "integration/clouds/matrix.hpp"

namespace iz::test {
namespace {

const std::string kDisks = "/compute/v1/disks";
// What there is more than furnish() makes, so that listings have a second page.
constexpr int kMore = 12;
const std::string kAdded = "fhmadded000000000000";

std::string disk(const std::string& id) {
  return R"({"id":")" + id + R"(","folderId":")" + kYandexFolder +
         R"(","createdAt":"2026-02-03T04:05:06Z","name":"more","typeId":"network-ssd","zoneId":"ru-central1-a",)" +
         R"("size":"10737418240","status":"READY"})";
}

CloudFake start(const std::string&) {
  const auto cloud = std::make_shared<YandexCloud>();
  furnish(*cloud);
  for (int i = 0; i < kMore; ++i) cloud->put(kDisks, disk("fhmmore00000000000" + std::to_string(10 + i)));
  CloudFake fake;
  fake.handler = [cloud, handle = cloud->handler()](const ReceivedRequest& request) { return handle(request); };
  fake.habits.is_login = [](const ReceivedRequest& request) { return request.path == "/iam/v1/tokens"; };
  fake.habits.is_later_page = [](const ReceivedRequest& request) {
    return request.query.find("pageToken=") != std::string::npos;
  };
  fake.habits.expire = [](Reply& reply) {
    const auto at = reply.body.find(R"("expiresAt":")");
    if (at != std::string::npos) reply.body.replace(at + 13, 4, "2001");
  };
  fake.habits.change = [cloud] { cloud->put(kDisks, disk(kAdded)); };
  fake.habits.restore = [cloud] { cloud->remove(kDisks, kAdded); };
  return fake;
}

TEST(Clouds, yandex_inventory_survives_every_fault) {
  survive_every_fault({.name = "yandex",
                       .connector = "yandex",
                       .streams = {"inventory"},
                       .streams_off = {"metrics", "logs", "costs", "prices", "balance"},
                       .start = start,
                       .settings =
                           [](const std::string& url) {
                             return "{key_id: " + YandexCloud::key_id() +
                                    ", service_account_id: " + YandexCloud::service_account_id() +
                                    ", page_size: 10, endpoints: {\"*\": \"" + url + "\"}}";
                           },
                       .secrets = {{"key", YandexCloud().key_file()}},
                       .tables = {tables::kResources, tables::kRelations, tables::kAccounts}});
}

}  // namespace
}  // namespace iz::test
