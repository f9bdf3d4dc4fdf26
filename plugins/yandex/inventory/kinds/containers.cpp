// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/inventory/mapping.hpp"

namespace iz::yandex {
namespace {

constexpr std::string_view kKubernetes = "Managed Service for Kubernetes®";
constexpr std::string_view kRegistry = "Container Registry";

constexpr Link kClusterLinks[] = {
    {"networkId", "vpc.network", "member_of"},
    {"logGroupId", "logging.log_group", "uses"},
    {"serviceAccountId", "iam.service_account", "uses"},
    {"nodeServiceAccountId", "iam.service_account", "uses"},
};
// Its machines are found through the group of instances it stands for.
constexpr Link kNodeGroupLinks[] = {
    {"clusterId", "k8s.cluster", "member_of"},
    {"instanceGroupId", "compute.instance_group", "member_of", true},
    {"allocationPolicy.locations[].subnetId", "vpc.subnet", "member_of"},
};

void finish_cluster(const Element& element, Mapped& mapped) {
  infrazen::Resource& resource = mapped.resource;
  const JsonValue master = element.value["master"];
  const std::string_view zone = master.path("zonalMaster.zoneId").text();
  const std::string_view region = master.path("regionalMaster.regionId").text();
  if (!zone.empty()) resource.zone = zone;
  if (!zone.empty() || !region.empty()) resource.region = region.empty() ? region_of_zone(zone) : region;
}

void finish_node_group(const Element& element, Mapped& mapped) {
  infrazen::Resource& resource = mapped.resource;
  resource.parent_type = "k8s.cluster";
  resource.parent_id = element.value["clusterId"].text();
  const bool preemptible = element.value.path("nodeTemplate.schedulingPolicy.preemptible").boolean().value_or(false);
  resource.pricing_model = preemptible ? "spot" : "on_demand";
  resource.extensions.set("preemptible", preemptible ? "true" : "false");
  if (const auto fraction = element.value.path("nodeTemplate.resourcesSpec.coreFraction").integer())
    resource.extensions.set("core_fraction", infrazen::Whole(*fraction));
  std::string_view zone;
  std::size_t zones = 0;
  for (const JsonValue location : element.value.path("allocationPolicy.locations")) {
    zone = location["zoneId"].text();
    ++zones;
  }
  if (zones == 0) return;
  resource.region = region_of_zone(zone);
  if (zones == 1) resource.zone = zone;
}

// "<registry>/<repository>" is an image's name, and the registry's id the only tie between the two.
void finish_image(const Element& element, Mapped& mapped) {
  const std::string_view name = element.value["name"].text();
  const std::string_view registry = name.substr(0, name.find('/'));
  mapped.resource.parent_type = "cr.registry";
  mapped.resource.parent_id = registry;
  mapped.relate("cr.image", element.value["id"].text(), "cr.registry", registry, "stored_in");
}

constexpr ResourceKind kKinds[] = {
    {.type = "k8s.cluster",
     .service = "managed-kubernetes",
     .list = "/managed-kubernetes/v1/clusters?folderId={folder}",
     .key = "clusters",
     .get = "/managed-kubernetes/v1/clusters/{id}",
     .name = kKubernetes,
     .category = "Compute",
     .security_groups = "master.securityGroupIds[]",
     .attributes = "health master.version master.resources master.scalePolicy master.locations master.etcdClusterSize "
                   "master.zonalMaster.zoneId master.regionalMaster.regionId releaseChannel logGroupId",
     .links = kClusterLinks,
     .finish = finish_cluster},
    {.type = "k8s.node_group",
     .service = "managed-kubernetes",
     .list = "/managed-kubernetes/v1/nodeGroups?folderId={folder}",
     .key = "nodeGroups",
     .get = "/managed-kubernetes/v1/nodeGroups/{id}",
     .name = kKubernetes,
     .category = "Compute",
     .disk_type = "nodeTemplate.bootDiskSpec.diskTypeId",
     .instance_type = "nodeTemplate.platformId",
     .platform = "nodeTemplate.platformId",
     .attributes = "nodeTemplate.resourcesSpec nodeTemplate.bootDiskSpec nodeTemplate.labels scalePolicy nodeLabels "
                   "allocationPolicy versionInfo.currentVersion instanceGroupId",
     .links = kNodeGroupLinks,
     .owner = {"clusterId", "k8s.cluster"},
     .finish = finish_node_group},
    {.type = "cr.registry",
     .service = "container-registry",
     .list = "/container-registry/v1/registries?folderId={folder}",
     .key = "registries",
     .get = "/container-registry/v1/registries/{id}",
     .name = kRegistry,
     .category = "Storage"},
    {.type = "cr.image",
     .service = "container-registry",
     .list = "/container-registry/v1/images?folderId={folder}",
     .key = "images",
     .get = "/container-registry/v1/images/{id}",
     .name = kRegistry,
     .category = "Storage",
     .storage = "compressedSize",
     .attributes = "digest tags",
     .finish = finish_image},
    {.type = "cloud_registry.registry",
     .service = "cloud-registry",
     .list = "/cloud-registry/v1/registries?folderId={folder}",
     .key = "registries",
     .get = "/cloud-registry/v1/registries/{id}",
     .name = "Cloud Registry",
     .category = "Storage",
     .attributes = "kind type"},
};

}  // namespace

std::span<const ResourceKind> container_kinds() {
  return kKinds;
}

}  // namespace iz::yandex
