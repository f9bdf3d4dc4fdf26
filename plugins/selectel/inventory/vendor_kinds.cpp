// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <map>
#include <memory>

#include "selectel/cloud.hpp"
#include "support/openstack/times.hpp"
#include <infrazen/json.hpp>

// Managed Kubernetes, managed databases, container registries, dedicated servers.
namespace iz::selectel {
namespace {

using openstack::Mapped;
using openstack::Place;
using openstack::text_of;
using support::JsonValue;

constexpr std::string_view kCluster = "mks.cluster";
constexpr std::string_view kNodeGroup = "mks.nodegroup";
constexpr std::string_view kDatastore = "dbaas.datastore";
constexpr std::string_view kRegistry = "craas.registry";
constexpr std::string_view kDedicated = "dedicated.server";

void of_service(infrazen::Resource& resource, std::string_view service, std::string_view category) {
  resource.service_name = service;
  resource.service_category = category;
}

Mapped map_cluster(const JsonValue& row, const Place& place) {
  Mapped out = openstack::mapped(kCluster, row, place);
  of_service(out.resource, "Managed Kubernetes", "Compute");
  out.resource.attributes =
      openstack::attributes(row, {"kube_version", "kube_api_ip", "zonal", "cni_type", "enable_autorepair",
                                  "enable_patch_version_auto_upgrade", "private_kube_api", "kubernetes_options",
                                  "maintenance_window_start", "maintenance_window_end"});
  out.relate("uses", openstack::types::kNetwork, row["network_id"].text());
  out.relate("uses", openstack::types::kSubnet, row["subnet_id"].text());
  return out;
}

Mapped map_node_group(const JsonValue& row, const Place& place) {
  Mapped out = openstack::mapped(kNodeGroup, row, place);
  infrazen::Resource& group = out.resource;
  of_service(group, "Managed Kubernetes", "Compute");
  group.parent_type = kCluster;
  group.parent_id = row["cluster_id"].text();
  group.zone = text_of(row["availability_zone"]);
  group.pricing_model = row["preemptible"].boolean().value_or(false) ? "spot" : "on_demand";
  group.attributes = openstack::attributes(row, {"flavor_id", "nodegroup_type", "local_volume", "labels", "taints",
                                                 "enable_autoscale", "autoscale_min_nodes", "autoscale_max_nodes"});
  if (!row["flavor_id"].text().empty()) group.extensions.set("flavor", row["flavor_id"].text());
  if (!row["volume_type"].text().empty()) group.extensions.set("volume_type", row["volume_type"].text());
  if (const auto size = row["volume_gb"].integer()) {
    group.storage_bytes = *size * openstack::kGiB;
    group.extensions.set("volume_size_gb", infrazen::Whole(*size));
  }
  if (!group.zone.is_null()) group.extensions.set("datacenter", group.zone);
  infrazen::JsonArray addresses;
  for (const JsonValue node : row["nodes"]) {
    if (!node["ip"].text().empty()) addresses.text(node["ip"].text());
    const std::string_view server = node["os_server_id"].text();
    if (server.empty()) continue;
    out.relations.push_back({.from_type = openstack::types::kServer,
                             .from_id = server,
                             .to_type = kNodeGroup,
                             .to_id = row["id"].text(),
                             .relation = "member_of"});
  }
  group.extensions.set("ip_addresses", addresses.str());
  out.relate("member_of", kCluster, row["cluster_id"].text());
  return out;
}

using Engines = std::map<std::string, std::string, std::less<>>;  // "postgresql 16" by id of a datastore's type

// The addresses of a datastore's nodes; a node without a floating one has the text "None".
std::string addresses_of(const JsonValue& row) {
  infrazen::JsonArray addresses;
  for (const JsonValue node : row["instances"]) {
    for (const std::string_view name : {"ip", "floating_ip"}) {
      const std::string_view address = node[name].text();
      if (!address.empty() && address != "None") addresses.text(address);
    }
  }
  return addresses.str();
}

Mapped map_datastore(const JsonValue& row, const Place& place, const Engines& engines) {
  Mapped out = openstack::mapped(kDatastore, row, place);
  infrazen::Resource& store = out.resource;
  const auto engine = engines.find(row["type_id"].text());
  of_service(store, "Managed Databases", "Databases");
  store.zone = text_of((*row["instances"].begin())["availability_zone"]);
  const JsonValue flavor = row["flavor"];
  const auto nodes = row["node_count"].integer().value_or(1);
  if (const auto cores = flavor["vcpus"].integer()) {
    store.cpu_cores = *cores * nodes;
    store.extensions.set("cpu_cores", infrazen::Whole(*cores));
  }
  if (const auto ram = flavor["ram"].integer()) {
    store.memory_bytes = *ram * openstack::kMiB * nodes;
    store.extensions.set("memory_gb", openstack::gib_of_mib(*ram));
  }
  if (const auto disk = flavor["disk"].integer()) {
    store.storage_bytes = *disk * openstack::kGiB * nodes;
    store.extensions.set("volume_size_gb", infrazen::Whole(*disk));
  }
  if (!flavor["disk_type"].text().empty()) store.extensions.set("volume_type", flavor["disk_type"].text());
  if (!row["flavor_id"].text().empty()) store.extensions.set("flavor", row["flavor_id"].text());
  if (!store.zone.is_null()) store.extensions.set("datacenter", store.zone);
  store.extensions.set("ip_addresses", addresses_of(row));
  infrazen::JsonObject kept;
  if (engine != engines.end()) kept.text("engine", engine->second);
  for (const std::string_view name : {"type_id", "node_count", "databases_count", "topics_count", "enabled",
                                      "backup_retention_days", "is_protected", "log_platform"}) {
    if (row[name].exists() && !row[name].is_null()) kept.raw(name, row[name].dump());
  }
  store.attributes = kept;
  out.relate("member_of", openstack::types::kSubnet, row["subnet_id"].text());
  return out;
}

Mapped map_registry(const JsonValue& row, const Place& place) {
  Mapped out = openstack::mapped(kRegistry, row, place);
  of_service(out.resource, "Container Registry", "Compute");
  if (const auto size = row["size"].integer()) out.resource.storage_bytes = *size;
  out.resource.attributes = openstack::attributes(row, {"sizeLimit", "used"});
  return out;
}

Mapped map_dedicated(const JsonValue& row, const Place& place) {
  Mapped out = openstack::mapped(kDedicated, row, place);
  infrazen::Resource& server = out.resource;
  of_service(server, "Dedicated Servers", "Compute");
  server.external_id = row["uuid"].text();
  server.name = text_of(row["user_desc"]);
  server.status = text_of(row["state"]);
  server.pricing_model = "reserved";
  server.attributes =
      openstack::attributes(row, {"service_type", "service_uuid", "hw_uuid", "location_uuid", "info", "billing"});
  server.extensions.set("flavor", row["service_uuid"].text());
  server.extensions.set("datacenter", row["location_uuid"].text());
  return out;
}

}  // namespace

std::vector<openstack::Kind> vendor_kinds(Cloud& cloud) {
  std::vector<openstack::Kind> kinds;
  kinds.push_back(
      {.name = "clusters",
       .type = kCluster,
       .services = {"managed-kubernetes"},
       .version = "/v1",
       .path = "/clusters",
       .collection = "clusters",
       .pages = openstack::Pages::whole,
       .mapper = map_cluster,
       .limited = false,
       .children = [](const JsonValue& cluster) -> std::vector<openstack::Child> {
         return {{"/clusters/" + std::string(cluster["id"].text()) + "/nodegroups", "nodegroups", map_node_group}};
       }});
  // What the engines are called is asked once per place, before its datastores.
  auto engines = std::make_shared<std::map<std::string, Engines>>();
  kinds.push_back({.name = "datastores",
                   .type = kDatastore,
                   .services = {"managed-database"},
                   .version = "/v1",
                   .path = "/datastores",
                   .collection = "datastores",
                   .pages = openstack::Pages::whole,
                   .mapper =
                       [engines](const JsonValue& row, const Place& place) {
                         return map_datastore(row, place, (*engines)[place.project_id + '/' + place.region]);
                       },
                   .limited = false,
                   .before =
                       [engines, &cloud](const Place& place, std::size_t token, const std::string& endpoint) {
                         const std::string url = endpoint + "/datastore-types";
                         const infrazen::Response answer = cloud.tokens().send(token, {.url = url});
                         Engines& known = (*engines)[place.project_id + '/' + place.region];
                         const support::JsonDocument document(answer.body(), url);
                         for (const JsonValue type : document.root()["datastore-types"]) {
                           known[std::string(type["id"].text())] =
                               std::string(type["engine"].text()) + ' ' + std::string(type["version"].text());
                         }
                       }});
  kinds.push_back({.name = "registries",
                   .type = kRegistry,
                   .services = {"container-registry-v2", "container-registry"},
                   .version = "/api/v1",
                   .path = "/registries",
                   .collection = "",
                   .pages = openstack::Pages::whole,
                   .mapper = map_registry,
                   .limited = false,
                   .fixed_url = cloud.settings().registry_url});
  kinds.push_back({.name = "dedicated_servers",
                   .type = kDedicated,
                   .services = {},
                   .version = "",
                   .path = "/resource",
                   .collection = "result",
                   .pages = openstack::Pages::whole,
                   .mapper = map_dedicated,
                   .id = "uuid",
                   .limited = false,
                   .fixed_url = cloud.settings().api_url + "/servers/v2"});
  return kinds;
}

}  // namespace iz::selectel
