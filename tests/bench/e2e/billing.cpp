// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What connector-host needs for a bill of 1 GB that comes over HTTP: the billing export of Yandex Cloud out of a
// bucket.
#include "e2e/bench.hpp"
#include "e2e/yandex_connection.hpp"
#include "fakes/http/server.hpp"
#include "fakes/s3/storage.hpp"
#include "fakes/yandex/cloud.hpp"

namespace iz::bench {
namespace {

constexpr std::size_t kBytes = std::size_t{1} << 30U;

struct Export {
  std::string csv;
  std::int64_t rows = 0;
  std::string cost;  // of all rows, exact
};

// A month of charges: every row another resource, day or amount, as a large account's are.
Export make_export() {
  Export made;
  made.csv.reserve(kBytes + 4096);
  made.csv =
      "billing_account_id,billing_account_name,cloud_id,cloud_name,folder_id,folder_name,resource_id,service_id,"
      "service_name,"
      "sku_id,sku_name,date,currency,pricing_quantity,pricing_unit,cost,credit,monetary_grant_credit,volume_incentive_"
      "credit,"
      "cud_credit,misc_credit,label.user_labels.env,label.user_labels.team,locale,updated_at,exported_at\n";
  std::int64_t hundredths = 0;
  while (made.csv.size() < kBytes) {
    const std::int64_t row = made.rows++;
    const std::string day = std::to_string(1 + row / 75'000 % 31);
    const std::int64_t amount = 100 + row * 7919 % 99'991;
    hundredths += amount;
    const std::string fraction = std::to_string(amount % 100);
    made.csv += "dn2benchaccount00001,bench-rub,b1gcloud000000000001,bench-main,b1gfolder" +
                std::to_string(100 + row % 40) + "0000000,folder-" + std::to_string(row % 40) + ",epdresource" +
                std::to_string(100'000 + row / 4 % 20'000) + "000,dn2compute0000000001,Compute Cloud,dn2sku" +
                std::to_string(1'000 + row % 400) + "000000000,Intel Ice Lake. 100% vCPU and something more " +
                std::to_string(row % 400) + ",2026-10-" + (day.size() < 2 ? "0" : "") + day + ",RUB," +
                std::to_string(1 + row % 24) + ",core*hour," + std::to_string(amount / 100) + "." +
                (fraction.size() < 2 ? "0" : "") + fraction + ",0,0,0,0,0,prod,team-" + std::to_string(row % 17) +
                ",en,1792026000,2026-11-01T01:04:42Z\n";
  }
  made.cost = std::to_string(hundredths);
  return made;
}

}  // namespace

void host_rss_billing() {
  Figure memory{"host-rss-billing-1gb", "MB", {}, {}};
  Figure speed{"billing-1gb", "MB/s", {}, {}};
  test::YandexCloud cloud;
  test::S3Storage bucket("billing");
  bucket.takes_token = [](std::string_view token) { return !token.empty(); };
  const Export made = make_export();
  bucket.objects["202610.csv"] = made.csv;
  test::HttpServer server;
  server.handle_others([&, api = cloud.handler()](const test::ReceivedRequest& request) {
    return bucket.serves(request) ? bucket.answer(request) : api(request);
  });
  Daemon daemon({"yandex"});
  connect_yandex(daemon, cloud, server.url(""), "costs", "billing_bucket: billing");
  daemon->start();
  const double seconds = daemon.timed_run("yc", "costs");
  const auto rows = daemon->query("SELECT count(*), sum(billed_cost) * 100 FROM infrazen.cost_charges");
  verify(rows.at(0).at(0) == std::to_string(made.rows), "rows: " + rows.at(0).at(0).value_or("none"));
  verify(daemon->scalar("SELECT trim_scale(sum(billed_cost) * 100)::text FROM infrazen.cost_charges") == made.cost,
         "the sum of the charges");
  memory.values.push_back(daemon.host_mb());
  speed.values.push_back(static_cast<double>(made.csv.size()) / 1e6 / seconds);
  print(memory);
  print(speed);
}

}  // namespace iz::bench
