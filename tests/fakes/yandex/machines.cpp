// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/yandex/estate.hpp"

namespace iz::test {
namespace {

#define IN_SHOP R"("folderId":"b1gfolder00000000001","createdAt":"2026-03-01T07:00:00Z")"

constexpr YandexListing kMachines[] = {
    {"/compute/v1/disks", "disks",
     R"({"id":"fhmdiskboot000000001",)" IN_SHOP
     R"(,"name":"shop-1-boot","labels":{"team":"shop"},"typeId":"network-ssd",
      "zoneId":"ru-central1-a","size":"32212254720","blockSize":"4096","status":"READY","sourceImageId":"fd8imagegold00000001",
      "instanceIds":["fhmvmshop00000000001"]})"},
    {"/compute/v1/disks", "disks",
     R"({"id":"fhmdiskdata000000001",)" IN_SHOP
     R"(,"name":"shop-1-data","typeId":"network-hdd","zoneId":"ru-central1-a",
      "size":"107374182400","blockSize":"4096","status":"READY","instanceIds":["fhmvmshop00000000001"],"kmsKey":{"keyId":"abjkey00000000000001","versionId":"v1"}})"},
    {"/compute/v1/disks", "disks",
     R"({"id":"fhmdiskboot000000002",)" IN_SHOP
     R"(,"name":"","typeId":"network-ssd","zoneId":"ru-central1-b","size":"10737418241",
      "blockSize":"4096","status":"READY","instanceIds":["fhmvmnode00000000001"]})"},
    {"/compute/v1/disks", "disks",
     R"({"id":"fhmdiskforgotten0001",)" IN_SHOP
     R"(,"name":"forgotten","typeId":"network-hdd","zoneId":"ru-central1-a","size":"53687091200","status":"READY"})"},
    {"/compute/v1/images", "images",
     R"({"id":"fd8imagegold00000001",)" IN_SHOP
     R"(,"name":"gold","family":"debian-12","size":"16106127360","storageSize":"4418424085",
      "minDiskSize":"16106127360","productIds":["f2eproduct0000000001"],"status":"READY","os":{"type":"LINUX"}})"},
    {"/compute/v1/instances", "instances",
     R"({"id":"fhmvmshop00000000001",)" IN_SHOP
     R"(,"name":"shop-1","description":"front of the shop","labels":{"team":"shop","env":"prod"},
      "zoneId":"ru-central1-a","platformId":"standard-v3","resources":{"memory":"8589934592","cores":"4","coreFraction":"100"},"status":"RUNNING",
      "bootDisk":{"mode":"READ_WRITE","diskId":"fhmdiskboot000000001"},"secondaryDisks":[{"diskId":"fhmdiskdata000000001"}],
      "filesystems":[{"filesystemId":"epdfilesystem0000001"}],"networkInterfaces":[{"index":"0","subnetId":"e9bsubneta0000000001",
      "primaryV4Address":{"address":"10.1.0.10","oneToOneNat":{"address":"203.0.113.10","ipVersion":"IPV4"}},"securityGroupIds":["enpsecgroup000000001"]}],
      "fqdn":"shop-1.ru-central1.internal","schedulingPolicy":{},"serviceAccountId":"ajesa000000000000001",
      "reservedInstancePoolId":"fhmpool0000000000001","hostGroupId":"gfchostgroup00000001","gpuSettings":{"gpuClusterId":"fv4gpucluster0000001"}})"},
    {"/compute/v1/instances", "instances",
     R"({"id":"fhmvmnode00000000001",)" IN_SHOP
     R"(,"name":"","labels":{},"zoneId":"ru-central1-b","platformId":"standard-v2",
      "resources":{"memory":17179869184,"cores":"8","coreFraction":"50","gpus":"1"},"status":"STOPPED","bootDisk":{"diskId":"fhmdiskboot000000002"},
      "schedulingPolicy":{"preemptible":true},"fieldOfTomorrow":{"a":[1,2]}})"},
    {"/compute/v1/snapshots", "snapshots",
     R"({"id":"fd8snapshot000000001",)" IN_SHOP
     R"(,"name":"shop-1-data-2026-03","storageSize":"33285996544","diskSize":"107374182400","status":"READY","sourceDiskId":"fhmdiskdata000000001"})"},
    {"/compute/v1/filesystems", "filesystems",
     R"({"id":"epdfilesystem0000001",)" IN_SHOP
     R"(,"name":"media","typeId":"network-hdd","zoneId":"ru-central1-a","size":"1099511627776","blockSize":"4096","status":"READY"})"},
    {"/compute/v1/snapshotSchedules", "snapshotSchedules",
     R"({"id":"fd8schedule000000001",)" IN_SHOP
     R"(,"name":"nightly","status":"ACTIVE","schedulePolicy":{"expression":"0 3 * * *"},"snapshotCount":"7"})"},
    {"/compute/v1/instanceGroups", "instanceGroups",
     R"({"id":"cl1group000000000001",)" IN_SHOP
     R"(,"name":"k8s-nodes","instanceTemplate":{"platformId":"standard-v2","resourcesSpec":{"memory":"17179869184","cores":"8"},
      "bootDiskSpec":{"diskSpec":{"typeId":"network-ssd","size":"10737418241"}}},"scalePolicy":{"fixedScale":{"size":"1"}},"managedInstancesState":{"targetSize":"1","runningActualCount":"1"},"status":"ACTIVE"})"},
    {"/compute/v1/gpuClusters", "gpuClusters",
     R"({"id":"fv4gpucluster0000001",)" IN_SHOP
     R"(,"name":"ml","status":"READY","zoneId":"ru-central1-a","interconnectType":"INFINIBAND"})"},
    {"/compute/v1/reservedInstancePools", "reservedInstancePools",
     R"({"id":"fhmpool0000000000001",)" IN_SHOP
     R"(,"name":"pool","cloudId":"b1gcloud000000000001","zoneId":"ru-central1-a","platformId":"standard-v3","size":"3","slotStats":{"total":"3","used":"1","available":"2"}})"},
    {"/compute/v1/hostGroups", "hostGroups",
     R"({"id":"gfchostgroup00000001",)" IN_SHOP
     R"(,"name":"dedicated","zoneId":"ru-central1-a","status":"READY","typeId":"intel-6338-c108-m704-n3200x6","scalePolicy":{"fixedScale":{"size":"1"}}})"},
    {"/vpc/v1/networks", "networks",
     R"({"id":"enpnetwork0000000001",)" IN_SHOP R"(,"name":"net","defaultSecurityGroupId":"enpsecgroup000000001"})"},
    {"/vpc/v1/subnets", "subnets",
     R"({"id":"e9bsubneta0000000001",)" IN_SHOP
     R"(,"name":"net-a","networkId":"enpnetwork0000000001","zoneId":"ru-central1-a","v4CidrBlocks":["10.1.0.0/24"]})"},
    {"/vpc/v1/addresses", "addresses",
     R"({"id":"e9baddress0000000001",)" IN_SHOP
     R"(,"name":"shop-ip","externalIpv4Address":{"address":"203.0.113.10","zoneId":"ru-central1-a","requirements":{}},"reserved":true,"used":true,"type":"EXTERNAL","ipVersion":"IPV4"})"},
    {"/vpc/v1/addresses", "addresses",
     R"({"id":"e9baddress0000000002",)" IN_SHOP
     R"(,"name":"idle-ip","externalIpv4Address":{"address":"203.0.113.11","zoneId":"ru-central1-a"},"reserved":true,"type":"EXTERNAL","ipVersion":"IPV4"})"},
    {"/vpc/v1/gateways", "gateways",
     R"({"id":"enpgateway0000000001",)" IN_SHOP R"(,"name":"egress","sharedEgressGateway":{}})"},
    {"/vpc/v1/securityGroups", "securityGroups",
     R"({"id":"enpsecgroup000000001",)" IN_SHOP
     R"(,"name":"default","networkId":"enpnetwork0000000001","status":"ACTIVE","defaultForNetwork":true,"rules":[{"id":"r1"}]})"},
    {"/vpc/v1/endpoints", "privateEndpoints",
     R"({"id":"enpendpoint000000001",)" IN_SHOP
     R"(,"name":"s3","networkId":"enpnetwork0000000001","status":"AVAILABLE"})"},
    {"/load-balancer/v1/networkLoadBalancers", "networkLoadBalancers",
     R"({"id":"enpnlb00000000000001",)" IN_SHOP
     R"(,"name":"front","regionId":"ru-central1","status":"ACTIVE","type":"EXTERNAL","listeners":[{"name":"https","address":"203.0.113.20","port":"443","protocol":"TCP"}],
      "attachedTargetGroups":[{"targetGroupId":"enptargets0000000001"}]})"},
    {"/load-balancer/v1/targetGroups", "targetGroups",
     R"({"id":"enptargets0000000001",)" IN_SHOP
     R"(,"name":"shops","regionId":"ru-central1","targets":[{"subnetId":"e9bsubneta0000000001","address":"10.1.0.10"}]})"},
    {"/apploadbalancer/v1/loadBalancers", "loadBalancers",
     R"({"id":"ds7alb00000000000001",)" IN_SHOP
     R"(,"name":"alb","status":"ACTIVE","regionId":"ru-central1","networkId":"enpnetwork0000000001","securityGroupIds":["enpsecgroup000000001"],
      "listeners":[{"name":"main","endpoints":[{"addresses":[{"externalIpv4Address":{"address":"203.0.113.21"}}],"ports":["443"]}]}],
      "allocationPolicy":{"locations":[{"zoneId":"ru-central1-a","subnetId":"e9bsubneta0000000001"}]}})"},
};

#undef IN_SHOP

}  // namespace

std::span<const YandexListing> yandex_machines() {
  return kMachines;
}

}  // namespace iz::test
