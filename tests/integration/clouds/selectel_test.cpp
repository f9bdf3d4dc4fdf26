// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <ctime>
#include <memory>

#include <gtest/gtest.h>

#include "fakes/selectel/cloud.hpp"
#include "integration/clouds/keystone.hpp"
#include "integration/clouds/matrix.hpp"

namespace iz::test {
namespace {

// Of the bill, whose clock is Moscow's: yesterday. The same all along, also over midnight.
const std::string& yesterday() {
  static const std::string kDay = [] {
    const std::time_t seconds = std::time(nullptr) + 3 * 3600 - 86400;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char buffer[11];
    std::strftime(buffer, sizeof buffer, "%Y-%m-%d", &parts);
    return std::string(buffer);
  }();
  return kDay;
}

std::string consumption() {
  std::string rows;
  for (int hour = 0; hour < 24; ++hour) {
    const std::string period = yesterday() + (hour < 10 ? "T0" : "T") + std::to_string(hour) + ":00:00";
    for (const std::string balance : {"null", "\"bonus\""}) {
      rows += (rows.empty() ? "[" : ",") + std::string(R"({"account_id":"100001","provider_key":"vpc","value":93,)") +
              R"("period":")" + period +
              R"(","project":{"id":"prod","name":"production"},"metric":{"id":"compute_cores",)" +
              R"("name":"vCPU","quantity":1,"unit":"item","region":"ru-1b"},"object":{"id":"s1","name":"web-1",)" +
              R"("type":"cloud_vm"},"balance":)" + balance + "}";
    }
  }
  return rows + "]";
}

void fill(SelectelCloud& cloud) {
  cloud.openstack().add_project("prod", "production");
  for (const std::string n : {"1", "2", "3"}) {
    cloud.openstack().put("servers", "ru-1", "prod",
                          R"({"id":"s)" + n +
                              R"(","name":"web","status":"ACTIVE","created":"2026-01-10T08:00:00Z",)"
                              R"("flavor":{"original_name":"SL1","vcpus":1,"ram":1024,"disk":0},"image":""})");
  }
  cloud.openstack().add_service("object-store", "/store/v1/AUTH_prod");
  for (const std::string n : {"1", "2", "3"})
    cloud.openstack().put("containers", "ru-1", "prod", R"({"name":"media-)" + n + R"(","bytes":17,"count":1})");
  cloud.put("/ru-1/mks/v1/clusters", R"({"clusters":[{"id":"k1","name":"prod","project_id":"prod"}]})");
  cloud.put("/ru-1/mks/v1/clusters/k1/nodegroups",
            R"({"nodegroups":[{"id":"ng1","cluster_id":"k1","nodes":[{"os_server_id":"s1"}]}]})");
  cloud.put("/ru-1/dbaas/v1/datastores", R"({"datastores":[{"id":"db1","project_id":"prod","type_id":"t1"}]})");
  cloud.put("/ru-1/dbaas/v1/datastore-types", R"({"datastore-types":[{"id":"t1","engine":"redis","version":"7"}]})");
  cloud.put("/registry/api/v1/registries", R"([{"id":"r1","name":"images"}])");
  cloud.put("/servers/v2/resource", R"({"result":[{"uuid":"x1","state":"active"}]})");
  cloud.put("/vpc/resell/v2/projects", R"({"projects":[{"id":"prod","name":"production"}]})");
  cloud.put("/v4/balances",
            R"({"data":{"billings":[{"billing_type":"primary","balances":[{"balance_type":"main","value":150}]}]}})");
  cloud.put("/v2/billing/prediction", R"({"status":"success","data":{"primary":250}})");
  cloud.consumption(consumption());
  cloud.transactions(R"([{"id_meta":{"id":[7,8]},"transaction_type":"payment","price":-93,"state":"done","created":")" +
                     yesterday() + R"(T10:05:00"}])");
}

CloudFake start(const std::string& url) {
  const auto cloud = std::make_shared<SelectelCloud>(url);
  fill(*cloud);
  return keystone_fake(cloud);
}

TEST(Clouds, selectel_survives_every_fault) {
  survive_every_fault({.name = "selectel",
                       .connector = "selectel",
                       .streams = {"inventory", "costs", "balance", "documents"},
                       .streams_off = {"metrics"},
                       .start = start,
                       .settings =
                           [](const std::string& url) {
                             return "{account: '100001', user: infrazen-reader, costs_since: '" + yesterday() +
                                    "', auth_url: '" + url + "/identity/v3', api_url: '" + url + "', registry_url: '" +
                                    url + "/registry/api/v1'}";
                           },
                       .secrets = {{"password", SelectelCloud::password()}},
                       .tables = {tables::kResources, tables::kRelations, tables::kAccounts, tables::kCharges,
                                  tables::kBalances, tables::kDocuments}});
}

}  // namespace
}  // namespace iz::test
