// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <map>
#include <set>

#include <boost/json.hpp>

#include "harness/shared_data.hpp"
#include "support/url.hpp"
#include "yandex_run.hpp"

// The answers in ../shared/providers/samples/yandex, as the API would give them for one folder.
namespace iz::yandex {
namespace {

namespace json = boost::json;

constexpr const char* kSamples = "providers/samples/yandex";
const std::string kFolder = "b1g85k0vaudrq5lhrm2g";
const std::string kIn = "?folderId=" + kFolder + "&pageSize=1000";

std::string sample(const std::string& name) {
  return file_text(test::shared_data(kSamples) / (name + ".json"));
}

// Of a kind's listing: host, path, file.
struct Answer {
  const char* host;
  const char* path;
  const char* file;
};
constexpr Answer kListings[] = {
    {"compute", "/compute/v1/disks", "compute_disks"},
    {"compute", "/compute/v1/images", "compute_images"},
    {"compute", "/compute/v1/snapshots", "compute_snapshots"},
    {"compute", "/compute/v1/filesystems", "compute_filesystems"},
    {"compute", "/compute/v1/gpuClusters", "compute_gpu_clusters"},
    {"compute", "/compute/v1/reservedInstancePools", "compute_reserved_instance_pools"},
    {"compute", "/compute/v1/hostGroups", "empty_list"},
    {"vpc", "/vpc/v1/networks", "vpc_networks"},
    {"vpc", "/vpc/v1/subnets", "vpc_subnets"},
    {"vpc", "/vpc/v1/addresses", "vpc_addresses"},
    {"vpc", "/vpc/v1/gateways", "vpc_gateways"},
    {"vpc", "/vpc/v1/securityGroups", "vpc_security_groups"},
    {"load-balancer", "/load-balancer/v1/networkLoadBalancers", "nlb_network_load_balancers"},
    {"alb", "/apploadbalancer/v1/loadBalancers", "alb_load_balancers"},
    {"mdb", "/managed-postgresql/v1/clusters", "mdb_postgresql_clusters"},
    {"mdb", "/managed-clickhouse/v1/clusters", "mdb_clickhouse_clusters"},
    {"mks", "/managed-kubernetes/v1/clusters", "k8s_clusters"},
    {"mks", "/managed-kubernetes/v1/nodeGroups", "k8s_node_groups"},
    {"storage", "/storage/v1/buckets", "storage_buckets"},
    {"container-registry", "/container-registry/v1/registries", "container_registries"},
    {"container-registry", "/container-registry/v1/images", "container_registry_images"},
    {"serverless-functions", "/functions/v1/functions", "functions"},
    {"serverless-containers", "/containers/v1/containers", "serverless_containers"},
    {"ydb", "/ydb/v1/databases", "ydb_databases"},
    {"dns", "/dns/v1/zones", "dns_zones"},
    {"cdn", "/cdn/v1/resources", "cdn_resources"},
    {"kms", "/kms/v1/keys", "kms_keys"},
    {"lockbox", "/lockbox/v1/secrets", "lockbox_secrets"},
    {"logging", "/logging/v1/logGroups", "logging_log_groups"},
    {"audittrails", "/audit-trails/v1/trails", "audit_trails"},
};

struct SampleCloud : testing::Test {
  void SetUp() override {
    IZ_REQUIRE_SHARED(kSamples);
    cloud.host.json_setting("folders", R"([")" + kFolder + R"("])");
    const json::object folders = json::parse(sample("folders")).as_object();
    cloud.get("resource-manager", "/resource-manager/v1/folders/" + kFolder,
              json::serialize(folders.at("folders").at(0)));
    const json::object clouds = json::parse(sample("clouds")).as_object();
    cloud.get("resource-manager", "/resource-manager/v1/clouds/b1gic0evdrs5pkh1vkgd",
              json::serialize(clouds.at("clouds").at(0)));
    for (const Answer& answer : kListings) cloud.get(answer.host, answer.path + kIn, sample(answer.file));
    cloud.get("compute", "/compute/v1/instances" + kIn, sample("compute_instances_page1"));
    const json::object page1 = json::parse(sample("compute_instances_page1")).as_object();
    const std::string token = page1.at("nextPageToken").as_string().c_str();
    cloud.get("compute", "/compute/v1/instances" + kIn + "&pageToken=" + support::percent_encoded(token),
              sample("compute_instances_page2"));
    parts();
  }
  void parts() {
    cloud.get("compute", "/compute/v1/instanceGroups?folderId=" + kFolder + "&view=FULL&pageSize=1000",
              sample("compute_instance_groups"));
    cloud.get("compute", "/compute/v1/instanceGroups/cl1k1rhmnd5s5k96fuo3/instances?pageSize=1000",
              R"({"instances":[{"id":"m-1","instanceId":"fhmna98kj5chjqag0n88","status":"RUNNING_ACTUAL"}]})");
    cloud.get("mdb", "/managed-postgresql/v1/clusters/c9qgajn2e3ob9rue4u9v/hosts?pageSize=1000",
              sample("mdb_postgresql_hosts"));
    cloud.get("mdb", "/managed-postgresql/v1/clusters/c9qaalthnkihbgrrtkov/hosts?pageSize=1000", "{}");
    cloud.get("mdb", "/managed-clickhouse/v1/clusters/c9qhc217j3vmsaaccbvs/hosts?pageSize=1000",
              sample("mdb_clickhouse_hosts"));
    for (const std::string service : {"postgresql", "clickhouse"})
      cloud.get("mdb", "/managed-" + service + "/v1/resourcePresets?pageSize=1000", sample("mdb_resource_presets"));
    cloud.get("storage", "/storage/v1/buckets/romashka-shop-media:getStats", sample("storage_bucket_stats"));
    for (const std::string bucket : {"romashka-shop-media", "romashka-backups", "romashka-billing-detail"}) {
      cloud.get("storage", "/storage/v1/buckets/" + bucket + "?view=VIEW_FULL", R"({"id":")" + bucket + "\"}");
      if (bucket != "romashka-shop-media") cloud.get("storage", "/storage/v1/buckets/" + bucket + ":getStats", "{}");
    }
    cloud.get("serverless-functions", "/functions/v1/functions/d4e4n1jfb7r7cfm6grq3/scalingPolicies?pageSize=1000",
              "{}");
    cloud.get("serverless-functions", "/functions/v1/versions?functionId=d4e4n1jfb7r7cfm6grq3&pageSize=1000",
              sample("function_versions"));
    cloud.get("serverless-containers", "/containers/v1/revisions?containerId=bbalil6elned06rtdq7u&pageSize=1000",
              sample("serverless_container_revisions"));
  }
  std::map<std::string, std::vector<Row>> by_type(const Recording& recording) {
    std::map<std::string, std::vector<Row>> rows;
    for (const Row& row : recording.of(Kind::resource)) rows[row["type"]].push_back(row);
    return rows;
  }

  YandexRun cloud;
};

TEST_F(SampleCloud, machines_and_disks_are_those_that_are_expected) {
  const Recording run = cloud.inventory();
  EXPECT_EQ(run.message, "");
  const json::object expected = json::parse(sample("EXPECTED")).as_object();
  auto rows = by_type(run);
  EXPECT_EQ(static_cast<std::int64_t>(rows["compute.instance"].size()),
            expected.at("instances").at("total").as_int64());
  std::int64_t running = 0;
  for (const Row& row : rows["compute.instance"]) running += row["status"] == "RUNNING" ? 1 : 0;
  EXPECT_EQ(running, expected.at("instances").at("running").as_int64());
  EXPECT_EQ(static_cast<std::int64_t>(rows["compute.disk"].size()), expected.at("disks").at("total").as_int64());

  std::set<std::string> attached, unattached, idle;
  for (const Row& row : run.of(Kind::relation)) {
    if (row["from_type"] == "compute.disk" && row["to_type"] == "compute.instance") attached.insert(row["from_id"]);
  }
  for (const Row& row : rows["compute.disk"]) {
    if (!attached.contains(row["external_id"])) unattached.insert(row["external_id"]);
  }
  for (const Row& row : rows["vpc.address"]) {
    if (row["status"] == "RESERVED") idle.insert(row["external_id"]);
  }
  std::set<std::string> unattached_expected, idle_expected;
  for (const auto& id : expected.at("disks").at("unattached").as_array())
    unattached_expected.insert(id.as_string().c_str());
  for (const auto& id : expected.at("idle_static_ips").as_array()) idle_expected.insert(id.as_string().c_str());
  EXPECT_EQ(unattached, unattached_expected);
  EXPECT_EQ(idle, idle_expected);
}

TEST_F(SampleCloud, a_machine_has_the_columns_that_were_asked_for) {
  const Recording run = cloud.inventory();
  const Row row = run.row(Kind::resource, "external_id", "fhmna98kj5chjqag0n88");
  EXPECT_EQ(row["name"], "api-1");
  EXPECT_EQ(row["account_id"], "b1gic0evdrs5pkh1vkgd");
  EXPECT_EQ(row["project_id"], kFolder);
  EXPECT_EQ(row["region"], "ru-central1");
  EXPECT_EQ(row["zone"], "ru-central1-a");
  EXPECT_EQ(row["service_name"], "Compute Cloud");
  EXPECT_EQ(row["created_at"], "2026-03-01T07:00:00Z");
  EXPECT_EQ(row["cpu_cores"], "8");
  EXPECT_EQ(row["memory_bytes"], "34359738368");
  EXPECT_EQ(row["memory_gb"], "32");
  EXPECT_EQ(row["platform"], "Intel Ice Lake");
  EXPECT_EQ(row["instance_type"], "standard-v3");
  EXPECT_EQ(row["core_fraction"], "100");
  EXPECT_EQ(row["preemptible"], "false");
  EXPECT_EQ(row["ip_addresses"], R"(["10.128.0.30"])");
  EXPECT_EQ(row["security_groups"], R"(["enpsve5rqv3l2j4s1i7u"])");
  EXPECT_EQ(row["tags"], R"({"env":"prod","team":"shop","cost-center":"cc-100"})");
  EXPECT_EQ(row["folder_id"], kFolder);
  EXPECT_EQ(row["cloud_id"], "b1gic0evdrs5pkh1vkgd");
  EXPECT_EQ(row["organization_id"], "bpfuoik3nsvdo7pv44af");
  EXPECT_TRUE(row.has("disk_size_gb") && row.has("disk_type")) << "of the disk it boots from";
  EXPECT_EQ(row.scope, kFolder + "/compute.instance");
  for (const Row& one : run.rows) {
    for (const auto& [name, value] : one.cells) EXPECT_EQ(value.find("\"metadata\""), std::string::npos) << name;
  }
}

TEST_F(SampleCloud, every_kind_of_the_samples_is_there_once_and_its_scope_is_complete) {
  const Recording run = cloud.inventory();
  auto rows = by_type(run);
  const std::map<std::string, std::size_t> expected{
      {"compute.snapshot", 3},    {"compute.image", 1},
      {"compute.filesystem", 1},  {"compute.instance_group", 1},
      {"compute.gpu_cluster", 1}, {"compute.reserved_instance_pool", 1},
      {"vpc.network", 1},         {"vpc.subnet", 3},
      {"vpc.address", 5},         {"vpc.gateway", 1},
      {"vpc.security_group", 1},  {"load_balancer.network_load_balancer", 2},
      {"alb.load_balancer", 1},   {"mdb.postgresql.cluster", 2},
      {"mdb.postgresql.host", 2}, {"mdb.clickhouse.cluster", 1},
      {"mdb.clickhouse.host", 5}, {"k8s.cluster", 1},
      {"k8s.node_group", 1},      {"storage.bucket", 3},
      {"cr.registry", 1},         {"cr.image", 2},
      {"serverless.function", 1}, {"serverless.container", 1},
      {"ydb.database", 2},        {"dns.zone", 2},
      {"cdn.resource", 1},        {"kms.key", 1},
      {"lockbox.secret", 1},      {"logging.log_group", 1},
      {"audittrails.trail", 1}};
  for (const auto& [type, count] : expected) {
    EXPECT_EQ(rows[type].size(), count) << type;
    if (type.ends_with(".host")) continue;
    EXPECT_TRUE(run.completed(Kind::resource, kFolder + "/" + type)) << type;
    EXPECT_TRUE(run.completed(Kind::relation, kFolder + "/" + type)) << type;
  }
  EXPECT_TRUE(run.completed(Kind::resource, kFolder + "/compute.host_group")) << "{} is an empty list";
  EXPECT_FALSE(run.completed(Kind::resource, kFolder + "/mdb.mysql.cluster")) << "404: not to be had, nothing retired";
}

TEST_F(SampleCloud, hosts_of_databases_have_the_size_of_their_preset_and_belong_to_their_cluster) {
  const Recording run = cloud.inventory();
  const Row host = run.row(Kind::resource, "external_id", "rc1a-3l4bdit9t5rv1lv4.mdb.yandexcloud.net");
  EXPECT_EQ(host["type"], "mdb.postgresql.host");
  EXPECT_EQ(host["parent_id"], "c9qgajn2e3ob9rue4u9v");
  EXPECT_EQ(host["cpu_cores"], "4");
  EXPECT_EQ(host["memory_gb"], "16");
  EXPECT_EQ(host["disk_size_gb"], "100");
  EXPECT_EQ(host["instance_type"], "s3-c4-m16");
  const Row cluster = run.row(Kind::resource, "external_id", "c9qhc217j3vmsaaccbvs");
  EXPECT_FALSE(cluster.has("cpu_cores")) << "a sum over resources would count its hosts twice";
  const json::object attributes = json::parse(cluster["attributes"]).as_object();
  EXPECT_EQ(attributes.at("hosts").as_int64(), 5);
  EXPECT_EQ(attributes.at("cores").as_int64(), 2 * 8 + 3 * 2);
}

TEST_F(SampleCloud, buckets_functions_and_containers_have_what_their_own_requests_say) {
  const Recording run = cloud.inventory();
  const Row bucket = run.row(Kind::resource, "external_id", "romashka-shop-media");
  EXPECT_EQ(bucket["storage_bytes"], "812345678901");
  EXPECT_EQ(bucket["storage_class"], "STANDARD");
  EXPECT_EQ(bucket["tags"], R"({"env":"prod","team":"shop"})");
  EXPECT_EQ(run.row(Kind::resource, "external_id", "romashka-backups")["storage_bytes"], "0");
  EXPECT_EQ(run.row(Kind::resource, "type", "serverless.function")["memory_bytes"], "268435456");
  const Row container = run.row(Kind::resource, "type", "serverless.container");
  EXPECT_EQ(container["cpu_cores"], "1");
  EXPECT_NE(container["attributes"].find(R"("provisionPolicy.minInstances":"1")"), std::string::npos);
}

TEST_F(SampleCloud, what_hangs_together_is_said) {
  const Recording run = cloud.inventory();
  std::set<std::string> relations;
  for (const Row& row : run.of(Kind::relation))
    relations.insert(row["from_id"] + " " + row["relation"] + " " + row["to_id"]);
  for (const char* one :
       {"fhmk36v0uuesmnq4j79g attached_to fhmna98kj5chjqag0n88", "fhmna98kj5chjqag0n88 member_of cl1k1rhmnd5s5k96fuo3",
        "cl1k1rhmnd5s5k96fuo3 member_of catf4739no032ju148o7", "catf4739no032ju148o7 member_of cat6qj13lkj7bfofd6of",
        "e9boc4olclv0bb81n872 member_of enp06dv6ut93ef55e3sd",
        "rc1a-3l4bdit9t5rv1lv4.mdb.yandexcloud.net member_of c9qgajn2e3ob9rue4u9v",
        "abj7pflol231qtjjfl4q protects e6qpime1km59ad6nebha", "crp9c5qe4g13mahlopla stored_in crpmtj294p0paolonhg8"})
    EXPECT_TRUE(relations.contains(one)) << one;
}

}  // namespace
}  // namespace iz::yandex
