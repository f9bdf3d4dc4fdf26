// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>

#include "support/openstack/mappers/mapped.hpp"
#include <infrazen/json.hpp>

namespace iz::openstack {
namespace {

using support::JsonValue;

std::string addresses_of(const JsonValue& row) {
  infrazen::JsonArray all;
  for (const auto& [network, addresses] : row["addresses"].members()) {
    for (const JsonValue address : addresses) {
      if (!address["addr"].text().empty()) all.text(address["addr"].text());
    }
  }
  return all.str();
}

std::string groups_of(const JsonValue& row) {
  std::vector<std::string_view> names;  // one per port: the same group comes again and again
  for (const JsonValue group : row["security_groups"]) {
    const std::string_view name = group["name"].text();
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  infrazen::JsonArray all;
  for (const std::string_view name : names) all.text(name);
  return all.str();
}

// Embedded since 2.47; before that an id, which the list of flavors explains.
Flavor flavor_of(const JsonValue& row, const Place& place) {
  const JsonValue flavor = row["flavor"];
  if (flavor["id"].exists() && place.flavors != nullptr) {
    const auto known = place.flavors->find(flavor["id"].text());
    if (known != place.flavors->end()) return known->second;
  }
  Flavor read = read_flavor(flavor);
  if (read.name.empty()) read.name = flavor["id"].text();
  return read;
}

bool has_tag(const JsonValue& row, std::string_view wanted) {
  if (wanted.empty()) return false;
  return std::any_of(row["tags"].begin(), row["tags"].end(), [&](JsonValue tag) { return tag.text() == wanted; });
}

}  // namespace

Flavor read_flavor(const JsonValue& row) {
  Flavor flavor;
  flavor.name = row["original_name"].exists() ? row["original_name"].text() : row["name"].text();
  flavor.vcpus = row["vcpus"].integer();
  flavor.ram_mib = row["ram"].integer();
  flavor.disk_gib = row["disk"].integer();
  return flavor;
}

Mapped map_server(const JsonValue& row, const Place& place) {
  Mapped out = mapped(types::kServer, row, place);
  infrazen::Resource& server = out.resource;
  const Flavor flavor = flavor_of(row, place);
  const std::string_view zone = row["OS-EXT-AZ:availability_zone"].text();
  server.zone = text_of(row["OS-EXT-AZ:availability_zone"]);
  server.service_name = "Compute";
  server.service_category = "Compute";
  server.pricing_model = has_tag(row, place.spot_tag) ? "spot" : "on_demand";
  if (flavor.vcpus) server.cpu_cores = *flavor.vcpus;
  if (flavor.ram_mib) server.memory_bytes = *flavor.ram_mib * kMiB;
  if (flavor.disk_gib) server.storage_bytes = *flavor.disk_gib * kGiB;
  if (!row["metadata"]["os_distro"].text().empty()) {
    server.operating_system = row["metadata"]["os_distro"].text();
    server.extensions.set("operating_system", server.operating_system);
  }
  server.attributes =
      attributes(row, {"description", "key_name", "locked", "OS-EXT-STS:vm_state", "OS-EXT-STS:task_state",
                       "OS-EXT-STS:power_state", "OS-SRV-USG:launched_at", "user_id", "fault"});

  auto& columns = server.extensions;
  if (!flavor.name.empty()) columns.set("flavor", flavor.name);
  if (flavor.vcpus) columns.set("cpu_cores", infrazen::Whole(*flavor.vcpus));
  if (flavor.ram_mib) columns.set("memory_gb", gib_of_mib(*flavor.ram_mib));
  columns.set("ip_addresses", addresses_of(row));
  columns.set("security_groups", groups_of(row));
  if (!zone.empty()) columns.set("datacenter", zone);

  // "" when it was booted from a volume.
  out.relate("uses", types::kImage, row["image"]["id"].text());
  return out;
}

}  // namespace iz::openstack
