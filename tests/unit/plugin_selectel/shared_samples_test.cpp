// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "harness/shared_data.hpp"
#include "selectel_run.hpp"

// Answers in the provider's own shapes, which lie beside the checkout.
namespace iz::selectel::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kSamples = "providers/samples/selectel";
const std::string kKeystone = "https://cloud.api.selcloud.ru/identity/v3";
const std::string kRegion = "https://ru-3.cloud.api.selcloud.ru/";
const std::string kSampleProject = "444d155f36ed55209de7706db9e51d65";

std::string sample(const std::string& name) {
  return read_text(iz::test::shared_data(std::string(kSamples) + "/" + name + ".json"));
}

// The account of the samples: one project that the settings name, one region.
class SampleAccount : public Connection {
 public:
  SampleAccount() {
    host.setting("account", "512345")
        .json_setting("projects", "[\"production\"]")
        .json_setting("regions", "[\"ru-3\"]");
    host.clock(infrazen::Micros(std::chrono::sys_days(std::chrono::year(2026) / 3 / 1)) + std::chrono::hours(10));
    for (int i = 0; i < 2; ++i) {
      host.http().answer("POST", kKeystone + "/auth/tokens",
                         {201, {{"x-subject-token", "***"}}, sample("keystone_token")});
    }
    host.http().get(kKeystone + "/auth/projects", sample("keystone_projects"));
  }
  void list(const std::string& url, const std::string& name) { host.http().get(url, sample(name)); }
};

void answer_inventory(SampleAccount& account) {
  const std::string limit = "?limit=500";
  const std::string cinder = kRegion + "volume/v3/" + kSampleProject;
  account.list(kRegion + "compute/v2.1/servers/detail" + limit, "nova_servers_page1");
  account.list(kRegion + "compute/v2.1/servers/detail" + limit + "&marker=bdbb2ab2-d9a9-561b-9229-626bbd7fee23",
               "nova_servers_page2");
  // Only the query of a page's link counts: the samples' page has two rows.
  account.list(kRegion + "compute/v2.1/servers/detail?limit=2&marker=bdbb2ab2-d9a9-561b-9229-626bbd7fee23",
               "nova_servers_page2");
  account.list(cinder + "/volumes/detail" + limit, "cinder_volumes");
  account.list(cinder + "/snapshots/detail" + limit, "cinder_snapshots");
  account.list(kRegion + "network/v2.0/networks" + limit, "neutron_networks");
  account.list(kRegion + "network/v2.0/ports" + limit, "neutron_ports");
  account.list(kRegion + "network/v2.0/floatingips" + limit, "neutron_floatingips");
  account.list("https://ru-3.mks.selcloud.ru/v1/clusters", "mks_clusters");
  account.list("https://ru-3.mks.selcloud.ru/v1/clusters/7e5c0088-caaa-5806-9e9e-d9f3a2b92c68/nodegroups",
               "mks_nodegroups");
  account.list("https://ru-3.dbaas.selcloud.ru/v1/datastores", "dbaas_datastores");
  account.host.http().get("https://ru-3.dbaas.selcloud.ru/v1/datastore-types",
                          R"({"datastore-types":[{"id":"056a49ef-d29e-5b65-967d-0e90c3071b66","engine":"postgresql",)"
                          R"("version":"16"}]})");
  account.list("https://cr.selcloud.ru/api/v1/registries", "craas_registries");
  account.list("https://api.selectel.ru/servers/v2/resource", "dedicated_resources");
}

TEST(SelectelSharedSamples, what_there_is_becomes_resources_with_their_relations) {
  IZ_REQUIRE_SHARED(kSamples);
  SampleAccount account;
  answer_inventory(account);
  const Recording run = account.run("inventory", IZ_SYNC_FULL);
  EXPECT_THAT(run.problems, IsEmpty());
  const auto& web = run.row(Kind::resource, "name", "web-1");
  EXPECT_EQ(web["flavor"] + " " + web["cpu_cores"] + " " + web["datacenter"], "SL1.1-1024 1 ru-3b");
  EXPECT_EQ(web["ip_addresses"], R"(["192.168.0.10","203.0.113.10"])");
  EXPECT_EQ(run.row(Kind::resource, "name", "batch")["pricing_model"], "spot");
  EXPECT_EQ(run.row(Kind::resource, "name", "web-2")["status"], "SHUTOFF");
  EXPECT_EQ(run.row(Kind::resource, "name", "disk-for-web-1")["volume_type"], "fast.ru-3b");
  EXPECT_FALSE(run.row(Kind::resource, "name", "main-pg").has("parent_id"));
  EXPECT_EQ(run.row(Kind::resource, "name", "db host")["type"], "dedicated.server");
  const auto attached = relations(run, "attached_to");
  EXPECT_THAT(attached, Contains("91630bb3-9858-5dc1-aa39-1e5edb83c7c9>11ba1a0d-9840-5a32-91ee-2dc0b9f7a61c"));
  EXPECT_THAT(attached, Contains("5aeb6266-4914-5ff6-a77e-2a6d3a85daf5>11ba1a0d-9840-5a32-91ee-2dc0b9f7a61c"))
      << "an address is attached to the server behind its port";
  EXPECT_THAT(relations(run, "member_of"),
              Contains("2e369e1e-c6be-5a7e-a57a-45048a8d0712>3b1a2c00-69b4-5b8f-a853-4b77bab63367"));
}

TEST(SelectelSharedSamples, a_deleted_server_in_the_changes_is_retired) {
  IZ_REQUIRE_SHARED(kSamples);
  SampleAccount account;
  answer_inventory(account);
  (void)account.run("inventory", IZ_SYNC_FULL);
  account.list(kRegion + "compute/v2.1/servers/detail?limit=500&changes-since=2026-03-01T09:55:00Z",
               "nova_servers_changes_since");
  const Recording run = account.run("inventory");
  EXPECT_THAT(ids(run, Kind::retirement), ElementsAre("b1a32efd-fc6f-54a9-86a7-2c55a0ca5c87"));
}

TEST(SelectelSharedSamples, balances_before_and_after_differ_by_the_transactions) {
  IZ_REQUIRE_SHARED(kSamples);
  const auto main_balance = [](const std::string& name) {
    SampleAccount account;
    account.list("https://api.selectel.ru/v3/balances", name);
    account.list("https://api.selectel.ru/v2/billing/prediction", "prediction");
    const Recording run = account.run("balance");
    EXPECT_TRUE(run.ok()) << run.message;
    EXPECT_EQ(run.row(Kind::balance, "balance_kind", "main")["days_left"], "250");
    EXPECT_EQ(run.row(Kind::balance, "balance_kind", "bonus")["amount"], "200.5");
    return *infrazen::Decimal::parse(run.row(Kind::balance, "balance_kind", "main")["amount"]);
  };
  const auto before = main_balance("balances_v3_before");
  const auto after = main_balance("balances_v3");
  EXPECT_EQ((after - before).to_string(), "-10.31") << "EXPECTED.json: the transactions of the three hours";
  EXPECT_EQ(after.to_string(), "15000");
}

TEST(SelectelSharedSamples, points_of_databases_and_servers_are_read_as_they_come) {
  IZ_REQUIRE_SHARED(kSamples);
  SampleAccount account;
  account.host.setting("metrics_since", "1h").setting("metrics_lag", "0s");
  account.list("https://ru-3.dbaas.selcloud.ru/v1/datastores", "dbaas_datastores");
  account.list(
      "https://ru-3.dbaas.selcloud.ru/v1/datastores/2e21c0b4-30ab-5779-b99f-0ca66ded6ad9/metrics?start=1772355600&end="
      "1772359200",
      "dbaas_datastore_metrics");
  account.list(kRegion + "compute/v2.1/servers/detail?limit=500", "nova_servers_page2");
  for (const char* unused : {"cpu", "memory"}) {
    (void)unused;
    account.host.http().answer(
        "POST",
        kRegion +
            "metric/v1/aggregates?details=false&granularity=300&start=2026-03-01T09:00:00Z&stop=2026-03-01T10:00:"
            "00Z",
        {200, {}, sample("gnocchi_cpu_aggregated")});
  }
  const Recording run = account.run("metrics");
  std::vector<std::string> series;
  for (const auto& segment : run.segments) {
    series.push_back(segment.resource_type + " " + segment.metric_name + " " + std::to_string(segment.points.size()));
  }
  EXPECT_THAT(series, Contains("dbaas.datastore cpu_utilization 3"));
  EXPECT_THAT(series, Contains("dbaas.datastore memory_utilization 3"));
  EXPECT_THAT(series, Contains("compute.server cpu_utilization 12"));
  EXPECT_THAT(run.problems, IsEmpty());
}

}  // namespace
}  // namespace iz::selectel::test
