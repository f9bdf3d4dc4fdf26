// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/yandex/estate.hpp"

namespace iz::test {
namespace {

#define IN_SHOP R"("folderId":"b1gfolder00000000001","createdAt":"2026-03-01T07:00:00Z")"
#define CLUSTER(id, name, more)                       \
  R"({"id":")" id R"(",)" IN_SHOP R"(,"name":")" name \
  R"(","environment":"PRODUCTION","networkId":"enpnetwork0000000001","health":"ALIVE","status":"RUNNING")" more "}"
#define SIZE(preset, disk) \
  R"("resources":{"resourcePresetId":")" preset R"(","diskSize":")" disk R"(","diskTypeId":"network-ssd"})"

constexpr YandexListing kServices[] = {
    {"/managed-postgresql/v1/clusters", "clusters",
     CLUSTER("c9qpostgres000000001", "shop-pg",
             R"(,"labels":{"team":"shop"},"config":{"version":"16",)" SIZE(
                 "s3-c4-m16", "107374182400") R"(,"postgresqlConfig_16":{}})")},
    {"/managed-mysql/v1/clusters", "clusters",
     CLUSTER("c9qmysql000000000001", "crm", R"(,"config":{)" SIZE("s3-c2-m8", "53687091200") "}")},
    {"/managed-clickhouse/v1/clusters", "clusters",
     CLUSTER("c9qclickhouse0000001", "dwh",
             R"(,"config":{"clickhouse":{)" SIZE("s3-c4-m16", "536870912000") R"(},"zookeeper":{)" SIZE(
                 "s3-c2-m8", "10737418240") "}}")},
    {"/managed-mongodb/v1/clusters", "clusters",
     CLUSTER("c9qmongo000000000001", "chat",
             R"(,"config":{"mongodbConfig":{"mongod":{)" SIZE("s3-c2-m8", "64424509440") "}}}")},
    {"/managed-redis/v1/clusters", "clusters",
     CLUSTER("c9qredis000000000001", "cache", R"(,"config":{)" SIZE("s3-c2-m8", "17179869184") "}")},
    {"/managed-kafka/v1/clusters", "clusters",
     CLUSTER("c9qkafka000000000001", "events",
             R"(,"config":{"brokersCount":"1","zoneId":["ru-central1-a"],"kafka":{)" SIZE("s3-c2-m8",
                                                                                          "107374182400") "}}")},
    {"/managed-greenplum/v1/clusters", "clusters",
     CLUSTER(
         "c9qgreenplum00000001", "gp",
         R"(,"masterConfig":{)" SIZE("s3-c4-m16", "214748364800") R"(},"masterHostCount":"1","segmentHostCount":"1")")},
    {"/managed-opensearch/v1/clusters", "clusters",
     CLUSTER("c9qopensearch0000001", "logs",
             R"(,"config":{"opensearch":{"nodeGroups":[{"name":"data",)" SIZE(
                 "s3-c4-m16", "322122547200") R"(,"hostsCount":"1"}]}})")},
    {"/managed-elasticsearch/v1/clusters", "clusters", ""},
    {"/managed-spqr/v1/clusters", "clusters", ""},
    {"/mdb/sqlserver/v1/clusters", "clusters", ""},
    {"/managed-kubernetes/v1/clusters", "clusters",
     R"({"id":"catcluster0000000001",)" IN_SHOP
     R"(,"name":"k8s","status":"RUNNING","health":"HEALTHY","networkId":"enpnetwork0000000001","master":{"zonalMaster":{"zoneId":"ru-central1-a"},"version":"1.32"},"logGroupId":"e23loggroup000000001"})"},
    {"/managed-kubernetes/v1/nodeGroups", "nodeGroups",
     R"({"id":"catnodes000000000001","_folder":"b1gfolder00000000001","clusterId":"catcluster0000000001","createdAt":"2026-03-01T08:00:00Z","name":"nodes","status":"RUNNING","nodeTemplate":{"platformId":"standard-v2",
      "resourcesSpec":{"memory":"17179869184","cores":"8","coreFraction":"50"},"bootDiskSpec":{"diskTypeId":"network-ssd","diskSize":"10737418241"},"schedulingPolicy":{"preemptible":true}},
      "scalePolicy":{"fixedScale":{"size":"1"}},"allocationPolicy":{"locations":[{"zoneId":"ru-central1-b"}]},"instanceGroupId":"cl1group000000000001","nodeLabels":{"example.com/tier":"general"}})"},
    {"/storage/v1/buckets", "buckets",
     R"({"id":"shop-media","name":"shop-media",)" IN_SHOP R"(,"defaultStorageClass":"STANDARD"})"},
    {"/container-registry/v1/registries", "registries",
     R"({"id":"crpregistry000000001",)" IN_SHOP R"(,"name":"shop","status":"ACTIVE"})"},
    {"/container-registry/v1/images", "images",
     R"({"_folder":"b1gfolder00000000001","id":"crpimage000000000001","name":"crpregistry000000001/shop/web","digest":"sha256:00","compressedSize":"83886080","tags":["1.0"],"createdAt":"2026-03-02T00:00:00Z"})"},
    {"/cloud-registry/v1/registries", "registries",
     R"({"id":"cn1registry000000001",)" IN_SHOP R"(,"name":"artifacts","status":"ACTIVE","kind":"MAVEN"})"},
    {"/functions/v1/functions", "functions",
     R"({"id":"d4efunction000000001",)" IN_SHOP
     R"(,"name":"thumbs","httpInvokeUrl":"https://functions.example/d4e","status":"ACTIVE"})"},
    {"/containers/v1/containers", "containers",
     R"({"id":"bbacontainer00000001",)" IN_SHOP R"(,"name":"pdf","url":"https://bba.example/","status":"ACTIVE"})"},
    {"/apigateways/v1/apigateways", "apiGateways",
     R"({"id":"d5dgateway0000000001",)" IN_SHOP R"(,"name":"api","status":"ACTIVE","domain":"d5d.example"})"},
    {"/triggers/v1/triggers", "triggers",
     R"({"id":"a1strigger0000000001",)" IN_SHOP R"(,"name":"timer","status":"ACTIVE"})"},
    {"/workflows/v1/workflow", "workflows",
     R"({"id":"dfqworkflow000000001",)" IN_SHOP R"(,"name":"flow","status":"ACTIVE"})"},
    {"/ydb/v1/databases", "databases",
     R"({"id":"etnydb00000000000001",)" IN_SHOP
     R"(,"name":"sessions","status":"RUNNING","serverlessDatabase":{"provisionedRcuLimit":"10"},"locationId":"ru-central1"})"},
    {"/dns/v1/zones", "dnsZones",
     R"({"id":"dnszone0000000000001",)" IN_SHOP
     R"(,"name":"inner","zone":"internal.","privateVisibility":{"networkIds":["enpnetwork0000000001"]}})"},
    {"/cdn/v1/resources", "resources",
     R"({"id":"bc8cdn00000000000001",)" IN_SHOP
     R"(,"cname":"cdn.shop.example","active":true,"originGroupId":"278345"})"},
    {"/kms/v1/keys", "keys",
     R"({"id":"abjkey00000000000001",)" IN_SHOP R"(,"name":"disks","status":"ACTIVE","defaultAlgorithm":"AES_256"})"},
    {"/kms/v1/asymmetricEncryptionKeys", "keys",
     R"({"id":"abjencrypt0000000001",)" IN_SHOP R"(,"name":"mail","status":"ACTIVE"})"},
    {"/kms/v1/asymmetricSignatureKeys", "keys",
     R"({"id":"abjsign0000000000001",)" IN_SHOP R"(,"name":"release","status":"ACTIVE"})"},
    {"/lockbox/v1/secrets", "secrets",
     R"({"id":"e6qsecret00000000001",)" IN_SHOP
     R"(,"name":"db","kmsKeyId":"abjkey00000000000001","status":"ACTIVE","currentVersion":{"id":"e6qversion0000000001","payloadEntryKeys":["password"]}})"},
    {"/certificate-manager/v1/certificates", "certificates",
     R"({"id":"fpqcert0000000000001",)" IN_SHOP
     R"(,"name":"www","status":"ISSUED","notAfter":"2027-01-01T00:00:00Z"})"},
    {"/v1/transfers/list", "transfers",
     R"({"id":"dtttransfer000000001","folderId":"b1gfolder00000000001","name":"pg-to-ch","source":{"id":"dteendpoint000000001"},"target":{"id":"dteendpoint000000002"},"status":"RUNNING","type":"SNAPSHOT_AND_INCREMENT"})"},
    {"/v1/endpoints/list", "endpoints",
     R"({"id":"dteendpoint000000001","folderId":"b1gfolder00000000001","name":"src"})"},
    {"/logging/v1/logGroups", "groups",
     R"({"id":"e23loggroup000000001",)" IN_SHOP
     R"(,"cloudId":"b1gcloud000000000001","name":"audit","status":"ACTIVE","retentionPeriod":"259200s"})"},
    {"/audit-trails/v1/trails", "trails",
     R"({"id":"cnptrail000000000001",)" IN_SHOP
     R"(,"name":"org","status":"ACTIVE","destination":{"objectStorage":{"bucketId":"shop-media","objectPrefix":"audit"}}})"},
    {"/iam/v1/serviceAccounts", "serviceAccounts", R"({"id":"ajesa000000000000001",)" IN_SHOP R"(,"name":"infrazen"})"},
    {"/baremetal/v1alpha/servers", "servers",
     R"({"id":"ly5server00000000001",)" IN_SHOP
     R"(,"cloudId":"b1gcloud000000000001","name":"iron","status":"RUNNING","zoneId":"ru-central1-m","configurationId":"ly5config00000000001"})"},
    {"/dataproc/v1/clusters", "clusters",
     R"({"id":"c9qdataproc000000001",)" IN_SHOP R"(,"name":"spark","status":"RUNNING","zoneId":"ru-central1-a"})"},
    {"/managed-airflow/v1/clusters", "clusters", CLUSTER("c9qairflow0000000001", "flows", "")},
    {"/managed-metastore/v1/clusters", "clusters", CLUSTER("c9qmetastore00000001", "hive", "")},
    {"/managed-trino/v1/clusters", "clusters", CLUSTER("c9qtrino000000000001", "trino", "")},
    {"/ytsaurus/v1/clusters", "clusters", CLUSTER("c9qyt000000000000001", "yt", "")},
};

#define HOST(name, preset, disk) \
  R"({"name":")" name            \
  R"(","zoneId":"ru-central1-a","health":"ALIVE","subnetId":"e9bsubneta0000000001",)" SIZE(preset, disk) "}"

constexpr YandexListing kInner[] = {
    {"/managed-postgresql/v1/clusters/c9qpostgres000000001/hosts", "hosts",
     HOST("rc1a-pg1.mdb.example", "s3-c4-m16", "107374182400")},
    {"/managed-postgresql/v1/clusters/c9qpostgres000000001/hosts", "hosts",
     HOST("rc1a-pg2.mdb.example", "s3-c4-m16", "107374182400")},
    {"/managed-mysql/v1/clusters/c9qmysql000000000001/hosts", "hosts",
     HOST("rc1a-my1.mdb.example", "s3-c2-m8", "53687091200")},
    {"/managed-clickhouse/v1/clusters/c9qclickhouse0000001/hosts", "hosts",
     HOST("rc1a-ch1.mdb.example", "s3-c4-m16", "536870912000")},
    {"/managed-mongodb/v1/clusters/c9qmongo000000000001/hosts", "hosts",
     HOST("rc1a-mo1.mdb.example", "s3-c2-m8", "64424509440")},
    {"/managed-redis/v1/clusters/c9qredis000000000001/hosts", "hosts",
     HOST("rc1a-re1.mdb.example", "s3-c2-m8", "17179869184")},
    {"/managed-kafka/v1/clusters/c9qkafka000000000001/hosts", "hosts",
     HOST("rc1a-ka1.mdb.example", "s3-c2-m8", "107374182400")},
    {"/managed-greenplum/v1/clusters/c9qgreenplum00000001/master-hosts", "hosts",
     HOST("rc1a-gpm.mdb.example", "s3-c4-m16", "214748364800")},
    {"/managed-greenplum/v1/clusters/c9qgreenplum00000001/segment-hosts", "hosts",
     HOST("rc1a-gps.mdb.example", "s3-c4-m16", "214748364800")},
    {"/managed-opensearch/v1/clusters/c9qopensearch0000001/hosts", "hosts",
     HOST("rc1a-os1.mdb.example", "s3-c4-m16", "322122547200")},
    {"/compute/v1/instanceGroups/cl1group000000000001/instances", "instances",
     R"({"id":"m1","instanceId":"fhmvmnode00000000001","status":"RUNNING_ACTUAL"})"},
    {"/compute/v1/hostGroups/gfchostgroup00000001/hosts", "hosts", R"({"id":"h1","status":"UP"})"},
    {"/dataproc/v1/clusters/c9qdataproc000000001/subclusters", "subclusters",
     R"({"id":"s1","role":"MASTERNODE","hostsCount":"1"})"},
    {"/functions/v1/versions", "versions",
     R"({"id":"d4eversion0000000001","functionId":"d4efunction000000001","runtime":"python312","resources":{"memory":"268435456"},"tags":["$latest"],"status":"ACTIVE"})"},
    {"/functions/v1/functions/d4efunction000000001/scalingPolicies", "scalingPolicies",
     R"({"functionId":"d4efunction000000001","tag":"$latest","provisionedInstancesCount":"2"})"},
    {"/containers/v1/revisions", "revisions",
     R"({"id":"bbarevision000000001","containerId":"bbacontainer00000001","status":"ACTIVE","resources":{"memory":"1073741824","cores":"1","coreFraction":"100"}})"},
};

#undef HOST
#undef SIZE
#undef CLUSTER
#undef IN_SHOP

}  // namespace

std::span<const YandexListing> yandex_services() {
  return kServices;
}

std::span<const YandexListing> yandex_inner() {
  return kInner;
}

}  // namespace iz::test
