// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Selectel's own services beside OpenStack's, balances, transactions, metrics, and the test of a connection.
#include <gmock/gmock.h>

#include "harness/shared_data.hpp"
#include "integration/selectel/openstack_estate.hpp"
#include "integration/selectel/selectel_account.hpp"

namespace iz::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(SelectelAccount, clusters_databases_registries_and_dedicated_servers_are_listed_with_what_they_hang_on) {
  cloud.openstack().put("servers", "ru-1", "prod", server_json("s1", "node-1"));
  cloud.put("/ru-1/mks/v1/clusters",
            R"({"clusters":[{"id":"k1","name":"prod","status":"ACTIVE","project_id":"prod","kube_version":"1.31"}]})");
  cloud.put("/ru-1/mks/v1/clusters/k1/nodegroups",
            R"({"nodegroups":[{"id":"ng1","cluster_id":"k1","status":"ACTIVE","flavor_id":"1013","volume_gb":30,)"
            R"("availability_zone":"ru-1b","nodes":[{"id":"node1","ip":"10.0.0.5","os_server_id":"s1"}]}]})");
  cloud.put("/ru-2/mks/v1/clusters", R"({"clusters":[]})");
  cloud.put("/ru-1/dbaas/v1/datastores",
            R"({"datastores":[{"id":"db1","name":"main","status":"ACTIVE","project_id":"prod","type_id":"t1",)"
            R"("flavor":{"vcpus":2,"ram":4096,"disk":64,"disk_type":"local"},"node_count":2,)"
            R"("instances":[{"ip":"10.0.0.6","floating_ip":"None","availability_zone":"ru-1b"}]}]})");
  cloud.put("/ru-1/dbaas/v1/datastore-types",
            R"({"datastore-types":[{"id":"t1","engine":"postgresql","version":"16"}]})");
  cloud.put("/registry/api/v1/registries",
            R"([{"id":"r1","name":"images","createdAt":"2026-01-01T00:00:00Z","status":"ACTIVE","size":7340032000}])");
  cloud.put(
      "/servers/v2/resource",
      R"({"result":[{"uuid":"x1","state":"active","location_uuid":"SPB","service_uuid":"cfg","user_desc":"db host"}]})");
  cloud.put(
      "/vpc/resell/v2/projects",
      R"({"projects":[{"id":"prod","name":"production","enabled":true},{"id":"ops","name":"ops","enabled":true}]})");
  connect("inventory");
  daemon.start();
  ASSERT_TRUE(ends("inventory")) << last_run() << daemon.log();
  EXPECT_EQ(daemon.scalar("SELECT string_agg(raw_type || ' ' || resource_id, ', ' ORDER BY raw_type) FROM "
                          "infrazen.resources WHERE is_active"),
            "compute.server s1, craas.registry r1, dbaas.datastore db1, dedicated.server x1, mks.cluster k1, "
            "mks.nodegroup ng1");
  EXPECT_EQ(daemon.scalar("SELECT string_agg(f.external_id || '>' || t.external_id, ',' ORDER BY f.external_id) FROM "
                          "infrazen.resource_relations r JOIN infrazen.resource_items f ON f.id = r.from_resource_id "
                          "JOIN infrazen.resource_items t ON t.id = r.to_resource_id WHERE r.relation = 'member_of'"),
            "ng1>k1,s1>ng1");
  EXPECT_EQ(daemon.scalar("SELECT attributes ->> 'engine' FROM infrazen.resources WHERE resource_id = 'db1'"),
            "postgresql 16");
  EXPECT_THAT(daemon.scalar("SELECT string_agg(rule || ' ' || message, '; ') FROM infrazen.findings"),
              HasSubstr("project_without_role project ops (ops) belongs to the account"));

  // The cluster is gone, and what hung on it.
  cloud.put("/ru-1/mks/v1/clusters", R"({"clusters":[]})");
  daemon.sync("sel", "inventory");
  ASSERT_TRUE(ends("inventory")) << last_run();
  EXPECT_EQ(daemon.scalar("SELECT string_agg(resource_id, ',' ORDER BY resource_id) FROM infrazen.resources WHERE NOT "
                          "is_active"),
            "k1,ng1");
}

TEST_F(SelectelAccount, a_project_that_was_deleted_is_told_from_one_that_the_user_lost) {
  cloud.openstack().add_project("old", "old");
  cloud.openstack().add_project("lost", "lost");
  for (const std::string project : {"prod", "old", "lost"}) {
    cloud.openstack().put("servers", "ru-1", project, server_json("s-" + project, "web"));
  }
  const auto account_has = [&](const std::string& more) {
    cloud.put("/vpc/resell/v2/projects", R"({"projects":[{"id":"prod","name":"production"})" + more + "]}");
  };
  account_has(R"(,{"id":"old","name":"old"},{"id":"lost","name":"lost"})");
  connect("inventory");
  daemon.start();
  ASSERT_TRUE(ends("inventory")) << last_run() << daemon.log();
  const auto active = [&] {
    return daemon.scalar(
        "SELECT string_agg(resource_id, ',' ORDER BY resource_id) FROM infrazen.resources WHERE "
        "is_active");
  };
  EXPECT_EQ(active(), "s-lost,s-old,s-prod");

  cloud.openstack().remove_project("old");
  cloud.openstack().remove_project("lost");
  account_has(R"(,{"id":"lost","name":"lost"})");
  daemon.sync("sel", "inventory", "full");
  ASSERT_TRUE(ends("inventory")) << last_run();
  EXPECT_EQ(active(), "s-lost,s-prod");
}

TEST_F(SelectelAccount, balances_are_exact_and_know_how_many_days_they_last) {
  cloud.put("/v3/balances",
            R"({"data":{"billings":[{"billing_type":"primary","debt_sum":5,"balances":[{"balance_type":"main",)"
            R"("value":912345678901},{"balance_type":"bonus","value":20050},{"balance_type":"vk_rub","value":1}]}]},)"
            R"("settings":{"currency":"rub"}})");
  cloud.put("/v2/billing/prediction", R"({"status":"success","data":{"primary":250,"storage":null}})");
  connect("balance");
  daemon.start();
  ASSERT_TRUE(ends("balance")) << last_run() << daemon.log();
  EXPECT_EQ(
      daemon.scalar("SELECT string_agg(account_id || ' ' || balance_kind || ' ' || trim_scale(amount) || currency ||"
                    " coalesce(' ' || days_left, ''), ', ' ORDER BY account_id, balance_kind) FROM "
                    "infrazen.current_balances"),
      "100001 bonus 200.5RUB, 100001 credit -0.05RUB, 100001 main 9123456789.01RUB 250, 100001/vk_rub bonus 0.01RUB");
}

TEST_F(SelectelAccount, a_token_does_where_there_is_no_static_key_and_settings_may_stand_below_data) {
  cloud.put("/v4/balances",
            R"({"data":{"billings":[{"billing_type":"primary","balances":[{"balance_type":"main","value":100}]}],)"
            R"("settings":{"currency":"rub"}}})");
  cloud.put("/v2/billing/prediction", R"({"status":"success","data":{"primary":30}})");
  connect("balance", ", prediction_unit: hours", false);
  daemon.start();
  ASSERT_TRUE(ends("balance")) << last_run() << daemon.log();
  EXPECT_EQ(daemon.scalar("SELECT trim_scale(amount) || ' ' || trim_scale(days_left) FROM infrazen.current_balances"),
            "1 1.25");
}

TEST_F(SelectelAccount, transactions_are_documents_once_each) {
  IZ_REQUIRE_SHARED("providers/samples/selectel");
  const std::string day = bill_day(1);
  cloud.transactions(
      replaced(replaced(read_text(shared_data("providers/samples/selectel/transactions.json")), "2026-03-01", day),
               "2026-02-28", bill_day(2)));
  connect("documents", ", costs_since: '" + bill_day(3) + "'");
  daemon.start();
  ASSERT_TRUE(ends("documents")) << last_run() << daemon.log();
  daemon.sync("sel", "documents");
  ASSERT_TRUE(ends("documents")) << last_run();
  EXPECT_EQ(daemon.scalar("SELECT string_agg(document_type || ' ' || n || ' ' || s, ', ' ORDER BY 1) FROM (SELECT "
                          "document_type, count(*) n, trim_scale(sum(amount)) s FROM infrazen.documents GROUP BY 1) x"),
            "act 4 -10.9, correction 1 0.59, payment 1 10000");
}

TEST_F(SelectelAccount, points_of_servers_and_databases_are_read_once_and_no_points_are_no_failure) {
  cloud.openstack().put("servers", "ru-1", "prod", server_json("s1", "web-1"));
  cloud.openstack().put("servers", "ru-1", "prod", server_json("s2", "silent"));
  cloud.openstack().put("loadbalancers", "ru-1", "prod", R"({"id":"lb1","name":"front","operating_status":"ONLINE"})");
  cloud.put("/ru-1/load-balancer/v2.0/lbaas/loadbalancers/lb1/stats",
            R"({"stats":{"active_connections":7,"bytes_in":1000,"bytes_out":2000}})");
  const auto now = std::time(nullptr) - 3600;
  const auto first = now - now % 300;
  const auto at = [](std::time_t seconds) {
    char buffer[32];
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%S+00:00", &parts);
    return std::string(buffer);
  };
  cloud.points("s1", "(metric cpu_util mean)",
               "[[\"" + at(first) + "\",300.0,11.5],[\"" + at(first + 300) + "\",300.0,6.25]]");
  cloud.points("s1", "(metric memory.usage mean)", "[[\"" + at(first) + "\",300.0,512]]");
  cloud.put("/ru-1/dbaas/v1/datastores", R"({"datastores":[{"id":"db1","name":"main"}]})");
  cloud.put("/ru-1/dbaas/v1/datastores/db1/metrics",
            R"({"metrics":{"step":60,"cpu":[{"datastore_id":"db1","ip":"10.0.0.6","timestamps":[)" +
                std::to_string(first) + "," + std::to_string(first + 60) + R"(],"values":[3.1,4.2]}]}})");
  connect("metrics");
  daemon.start();
  ASSERT_TRUE(ends("metrics")) << last_run() << daemon.log();
  daemon.sync("sel", "metrics");
  ASSERT_TRUE(ends("metrics")) << last_run();
  EXPECT_EQ(
      daemon.scalar("SELECT string_agg(external_id || ' ' || metric_name || ' ' || n || ' ' || v, ', ' ORDER BY "
                    "external_id, metric_name) FROM (SELECT i.external_id, m.metric_name, count(*) n, "
                    "max(m.metric_value) v FROM infrazen.resource_metrics m JOIN infrazen.resource_items i ON i.id "
                    "= m.resource_id WHERE i.raw_type <> 'network.load_balancer' GROUP BY 1, 2) x"),
      "db1 cpu_utilization 2 4.2, s1 cpu_utilization 2 11.5, s1 memory_usage 1 536870912");
  EXPECT_EQ(daemon.scalar("SELECT string_agg(DISTINCT m.metric_name, ',') FROM infrazen.resource_metrics m JOIN "
                          "infrazen.resource_items i ON i.id = m.resource_id WHERE i.external_id = 'lb1'"),
            "active_connections,bytes_in_total,bytes_out_total");
}

}  // namespace
}  // namespace iz::test
