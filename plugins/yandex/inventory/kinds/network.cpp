// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/inventory/mapping.hpp"

namespace iz::yandex {
namespace {

constexpr std::string_view kVpc = "Virtual Private Cloud";
constexpr std::string_view kCategory = "Networking";

constexpr Link kOfNetwork[] = {{"networkId", "vpc.network", "member_of"}};
constexpr Link kSubnetLinks[] = {{"networkId", "vpc.network", "member_of"}};
constexpr Link kAddressLinks[] = {{"internalIpv4Address.subnetId", "vpc.subnet", "member_of"}};
constexpr Link kNlbLinks[] = {
    {"attachedTargetGroups[].targetGroupId", "load_balancer.target_group", "uses"},
    {"listeners[].subnetId", "vpc.subnet", "member_of"},
};
constexpr Link kTargetGroupLinks[] = {{"targets[].subnetId", "vpc.subnet", "uses"}};
constexpr Link kAlbLinks[] = {
    {"networkId", "vpc.network", "member_of"},
    {"allocationPolicy.locations[].subnetId", "vpc.subnet", "member_of"},
    {"securityGroupIds", "vpc.security_group", "protects", true},
};

// A missing member is false: what is left out of the answer is said, so that an idle address can be found.
void finish_address(const Element& element, Mapped& mapped) {
  const bool reserved = element.value["reserved"].boolean().value_or(false);
  const bool used = element.value["used"].boolean().value_or(false);
  mapped.attributes.boolean("reserved", reserved).boolean("used", used);
  mapped.resource.status = used ? "IN_USE" : reserved ? "RESERVED" : "FREE";
}

void finish_gateway(const Element& element, Mapped& mapped) {
  if (element.value["sharedEgressGateway"].exists()) mapped.attributes.text("type", "sharedEgressGateway");
}

constexpr ResourceKind kKinds[] = {
    {.type = "vpc.network",
     .service = "vpc",
     .list = "/vpc/v1/networks?folderId={folder}",
     .key = "networks",
     .get = "/vpc/v1/networks/{id}",
     .name = kVpc,
     .category = kCategory,
     .attributes = "defaultSecurityGroupId"},
    {.type = "vpc.subnet",
     .service = "vpc",
     .list = "/vpc/v1/subnets?folderId={folder}",
     .key = "subnets",
     .get = "/vpc/v1/subnets/{id}",
     .name = kVpc,
     .category = kCategory,
     .attributes = "v4CidrBlocks v6CidrBlocks routeTableId",
     .links = kSubnetLinks},
    {.type = "vpc.address",
     .service = "vpc",
     .list = "/vpc/v1/addresses?folderId={folder}",
     .key = "addresses",
     .get = "/vpc/v1/addresses/{id}",
     .name = kVpc,
     .category = kCategory,
     .addresses = "externalIpv4Address.address internalIpv4Address.address",
     .attributes = "type ipVersion externalIpv4Address.requirements deletionProtection",
     .links = kAddressLinks,
     .finish = finish_address},
    {.type = "vpc.gateway",
     .service = "vpc",
     .list = "/vpc/v1/gateways?folderId={folder}",
     .key = "gateways",
     .get = "/vpc/v1/gateways/{id}",
     .name = kVpc,
     .category = kCategory,
     .finish = finish_gateway},
    {.type = "vpc.security_group",
     .service = "vpc",
     .list = "/vpc/v1/securityGroups?folderId={folder}",
     .key = "securityGroups",
     .get = "/vpc/v1/securityGroups/{id}",
     .name = kVpc,
     .category = kCategory,
     .attributes = "defaultForNetwork",
     .links = kOfNetwork},
    {.type = "vpc.private_endpoint",
     .service = "vpc",
     .list = "/vpc/v1/endpoints?folderId={folder}",
     .key = "privateEndpoints",
     .get = "/vpc/v1/endpoints/{id}",
     .name = kVpc,
     .category = kCategory,
     .links = kOfNetwork},
    {.type = "load_balancer.network_load_balancer",
     .service = "load-balancer",
     .list = "/load-balancer/v1/networkLoadBalancers?folderId={folder}",
     .key = "networkLoadBalancers",
     .get = "/load-balancer/v1/networkLoadBalancers/{id}",
     .name = "Network Load Balancer",
     .category = kCategory,
     .addresses = "listeners[].address",
     .attributes = "type sessionAffinity listeners attachedTargetGroups deletionProtection",
     .links = kNlbLinks},
    {.type = "load_balancer.target_group",
     .service = "load-balancer",
     .list = "/load-balancer/v1/targetGroups?folderId={folder}",
     .key = "targetGroups",
     .get = "/load-balancer/v1/targetGroups/{id}",
     .name = "Network Load Balancer",
     .category = kCategory,
     .addresses = "targets[].address",
     .links = kTargetGroupLinks},
    {.type = "alb.load_balancer",
     .service = "alb",
     .list = "/apploadbalancer/v1/loadBalancers?folderId={folder}",
     .key = "loadBalancers",
     .get = "/apploadbalancer/v1/loadBalancers/{id}",
     .name = "Application Load Balancer",
     .category = kCategory,
     .addresses = "listeners[].endpoints[].addresses[].externalIpv4Address.address "
                  "listeners[].endpoints[].addresses[].internalIpv4Address.address",
     .security_groups = "securityGroupIds[]",
     .attributes = "autoScalePolicy allocationPolicy",
     .links = kAlbLinks},
};

}  // namespace

std::span<const ResourceKind> network_kinds() {
  return kKinds;
}

}  // namespace iz::yandex
