// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "integration/clouds/yandex_estate.hpp"

// Points of Monitoring: machines, disks and hosts of databases.
namespace iz::test {
namespace {

const std::time_t kNow = std::time(nullptr);

// The same for all fakes and runs: none of them asks for a step more than the others, as half of one is left at least.
std::time_t step_with_time_left() {
  std::time_t step = 3600;
  while (kNow % step >= step / 2) step += 300;
  return step;
}
const std::time_t kStep = step_with_time_left();
const std::time_t kFirst = kNow - kNow % kStep - 8 * kStep;

void measure(YandexCloud& cloud, const std::string& name, std::map<std::string, std::string> labels, double value,
             const std::string& folder = kYandexFolder) {
  YandexSeries series{.folder = folder, .name = name, .labels = std::move(labels), .points = {}};
  for (int i = 0; i < 6; ++i) series.points[kFirst + i * kStep] = value + i;
  cloud.monitoring().put(series);
}

void fill(YandexCloud& cloud) {
  furnish(cloud);
  const std::string other = "b1gfolder00000000002";
  cloud.put("/compute/v1/instances",
            R"({"id":"fhmvmdev000000000001","folderId":")" + other + R"(","name":"dev-1","status":"RUNNING"})");
  measure(cloud, "cpu_usage", {{"service", "compute"}, {"resource_id", "shop-1"}}, 10.25);
  measure(cloud, "cpu_usage", {{"service", "compute"}, {"resource_id", "dev-1"}}, 20.5, other);
  for (const std::string interface : {"0", "1"}) {
    measure(cloud, "network_sent_bytes",
            {{"service", "compute"}, {"resource_id", "shop-1"}, {"interface_number", interface}}, 1000);
  }
  // Of both pages.
  double value = 0;
  for (const std::string& id : more_yandex_disks()) {
    cloud.put(kYandexDisks, yandex_disk(id));
    measure(cloud, "disk.read_bytes", {{"service", "compute"}, {"instance", "shop-1"}, {"disk", id}}, value += 100);
  }
  measure(cloud, "cpu.idle",
          {{"service", "managed-postgresql"},
           {"resource_id", "c9qpostgres000000001"},
           {"host", "rc1a-one.mdb.yandexcloud.net"}},
          90);
}

CloudFake start(const std::string&) {
  const auto cloud = std::make_shared<YandexCloud>();
  fill(*cloud);
  return yandex_fake(cloud);
}

TEST(Clouds, yandex_metrics_survive_every_fault) {
  survive_every_fault(
      {.name = "yandex-metrics",
       .connector = "yandex",
       .streams = {"metrics"},
       .streams_off = {"inventory", "logs", "costs", "prices", "balance"},
       .start = start,
       .settings =
           [](const std::string& url) { return yandex_settings(url, "metrics_grid: " + std::to_string(kStep) + "s"); },
       .secrets = {{"key", YandexCloud().key_file()}},
       .tables = {tables::kMetrics}});
}

}  // namespace
}  // namespace iz::test
