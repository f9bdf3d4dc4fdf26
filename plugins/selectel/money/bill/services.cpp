// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel/money/bill/services.hpp"

namespace iz::selectel {
namespace {

struct Rule {
  std::string_view begins;
  Service service;
};

constexpr Service kServers{"Cloud Servers", "Compute", "Virtual Machines"};
constexpr Service kBlock{"Block Storage", "Storage", "Block Storage"};
constexpr Service kFile{"File Storage", "Storage", "File Storage"};
constexpr Service kObject{"Object Storage", "Storage", "Object Storage"};
constexpr Service kBackup{"Backups", "Storage", "Backup Storage"};
constexpr Service kImages{"Images", "Storage", "Other (Storage)"};
constexpr Service kNetwork{"Cloud Network", "Networking", "Network Infrastructure"};
constexpr Service kTraffic{"Traffic", "Networking", "Network Connectivity"};
constexpr Service kBalancers{"Load Balancers", "Networking", "Network Routing"};
constexpr Service kKubernetes{"Managed Kubernetes", "Compute", "Containers"};
constexpr Service kRelational{"Managed Databases", "Databases", "Relational Databases"};
constexpr Service kCaching{"Managed Databases", "Databases", "Caching"};
constexpr Service kMessaging{"Managed Databases", "Integration", "Messaging"};
constexpr Service kDatabases{"Managed Databases", "Databases", "Other (Databases)"};
constexpr Service kRegistry{"Container Registry", "Compute", "Containers"};
constexpr Service kCdn{"CDN", "Networking", "Content Delivery"};

// The longer beginnings of one word come first.
constexpr Rule kByObject[] = {
    {"cloud_vm", kServers},
    {"volume_", kBlock},
    {"share_", kFile},
    {"dbaas_postgresql", kRelational},
    {"dbaas_mysql", kRelational},
    {"dbaas_redis", kCaching},
    {"dbaas_valkey", kCaching},
    {"dbaas_kafka", kMessaging},
    {"dbaas_", kDatabases},
    {"mks_", kKubernetes},
    {"craas_", kRegistry},
    {"s3_", kObject},
    {"network_traffic", kTraffic},
    {"network_load_balancer", kBalancers},
    {"network_", kNetwork},
    {"backup_", kBackup},
    {"image", kImages},
    {"snapshot", kBlock},
};
constexpr Rule kByMetric[] = {
    {"compute_", kServers},        {"volume_", kBlock},
    {"snapshot_", kBlock},         {"share_", kFile},
    {"image_", kImages},           {"load_balancer", kBalancers},
    {"network_traffic", kTraffic}, {"network_", kNetwork},
    {"mks_", kKubernetes},         {"dbaas_", kDatabases},
    {"craas_", kRegistry},         {"s3_", kObject},
    {"backup_", kBackup},          {"cdn_", kCdn},
};
constexpr Rule kByProvider[] = {
    {"mks", kKubernetes}, {"dbaas", kDatabases}, {"craas", kRegistry}, {"storage", kObject}, {"cdn", kCdn},
};

template <std::size_t Count>
const Service* first_of(const Rule (&rules)[Count], std::string_view text) {
  for (const Rule& rule : rules) {
    if (text.starts_with(rule.begins)) return &rule.service;
  }
  return nullptr;
}

}  // namespace

Service service_of(std::string_view object_type, std::string_view metric, std::string_view provider_key) {
  if (const Service* service = first_of(kByObject, object_type)) return *service;
  if (const Service* service = first_of(kByMetric, metric)) return *service;
  if (const Service* service = first_of(kByProvider, provider_key)) return *service;
  return {"Other", "Other", "Other (Other)", false};
}

std::string_view unit_of(std::string_view unit) {
  if (unit == "GB*H") return "GB-Hours";
  if (unit == "item") return "Units";
  if (unit == "B") return "Bytes";
  return unit;
}

}  // namespace iz::selectel
