// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <array>
#include <string>

#include "yandex/inventory/mapping.hpp"

// Managed databases. A cluster says its settings, its hosts are what is paid for (the bill names hosts): they are
// resources of their own, with the cores and memory of their preset. The cluster's own columns stay empty, or sums over
// resources would count everything twice; its attributes have the totals.
namespace iz::yandex {
namespace {

constexpr Link kClusterLinks[] = {
    {"networkId", "vpc.network", "member_of"},
    {"securityGroupIds", "vpc.security_group", "protects", true},
};

struct Totals {
  std::int64_t hosts = 0;
  std::int64_t cores = 0;
  std::int64_t memory = 0;
  std::int64_t storage = 0;
};

void add_host(const Element& element, Mapped& mapped, JsonValue host, Totals& totals) {
  const std::string_view name = host["name"].text();
  if (name.empty()) return;
  infrazen::Resource resource = inner_resource(element, element.kind.inner_type, name);
  resource.name = name;
  const std::string_view zone = host["zoneId"].text();
  if (!zone.empty()) {
    resource.zone = zone;
    resource.region = region_of_zone(zone);
  }
  if (const std::string_view health = host["health"].text(); !health.empty()) resource.status = health;
  ++totals.hosts;
  const JsonValue resources = host["resources"];
  if (const auto size = resources["diskSize"].integer()) {
    set_storage(resource, *size);
    totals.storage += *size;
  }
  if (!resources["diskTypeId"].text().empty()) resource.extensions.set("disk_type", resources["diskTypeId"].text());
  const std::string_view preset = resources["resourcePresetId"].text();
  if (!preset.empty()) resource.extensions.set("instance_type", preset);
  const auto known = element.presets.find(preset);
  if (known != element.presets.end()) {
    set_cores(resource, known->second.cores);
    set_memory(resource, known->second.memory);
    totals.cores += known->second.cores;
    totals.memory += known->second.memory;
  }
  infrazen::JsonObject attributes;
  for (const std::string_view member : {"role", "type", "replicaType", "shardName", "assignPublicIp"}) {
    const JsonValue value = host[member];
    if (value.exists() && !value.is_null() && !(value.is_string() && value.text().empty()))
      attributes.raw(member, value.dump());
  }
  if (!attributes.empty()) resource.attributes = attributes;
  mapped.relate(element.kind.inner_type, name, element.kind.type, element.value["id"].text(), "member_of");
  mapped.relate(element.kind.inner_type, name, "vpc.subnet", host["subnetId"].text(), "member_of");
  mapped.inner.push_back(std::move(resource));
}

// What a cluster says of its sizes stands elsewhere in every engine.
std::string_view preset_of(JsonValue cluster) {
  for (const std::string_view path :
       {"config.resources", "config.clickhouse.resources", "config.mongodbConfig.mongod.resources",
        "config.mongodbConfig.mongoinfra.resources", "config.kafka.resources", "masterConfig.resources"}) {
    const JsonValue resources = cluster.path(path);
    if (resources.is_object()) return resources["resourcePresetId"].text();
  }
  for (const JsonValue group : cluster.path("config.opensearch.nodeGroups"))
    return group.path("resources.resourcePresetId").text();
  return {};
}

void finish_cluster(const Element& element, Mapped& mapped) {
  Totals totals;
  for (std::size_t part = 0; part < element.kind.parts.size(); ++part)
    element.each_of_part(part, [&](JsonValue host) { add_host(element, mapped, host, totals); });
  mapped.attributes.number("hosts", totals.hosts);
  if (totals.cores > 0) mapped.attributes.number("cores", totals.cores).number("memory", totals.memory);
  if (totals.storage > 0) mapped.attributes.number("storage", totals.storage);
  if (const std::string_view preset = preset_of(element.value); !preset.empty())
    mapped.resource.extensions.set("instance_type", preset);
}

constexpr std::string_view kAttributes =
    "environment health deletionProtection config.version config.resources config.clickhouse.resources "
    "config.zookeeper.resources "
    "config.kafka.resources config.kraft.resources config.brokersCount config.zoneId "
    "config.mongodbConfig.mongod.resources config.mongodbConfig.mongocfg.resources "
    "config.mongodbConfig.mongos.resources config.mongodbConfig.mongoinfra.resources "
    "config.opensearch.nodeGroups config.dashboards.nodeGroups masterConfig.resources segmentConfig.resources "
    "masterHostCount segmentHostCount segmentInHost config.backupRetainPeriodDays config.diskSizeAutoscaling "
    "config.access maintenanceWindow";

// A row of the table as text: everything of an engine follows from its name.
struct Engine {
  const char* type;
  const char* service;
  const char* path;
  const char* name;
  bool two_lists = false;  // master-hosts and segment-hosts instead of hosts
};
constexpr Engine kEngines[] = {
    {"mdb.postgresql", "managed-postgresql", "/managed-postgresql/v1/", "Managed Service for PostgreSQL"},
    {"mdb.mysql", "managed-mysql", "/managed-mysql/v1/", "Managed Service for MySQL®"},
    {"mdb.clickhouse", "managed-clickhouse", "/managed-clickhouse/v1/", "Managed Service for ClickHouse®"},
    {"mdb.mongodb", "managed-mongodb", "/managed-mongodb/v1/", "Managed Service for MongoDB"},
    {"mdb.redis", "managed-redis", "/managed-redis/v1/", "Managed Service for Valkey™"},
    {"mdb.kafka", "managed-kafka", "/managed-kafka/v1/", "Managed Service for Apache Kafka®"},
    {"mdb.greenplum", "managed-greenplum", "/managed-greenplum/v1/", "Managed Service for Greenplum®", true},
    {"mdb.opensearch", "managed-opensearch", "/managed-opensearch/v1/", "Managed Service for OpenSearch"},
    {"mdb.elasticsearch", "managed-elasticsearch", "/managed-elasticsearch/v1/", "Managed Service for Elasticsearch"},
    {"mdb.spqr", "managed-spqr", "/managed-spqr/v1/", "Managed Service for Sharded PostgreSQL"},
    {"mdb.sqlserver", "managed-sqlserver", "/mdb/sqlserver/v1/", "Managed Service for SQL Server"},
};

// The texts that rows view; made once.
struct EngineTexts {
  explicit EngineTexts(const Engine& engine)
      : type(engine.type + std::string(".cluster")),
        host(engine.type + std::string(".host")),
        list(engine.path + std::string("clusters?folderId={folder}")),
        get(engine.path + std::string("clusters/{id}")),
        presets(engine.path + std::string("resourcePresets")),
        hosts(engine.path + std::string(engine.two_lists ? "clusters/{id}/master-hosts" : "clusters/{id}/hosts")),
        more_hosts(engine.path + std::string("clusters/{id}/segment-hosts")),
        parts{Part{hosts, "hosts", "name"}, Part{more_hosts, "hosts", "name"}},
        part_count(engine.two_lists ? 2 : 1) {}
  EngineTexts(const EngineTexts&) = delete;
  EngineTexts& operator=(const EngineTexts&) = delete;

  std::string type, host, list, get, presets, hosts, more_hosts;
  std::array<Part, 2> parts;
  std::size_t part_count;
};

ResourceKind kind_of(const Engine& engine, const EngineTexts& texts) {
  return {.type = texts.type,
          .service = engine.service,
          .list = texts.list,
          .key = "clusters",
          .get = texts.get,
          .name = engine.name,
          .category = "Databases",
          .security_groups = "securityGroupIds[]",
          .attributes = kAttributes,
          .links = kClusterLinks,
          .parts = std::span(texts.parts).first(texts.part_count),
          .inner_type = texts.host,
          .presets = texts.presets,
          .finish = finish_cluster};
}

template <std::size_t... Index>
std::array<EngineTexts, sizeof...(Index)> make_texts(std::index_sequence<Index...>) {
  return {EngineTexts(kEngines[Index])...};
}

}  // namespace

std::span<const ResourceKind> database_kinds() {
  static const auto texts = make_texts(std::make_index_sequence<std::size(kEngines)>());
  static const auto kinds = [] {
    std::vector<ResourceKind> made;
    for (std::size_t i = 0; i < texts.size(); ++i) made.push_back(kind_of(kEngines[i], texts[i]));
    return made;
  }();
  return kinds;
}

}  // namespace iz::yandex
