// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/inventory/mapping.hpp"

namespace iz::yandex {
namespace {

constexpr std::string_view kDns = "Cloud DNS";
constexpr std::string_view kKms = "Key Management Service";

// The list may leave out most of a bucket, so each is looked at (part 0); how full it is says part 1.
void finish_bucket(const Element& element, Mapped& mapped) {
  const JsonValue full = element.part(0);
  const JsonValue stats = element.part(1);
  infrazen::Resource& resource = mapped.resource;
  if (full["tags"].size() > 0 && element.value["tags"].size() == 0) {
    infrazen::JsonObject tags;
    for (const JsonValue tag : full["tags"]) tags.text(tag["key"].text(), tag["value"].text());
    resource.tags = tags;
  }
  for (const std::string_view member :
       {"versioning", "maxSize", "resourceId", "defaultStorageClass", "anonymousAccessFlags"}) {
    const JsonValue value = element.value[member].exists() ? element.value[member] : full[member];
    if (value.exists() && !value.is_null() && !(value.is_object() && value.size() == 0))
      mapped.attributes.raw(member, value.dump());
  }
  std::string_view storage_class = element.value["defaultStorageClass"].text();
  if (storage_class.empty()) storage_class = full["defaultStorageClass"].text();
  if (!storage_class.empty()) resource.extensions.set("storage_class", storage_class);
  if (const auto used = stats["usedSize"].integer()) {
    set_storage(resource, *used);
  } else if (stats.is_object()) {
    set_storage(resource, 0);
  }
  for (const std::string_view member : {"storageClassUsedSizes", "storageClassCounters"}) {
    if (stats[member].size() > 0) mapped.attributes.raw(member, stats[member].dump());
  }
}

void finish_database(const Element& element, Mapped& mapped) {
  const JsonValue dedicated = element.value["dedicatedDatabase"];
  const std::string_view preset = dedicated["resourcePresetId"].text();
  if (!preset.empty()) mapped.resource.extensions.set("instance_type", preset);
  if (dedicated.exists()) mapped.attributes.text("type", "dedicated");
  if (element.value["serverlessDatabase"].exists()) mapped.attributes.text("type", "serverless");
  if (const std::string_view location = element.value["locationId"].text(); !location.empty())
    mapped.resource.region = location;
}

void finish_cdn(const Element& element, Mapped& mapped) {
  if (const std::string_view cname = element.value["cname"].text(); !cname.empty()) mapped.resource.name = cname;
  mapped.resource.status = element.value["active"].boolean().value_or(false) ? "ACTIVE" : "INACTIVE";
}

void finish_dns(const Element& element, Mapped& mapped) {
  mapped.attributes.boolean("public", element.value["publicVisibility"].exists());
}

// Its machines are in the listing of instances and counted there.
void finish_dataproc(const Element& element, Mapped& mapped) {
  infrazen::JsonArray subclusters;
  bool any = false;
  element.each_of_part(0, [&](JsonValue subcluster) {
    subclusters.raw(subcluster.dump());
    any = true;
  });
  if (any) mapped.attributes.raw("subclusters", subclusters.str());
}

constexpr Part kBucketParts[] = {
    {"/storage/v1/buckets/{id}?view=VIEW_FULL", "", "", true},
    {"/storage/v1/buckets/{id}:getStats", "", "", true},
};
constexpr Part kDataprocParts[] = {{"/dataproc/v1/clusters/{id}/subclusters", "subclusters", "id", true}};
constexpr Link kDatabaseLinks[] = {
    {"dedicatedDatabase.networkId", "vpc.network", "member_of"},
    {"dedicatedDatabase.subnetIds", "vpc.subnet", "member_of"},
};
constexpr Link kZoneLinks[] = {{"privateVisibility.networkIds", "vpc.network", "member_of"}};
constexpr Link kSecretLinks[] = {{"kmsKeyId", "kms.key", "protects", true}};
constexpr Link kTransferLinks[] = {
    {"source.id", "datatransfer.endpoint", "uses"},
    {"target.id", "datatransfer.endpoint", "uses"},
};
constexpr Link kTrailLinks[] = {
    {"destination.objectStorage.bucketId", "storage.bucket", "uses"},
    {"destination.cloudLogging.logGroupId", "logging.log_group", "uses"},
    {"serviceAccountId", "iam.service_account", "uses"},
};
constexpr Link kOfNetwork[] = {{"networkId", "vpc.network", "member_of"}};

constexpr ResourceKind kKinds[] = {
    {.type = "storage.bucket",
     .service = "storage-api",
     .list = "/storage/v1/buckets?folderId={folder}",
     .key = "buckets",
     .get = "/storage/v1/buckets/{id}?view=VIEW_FULL",
     .name = "Object Storage",
     .category = "Storage",
     .parts = kBucketParts,
     .finish = finish_bucket},
    {.type = "ydb.database",
     .service = "ydb",
     .list = "/ydb/v1/databases?folderId={folder}",
     .key = "databases",
     .get = "/ydb/v1/databases/{id}",
     .name = "Managed Service for YDB",
     .category = "Databases",
     .attributes = "serverlessDatabase dedicatedDatabase.scalePolicy dedicatedDatabase.storageConfig endpoint",
     .links = kDatabaseLinks,
     .finish = finish_database},
    {.type = "dns.zone",
     .service = "dns",
     .list = "/dns/v1/zones?folderId={folder}",
     .key = "dnsZones",
     .get = "/dns/v1/zones/{id}",
     .name = kDns,
     .category = "Networking",
     .attributes = "zone",
     .links = kZoneLinks,
     .finish = finish_dns},
    {.type = "cdn.resource",
     .service = "cdn",
     .list = "/cdn/v1/resources?folderId={folder}",
     .key = "resources",
     .get = "/cdn/v1/resources/{id}",
     .name = "Cloud CDN",
     .category = "Networking",
     .attributes = "originGroupId originGroupName providerType providerCname",
     .finish = finish_cdn},
    {.type = "kms.key",
     .service = "kms",
     .list = "/kms/v1/keys?folderId={folder}",
     .key = "keys",
     .get = "/kms/v1/keys/{id}",
     .name = kKms,
     .category = "Security",
     .attributes = "rotationPeriod defaultAlgorithm primaryVersion.id deletionProtection"},
    {.type = "kms.asymmetric_encryption_key",
     .service = "kms",
     .list = "/kms/v1/asymmetricEncryptionKeys?folderId={folder}",
     .key = "keys",
     .get = "/kms/v1/asymmetricEncryptionKeys/{id}",
     .name = kKms,
     .category = "Security",
     .attributes = "encryptionAlgorithm deletionProtection"},
    {.type = "kms.asymmetric_signature_key",
     .service = "kms",
     .list = "/kms/v1/asymmetricSignatureKeys?folderId={folder}",
     .key = "keys",
     .get = "/kms/v1/asymmetricSignatureKeys/{id}",
     .name = kKms,
     .category = "Security",
     .attributes = "signatureAlgorithm deletionProtection"},
    {.type = "lockbox.secret",
     .service = "lockbox",
     .list = "/lockbox/v1/secrets?folderId={folder}",
     .key = "secrets",
     .get = "/lockbox/v1/secrets/{id}",
     .name = "Lockbox",
     .category = "Security",
     .attributes = "currentVersion.id deletionProtection",
     .links = kSecretLinks},
    {.type = "certificate_manager.certificate",
     .service = "certificate-manager",
     .list = "/certificate-manager/v1/certificates?folderId={folder}",
     .key = "certificates",
     .get = "/certificate-manager/v1/certificates/{id}",
     .name = "Certificate Manager",
     .category = "Security",
     .attributes = "notAfter domains type"},
    {.type = "datatransfer.transfer",
     .service = "datatransfer",
     .list = "/v1/transfers/list/{folder}",
     .key = "transfers",
     .get = "",
     .name = "Data Transfer",
     .category = "Migration",
     .attributes = "type runtime.ycRuntime",
     .links = kTransferLinks},
    {.type = "datatransfer.endpoint",
     .service = "datatransfer",
     .list = "/v1/endpoints/list/{folder}",
     .key = "endpoints",
     .get = "",
     .name = "Data Transfer",
     .category = "Migration"},
    {.type = "logging.log_group",
     .service = "logging",
     .list = "/logging/v1/logGroups?folderId={folder}",
     .key = "groups",
     .get = "/logging/v1/logGroups/{id}",
     .name = "Cloud Logging",
     .category = "Management and Governance",
     .attributes = "retentionPeriod"},
    {.type = "audittrails.trail",
     .service = "audittrails",
     .list = "/audit-trails/v1/trails?folderId={folder}",
     .key = "trails",
     .get = "/audit-trails/v1/trails/{id}",
     .name = "Audit Trails",
     .category = "Management and Governance",
     .attributes = "statusErrorMessage destination filteringPolicy",
     .links = kTrailLinks},
    {.type = "iam.service_account",
     .service = "iam",
     .list = "/iam/v1/serviceAccounts?folderId={folder}",
     .key = "serviceAccounts",
     .get = "/iam/v1/serviceAccounts/{id}",
     .name = "Identity and Access Management",
     .category = "Identity"},
    {.type = "baremetal.server",
     .service = "baremetal",
     .list = "/baremetal/v1alpha/servers?folderId={folder}",
     .key = "servers",
     .get = "/baremetal/v1alpha/servers/{id}",
     .name = "BareMetal",
     .category = "Compute",
     .instance_type = "configurationId",
     .attributes = "disks hardwarePoolId"},
    {.type = "dataproc.cluster",
     .service = "dataproc",
     .list = "/dataproc/v1/clusters?folderId={folder}",
     .key = "clusters",
     .get = "/dataproc/v1/clusters/{id}",
     .name = "Data Proc",
     .category = "Analytics",
     .attributes = "health config.versionId",
     .parts = kDataprocParts,
     .finish = finish_dataproc},
    {.type = "airflow.cluster",
     .service = "managed-airflow",
     .list = "/managed-airflow/v1/clusters?folderId={folder}",
     .key = "clusters",
     .get = "/managed-airflow/v1/clusters/{id}",
     .name = "Managed Service for Apache Airflow™",
     .category = "Analytics",
     .attributes = "health config.versionId",
     .links = kOfNetwork},
    {.type = "metastore.cluster",
     .service = "managed-metastore",
     .list = "/managed-metastore/v1/clusters?folderId={folder}",
     .key = "clusters",
     .get = "/managed-metastore/v1/clusters/{id}",
     .name = "Hive Metastore",
     .category = "Analytics",
     .attributes = "health version clusterConfig.resources",
     .links = kOfNetwork},
    {.type = "trino.cluster",
     .service = "managed-trino",
     .list = "/managed-trino/v1/clusters?folderId={folder}",
     .key = "clusters",
     .get = "/managed-trino/v1/clusters/{id}",
     .name = "Managed Service for Trino",
     .category = "Analytics",
     .attributes = "health trino.coordinatorConfig.resources trino.workerConfig",
     .links = kOfNetwork},
    {.type = "ytsaurus.cluster",
     .service = "managed-ytsaurus",
     .list = "/ytsaurus/v1/clusters?folderId={folder}",
     .key = "clusters",
     .get = "/ytsaurus/v1/clusters/{id}",
     .name = "Managed Service for YTsaurus",
     .category = "Analytics",
     .attributes = "health spec.compute spec.storage",
     .links = kOfNetwork},
};

}  // namespace

std::span<const ResourceKind> other_kinds() {
  return kKinds;
}

}  // namespace iz::yandex
