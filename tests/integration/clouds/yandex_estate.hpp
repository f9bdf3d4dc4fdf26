// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fakes/yandex/cloud.hpp"
#include "integration/clouds/matrix.hpp"

// What the matrix's cases about Yandex Cloud share: disks, more of them than a page has, and how a fault meets the API.
namespace iz::test {

inline const std::string kYandexDisks = "/compute/v1/disks";

[[nodiscard]] inline std::string yandex_disk(const std::string& id) {
  return R"({"id":")" + id + R"(","folderId":")" + kYandexFolder + R"(","createdAt":"2026-02-03T04:05:06Z","name":")" +
         id + R"(","typeId":"network-ssd","zoneId":"ru-central1-a","size":"10737418240","status":"READY"})";
}

// So many that their listing has a second page.
[[nodiscard]] inline std::vector<std::string> more_yandex_disks() {
  std::vector<std::string> ids;
  for (int i = 10; i < 22; ++i) ids.push_back("fhmmore00000000000" + std::to_string(i));
  return ids;
}

[[nodiscard]] inline CloudFake yandex_fake(const std::shared_ptr<YandexCloud>& cloud) {
  const std::string added = "fhmadded000000000000";
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
  fake.habits.change = [cloud, added] { cloud->put(kYandexDisks, yandex_disk(added)); };
  fake.habits.restore = [cloud, added] { cloud->remove(kYandexDisks, added); };
  return fake;
}

// Settings of a connection to it, and `more` of them ("metrics_grid: 1h").
[[nodiscard]] inline std::string yandex_settings(const std::string& url, const std::string& more = {}) {
  return "{key_id: " + YandexCloud::key_id() + ", service_account_id: " + YandexCloud::service_account_id() +
         ", page_size: 10, " + (more.empty() ? "" : more + ", ") + "endpoints: {\"*\": \"" + url + "\"}}";
}

}  // namespace iz::test
