// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/openstack/inventory/kinds.hpp"

namespace iz::openstack {
namespace {

Kind neutron(std::string_view name, std::string_view type, std::string path, std::string collection, Mapper mapper) {
  return {.name = name,
          .type = type,
          .services = {"network"},
          .version = "/v2.0",
          .path = std::move(path),
          .collection = std::move(collection),
          .mapper = mapper};
}

Kind cinder(std::string_view name, std::string_view type, std::string path, std::string collection, Mapper mapper) {
  return {.name = name,
          .type = type,
          .services = {"volumev3", "block-storage", "block-store", "volume"},
          .version = "",
          .path = std::move(path),
          .collection = std::move(collection),
          .mapper = mapper};
}

}  // namespace

std::vector<Kind> stock_kinds() {
  std::vector<Kind> kinds;
  // 2.79: flavors are embedded (2.47), tags and description come along (2.26, 2.19).
  kinds.push_back({.name = "servers",
                   .type = types::kServer,
                   .services = {"compute"},
                   .version = "/v2.1",
                   .path = "/servers/detail",
                   .collection = "servers",
                   .mapper = map_server,
                   .feed = Feed::changes_since,
                   .headers = {{"openstack-api-version", "compute 2.79"}, {"x-openstack-nova-api-version", "2.79"}}});
  kinds.push_back(cinder("volumes", types::kVolume, "/volumes/detail", "volumes", map_volume));
  kinds.back().feed = Feed::updated_at;
  kinds.push_back(cinder("snapshots", types::kSnapshot, "/snapshots/detail", "snapshots", map_snapshot));
  kinds.push_back(cinder("backups", types::kBackup, "/backups/detail", "backups", map_backup));
  kinds.push_back(neutron("networks", types::kNetwork, "/networks", "networks", map_network));
  kinds.push_back(neutron("subnets", types::kSubnet, "/subnets", "subnets", map_subnet));
  kinds.push_back(neutron("ports", types::kPort, "/ports", "ports", map_port));
  kinds.push_back(neutron("routers", types::kRouter, "/routers", "routers", map_router));
  kinds.push_back(neutron("floating_ips", types::kFloatingIp, "/floatingips", "floatingips", map_floating_ip));
  kinds.push_back(
      neutron("security_groups", types::kSecurityGroup, "/security-groups", "security_groups", map_security_group));
  kinds.push_back({.name = "images",
                   .type = types::kImage,
                   .services = {"image"},
                   .version = "/v2",
                   .path = "/images?visibility=private",
                   .collection = "images",
                   .pages = Pages::next,
                   .mapper = map_image});
  kinds.push_back({.name = "load_balancers",
                   .type = types::kLoadBalancer,
                   .services = {"load-balancer"},
                   .version = "/v2.0",
                   .path = "/lbaas/loadbalancers",
                   .collection = "loadbalancers",
                   .mapper = map_load_balancer});
  kinds.push_back(
      {.name = "shares",
       .type = types::kShare,
       .services = {"sharev2", "shared-file-system"},
       .version = "/v2",
       .path = "/shares/detail",
       .collection = "shares",
       .mapper = map_share,
       .headers = {{"x-openstack-manila-api-version", "2.45"}, {"openstack-api-version", "shared-file-system 2.45"}}});
  kinds.push_back({.name = "buckets",
                   .type = types::kBucket,
                   .services = {"object-store"},
                   .version = "/v1",
                   .path = "?format=json",
                   .collection = "",
                   .pages = Pages::last_name,
                   .mapper = map_container,
                   .id = "name"});
  return kinds;
}

}  // namespace iz::openstack
