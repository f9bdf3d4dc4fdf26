// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/inventory/mapping.hpp"

namespace iz::yandex {
namespace {

constexpr std::string_view kService = "Compute Cloud";

void learn_disk(JsonValue disk, Facts& facts) {
  facts.disks.insert_or_assign(std::string(disk["id"].text()),
                               Facts::Disk{disk["size"].integer().value_or(0), std::string(disk["typeId"].text()),
                                           std::string(disk["sourceImageId"].text())});
}

void learn_image(JsonValue image, Facts& facts) {
  std::string system(image.path("os.type").text());
  if (const std::string_view family = image["family"].text(); !family.empty())
    system += (system.empty() ? "" : " ") + std::string(family);
  facts.images.insert_or_assign(std::string(image["id"].text()), std::move(system));
}

// The size of a machine's disks stands in the listing of disks. A machine's own storage is none: its disks are
// resources themselves; the columns tell of the disk it boots from.
void finish_instance(const Element& element, Mapped& mapped) {
  infrazen::Resource& resource = mapped.resource;
  const bool preemptible = element.value.path("schedulingPolicy.preemptible").boolean().value_or(false);
  resource.pricing_model = preemptible ? "spot" : "on_demand";
  resource.extensions.set("preemptible", preemptible ? "true" : "false");
  if (const auto fraction = element.value.path("resources.coreFraction").integer())
    resource.extensions.set("core_fraction", infrazen::Whole(*fraction));
  if (const auto gpus = element.value.path("resources.gpus").integer(); gpus && *gpus > 0)
    resource.extensions.set("gpus", infrazen::Whole(*gpus));
  const auto boot = element.facts.disks.find(element.value.path("bootDisk.diskId").text());
  if (boot == element.facts.disks.end()) return;
  resource.extensions.set("disk_size_gb", infrazen::Whole(to_gib(boot->second.size)));
  resource.extensions.set("disk_type", boot->second.type);
  const auto image = element.facts.images.find(boot->second.image_id);
  if (image == element.facts.images.end() || image->second.empty()) return;
  resource.operating_system = image->second;
  resource.extensions.set("operating_system", image->second);
}

void finish_image(const Element& element, Mapped& mapped) {
  if (const std::string_view system = element.value.path("os.type").text(); !system.empty()) {
    mapped.resource.operating_system = system;
    mapped.resource.extensions.set("operating_system", system);
  }
}

// Members come by GET …/instances; the machines themselves are in the listing of instances and counted there.
void finish_instance_group(const Element& element, Mapped& mapped) {
  element.each_of_part(0, [&](JsonValue member) {
    mapped.relate("compute.instance", member["instanceId"].text(), element.kind.type, element.value["id"].text(),
                  "member_of");
  });
}

constexpr Link kInstanceLinks[] = {
    {"filesystems[].filesystemId", "compute.filesystem", "attached_to", true},
    {"networkInterfaces[].subnetId", "vpc.subnet", "member_of"},
    {"networkInterfaces[].securityGroupIds", "vpc.security_group", "protects", true},
    {"gpuSettings.gpuClusterId", "compute.gpu_cluster", "member_of"},
    {"hostGroupId", "compute.host_group", "member_of"},
    {"reservedInstancePoolId", "compute.reserved_instance_pool", "uses"},
    {"serviceAccountId", "iam.service_account", "uses"},
};
constexpr Link kDiskLinks[] = {
    {"instanceIds", "compute.instance", "attached_to"},
    {"sourceImageId", "compute.image", "made_from"},
    {"sourceSnapshotId", "compute.snapshot", "made_from"},
    {"kmsKey.keyId", "kms.key", "uses"},
};
constexpr Link kSnapshotLinks[] = {{"sourceDiskId", "compute.disk", "made_from"}};
constexpr Part kGroupParts[] = {{"/compute/v1/instanceGroups/{id}/instances", "instances", "instanceId"}};
constexpr Part kHostGroupParts[] = {{"/compute/v1/hostGroups/{id}/hosts", "hosts", "id", true}};

void finish_host_group(const Element& element, Mapped& mapped) {
  infrazen::JsonArray hosts;
  bool any = false;
  element.each_of_part(0, [&](JsonValue host) {
    hosts.raw(infrazen::JsonObject().text("id", host["id"].text()).text("status", host["status"].text()).str());
    any = true;
  });
  if (any) mapped.attributes.raw("hosts", hosts.str());
}

constexpr ResourceKind kKinds[] = {
    {.type = "compute.disk",
     .service = "compute",
     .list = "/compute/v1/disks?folderId={folder}",
     .key = "disks",
     .get = "/compute/v1/disks/{id}",
     .name = kService,
     .category = "Storage",
     .storage = "size",
     .disk_type = "typeId",
     .attributes = "blockSize productIds sourceImageId sourceSnapshotId diskPlacementPolicy kmsKey",
     .links = kDiskLinks,
     .learn = learn_disk},
    {.type = "compute.image",
     .service = "compute",
     .list = "/compute/v1/images?folderId={folder}",
     .key = "images",
     .get = "/compute/v1/images/{id}",
     .name = kService,
     .category = "Storage",
     .storage = "storageSize",
     .attributes = "size minDiskSize family pooled productIds",
     .learn = learn_image,
     .finish = finish_image},
    {.type = "compute.instance",
     .service = "compute",
     .list = "/compute/v1/instances?folderId={folder}",
     .key = "instances",
     .get = "/compute/v1/instances/{id}",
     .name = kService,
     .category = "Compute",
     .cores = "resources.cores",
     .memory = "resources.memory",
     .instance_type = "platformId",
     .platform = "platformId",
     .addresses =
         "networkInterfaces[].primaryV4Address.address networkInterfaces[].primaryV4Address.oneToOneNat.address "
         "networkInterfaces[].primaryV6Address.address",
     .security_groups = "networkInterfaces[].securityGroupIds[]",
     .attributes = "fqdn platformId resources schedulingPolicy hostId placementPolicy localDisks networkSettings.type "
                   "hardwareGeneration maintenancePolicy",
     .links = kInstanceLinks,
     .needs_facts = true,
     .finish = finish_instance},
    {.type = "compute.snapshot",
     .service = "compute",
     .list = "/compute/v1/snapshots?folderId={folder}",
     .key = "snapshots",
     .get = "/compute/v1/snapshots/{id}",
     .name = kService,
     .category = "Storage",
     .storage = "storageSize",
     .attributes = "diskSize sourceDiskId productIds",
     .links = kSnapshotLinks},
    {.type = "compute.filesystem",
     .service = "compute",
     .list = "/compute/v1/filesystems?folderId={folder}",
     .key = "filesystems",
     .get = "/compute/v1/filesystems/{id}",
     .name = kService,
     .category = "Storage",
     .storage = "size",
     .disk_type = "typeId",
     .attributes = "blockSize"},
    {.type = "compute.snapshot_schedule",
     .service = "compute",
     .list = "/compute/v1/snapshotSchedules?folderId={folder}",
     .key = "snapshotSchedules",
     .get = "/compute/v1/snapshotSchedules/{id}",
     .name = kService,
     .category = "Storage",
     .attributes = "schedulePolicy retentionPeriod snapshotCount"},
    {.type = "compute.instance_group",
     .service = "compute",
     .list = "/compute/v1/instanceGroups?folderId={folder}&view=FULL",
     .key = "instanceGroups",
     .get = "/compute/v1/instanceGroups/{id}?view=FULL",
     .name = kService,
     .category = "Compute",
     .instance_type = "instanceTemplate.platformId",
     .platform = "instanceTemplate.platformId",
     .attributes = "instanceTemplate.resourcesSpec instanceTemplate.bootDiskSpec instanceTemplate.schedulingPolicy "
                   "scalePolicy managedInstancesState allocationPolicy",
     .parts = kGroupParts,
     .finish = finish_instance_group},
    {.type = "compute.gpu_cluster",
     .service = "compute",
     .list = "/compute/v1/gpuClusters?folderId={folder}",
     .key = "gpuClusters",
     .get = "/compute/v1/gpuClusters/{id}",
     .name = kService,
     .category = "Compute",
     .attributes = "interconnectType"},
    {.type = "compute.reserved_instance_pool",
     .service = "compute",
     .list = "/compute/v1/reservedInstancePools?folderId={folder}",
     .key = "reservedInstancePools",
     .get = "/compute/v1/reservedInstancePools/{id}",
     .name = kService,
     .category = "Compute",
     .instance_type = "platformId",
     .platform = "platformId",
     .attributes = "resourcesSpec size committedSize slotStats instanceStats"},
    {.type = "compute.host_group",
     .service = "compute",
     .list = "/compute/v1/hostGroups?folderId={folder}",
     .key = "hostGroups",
     .get = "/compute/v1/hostGroups/{id}",
     .name = kService,
     .category = "Compute",
     .instance_type = "typeId",
     .attributes = "scalePolicy maintenancePolicy",
     .parts = kHostGroupParts,
     .finish = finish_host_group},
};

}  // namespace

std::span<const ResourceKind> compute_kinds() {
  return kKinds;
}

}  // namespace iz::yandex
