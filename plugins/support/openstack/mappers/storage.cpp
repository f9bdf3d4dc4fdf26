// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/openstack/mappers/mapped.hpp"

namespace iz::openstack {
namespace {

using support::JsonValue;

Mapped block(std::string_view type, const JsonValue& row, const Place& place) {
  Mapped out = mapped(type, row, place);
  infrazen::Resource& resource = out.resource;
  resource.service_name = "Block Storage";
  resource.service_category = "Storage";
  resource.zone = text_of(row["availability_zone"]);
  if (const auto size = row["size"].integer()) {
    resource.storage_bytes = *size * kGiB;
    resource.extensions.set("volume_size_gb", infrazen::Whole(*size));
  }
  if (!row["volume_type"].text().empty()) resource.extensions.set("volume_type", row["volume_type"].text());
  if (!resource.zone.is_null()) resource.extensions.set("datacenter", resource.zone);
  return out;
}

}  // namespace

Mapped map_volume(const JsonValue& row, const Place& place) {
  Mapped out = block(types::kVolume, row, place);
  const JsonValue image = row["volume_image_metadata"];
  if (!image["os_distro"].text().empty()) {
    out.resource.operating_system = image["os_distro"].text();
    out.resource.extensions.set("operating_system", out.resource.operating_system);
  }
  out.resource.attributes = attributes(
      row, {"description", "bootable", "encrypted", "multiattach", "volume_type", "user_id", "replication_status"});
  for (const JsonValue attachment : row["attachments"]) {
    out.relate("attached_to", types::kServer, attachment["server_id"].text());
  }
  out.relate("uses", types::kSnapshot, row["snapshot_id"].text());
  out.relate("uses", types::kImage, image["image_id"].text());
  return out;
}

Mapped map_snapshot(const JsonValue& row, const Place& place) {
  Mapped out = block(types::kSnapshot, row, place);
  out.resource.attributes = attributes(row, {"description", "user_id"});
  out.relate("protects", types::kVolume, row["volume_id"].text());
  return out;
}

Mapped map_backup(const JsonValue& row, const Place& place) {
  Mapped out = block(types::kBackup, row, place);
  out.resource.attributes = attributes(row, {"description", "is_incremental", "has_dependent_backups", "container"});
  out.relate("protects", types::kVolume, row["volume_id"].text());
  out.relate("uses", types::kSnapshot, row["snapshot_id"].text());
  return out;
}

Mapped map_image(const JsonValue& row, const Place& place) {
  Mapped out = mapped(types::kImage, row, place);
  infrazen::Resource& image = out.resource;
  image.service_name = "Images";
  image.service_category = "Storage";
  if (const auto size = row["size"].integer()) image.storage_bytes = *size;
  if (!row["os_distro"].text().empty()) {
    image.operating_system = row["os_distro"].text();
    image.extensions.set("operating_system", image.operating_system);
  }
  image.attributes = attributes(row, {"disk_format", "container_format", "min_disk", "min_ram", "visibility",
                                      "os_version", "os_hidden", "protected"});
  return out;
}

Mapped map_share(const JsonValue& row, const Place& place) {
  Mapped out = mapped(types::kShare, row, place);
  infrazen::Resource& share = out.resource;
  share.service_name = "File Storage";
  share.service_category = "Storage";
  share.zone = text_of(row["availability_zone"]);
  if (const auto size = row["size"].integer()) {
    share.storage_bytes = *size * kGiB;
    share.extensions.set("volume_size_gb", infrazen::Whole(*size));
  }
  if (!row["share_type_name"].text().empty()) share.extensions.set("volume_type", row["share_type_name"].text());
  if (!share.zone.is_null()) share.extensions.set("datacenter", share.zone);
  share.attributes = attributes(row, {"description", "share_proto", "is_public", "share_network_id"});
  return out;
}

Mapped map_container(const JsonValue& row, const Place& place) {
  Mapped out = mapped(types::kBucket, row, place);
  infrazen::Resource& bucket = out.resource;
  // A container has no id but its name, which is unique in its project only.
  bucket.external_id = place.project_id + "/" + std::string(row["name"].text());
  bucket.service_name = "Object Storage";
  bucket.service_category = "Storage";
  if (const auto bytes = row["bytes"].integer()) bucket.storage_bytes = *bytes;
  bucket.attributes = attributes(row, {"count", "last_modified"});
  return out;
}

}  // namespace iz::openstack
