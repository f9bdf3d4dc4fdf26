// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/openstack/mappers/mapped.hpp"
#include <infrazen/json.hpp>

namespace iz::openstack {
namespace {

using support::JsonValue;

Mapped networking(std::string_view type, const JsonValue& row, const Place& place) {
  Mapped out = mapped(type, row, place);
  out.resource.service_name = "Networking";
  out.resource.service_category = "Networking";
  return out;
}

}  // namespace

Mapped map_network(const JsonValue& row, const Place& place) {
  Mapped out = networking(types::kNetwork, row, place);
  out.resource.attributes = attributes(row, {"description", "admin_state_up", "shared", "router:external", "mtu",
                                             "port_security_enabled", "revision_number"});
  return out;
}

Mapped map_subnet(const JsonValue& row, const Place& place) {
  Mapped out = networking(types::kSubnet, row, place);
  out.resource.attributes = attributes(
      row, {"description", "cidr", "ip_version", "gateway_ip", "enable_dhcp", "dns_nameservers", "revision_number"});
  out.resource.parent_type = types::kNetwork;
  out.resource.parent_id = text_of(row["network_id"]);
  if (out.resource.parent_id.is_null()) out.resource.parent_type = {};
  out.relate("member_of", types::kNetwork, row["network_id"].text());
  return out;
}

Mapped map_port(const JsonValue& row, const Place& place) {
  Mapped out = networking(types::kPort, row, place);
  out.resource.attributes = attributes(row, {"description", "device_owner", "device_id", "mac_address",
                                             "admin_state_up", "fixed_ips", "revision_number"});
  infrazen::JsonArray addresses;
  for (const JsonValue address : row["fixed_ips"]) {
    if (!address["ip_address"].text().empty()) addresses.text(address["ip_address"].text());
    out.relate("member_of", types::kSubnet, address["subnet_id"].text());
  }
  infrazen::JsonArray groups;
  for (const JsonValue group : row["security_groups"]) {
    if (group.text().empty()) continue;
    groups.text(group.text());
    out.relations.push_back({.from_type = types::kSecurityGroup,
                             .from_id = group.text(),
                             .to_type = types::kPort,
                             .to_id = row["id"].text(),
                             .relation = "protects"});
  }
  out.resource.extensions.set("ip_addresses", addresses.str());
  out.resource.extensions.set("security_groups", groups.str());
  out.relate("member_of", types::kNetwork, row["network_id"].text());
  const std::string_view owner = row["device_owner"].text();
  if (owner.starts_with("compute:")) out.relate("attached_to", types::kServer, row["device_id"].text());
  if (owner.starts_with("network:router_") || owner.starts_with("network:ha_router")) {
    out.relate("attached_to", types::kRouter, row["device_id"].text());
  }
  return out;
}

Mapped map_router(const JsonValue& row, const Place& place) {
  Mapped out = networking(types::kRouter, row, place);
  out.resource.attributes = attributes(
      row, {"description", "admin_state_up", "external_gateway_info", "ha", "distributed", "revision_number"});
  return out;
}

Mapped map_floating_ip(const JsonValue& row, const Place& place) {
  Mapped out = networking(types::kFloatingIp, row, place);
  infrazen::Resource& address = out.resource;
  address.name = text_of(row["floating_ip_address"]);
  address.attributes = attributes(row, {"description", "floating_ip_address", "fixed_ip_address", "port_id",
                                        "router_id", "floating_network_id", "revision_number"});
  infrazen::JsonArray addresses;
  if (!row["floating_ip_address"].text().empty()) addresses.text(row["floating_ip_address"].text());
  address.extensions.set("ip_addresses", addresses.str());
  // Without a port it is paid for and of no use to anybody.
  out.relate("attached_to", types::kPort, row["port_id"].text());
  return out;
}

Mapped map_security_group(const JsonValue& row, const Place& place) {
  Mapped out = networking(types::kSecurityGroup, row, place);
  out.resource.attributes = attributes(row, {"description", "stateful", "revision_number"});
  return out;
}

Mapped map_load_balancer(const JsonValue& row, const Place& place) {
  Mapped out = networking(types::kLoadBalancer, row, place);
  infrazen::Resource& balancer = out.resource;
  balancer.service_name = "Load Balancing";
  balancer.status = text_of(row["operating_status"]);
  balancer.zone = text_of(row["availability_zone"]);
  balancer.attributes = attributes(row, {"description", "provisioning_status", "operating_status", "vip_address",
                                         "vip_port_id", "flavor_id", "provider", "listeners"});
  infrazen::JsonArray addresses;
  if (!row["vip_address"].text().empty()) addresses.text(row["vip_address"].text());
  balancer.extensions.set("ip_addresses", addresses.str());
  if (!row["flavor_id"].text().empty()) balancer.extensions.set("flavor", row["flavor_id"].text());
  out.relate("uses", types::kPort, row["vip_port_id"].text());
  out.relate("member_of", types::kSubnet, row["vip_subnet_id"].text());
  return out;
}

}  // namespace iz::openstack
