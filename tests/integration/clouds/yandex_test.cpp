// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <memory>

#include <gtest/gtest.h>

#include "integration/clouds/yandex_estate.hpp"

namespace iz::test {
namespace {

CloudFake start(const std::string&) {
  const auto cloud = std::make_shared<YandexCloud>();
  furnish(*cloud);
  for (const std::string& id : more_yandex_disks()) cloud->put(kYandexDisks, yandex_disk(id));
  return yandex_fake(cloud);
}

TEST(Clouds, yandex_inventory_survives_every_fault) {
  survive_every_fault({.name = "yandex",
                       .connector = "yandex",
                       .streams = {"inventory"},
                       .streams_off = {"metrics", "logs", "costs", "prices", "balance"},
                       .start = start,
                       .settings = [](const std::string& url) { return yandex_settings(url); },
                       .secrets = {{"key", YandexCloud().key_file()}},
                       .tables = {tables::kResources, tables::kRelations, tables::kAccounts}});
}

}  // namespace
}  // namespace iz::test
