// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/client/endpoints.hpp"

#include <algorithm>
#include <iterator>

namespace iz::yandex {
namespace {

constexpr std::string_view kMainDomain = "api.cloud.yandex.net";

struct Known {
  std::string_view service;
  std::string_view host;   // below the domain
  std::string_view alias;  // another id that the registry may use
};

// Ids of services and their hosts, as the public registry of endpoints lists them.
constexpr Known kKnown[] = {
    {"iam", "iam", ""},
    {"resource-manager", "resource-manager", "resourcemanager"},
    {"organization-manager", "organization-manager", "organizationmanager"},
    {"compute", "compute", ""},
    {"vpc", "vpc", ""},
    {"load-balancer", "load-balancer", ""},
    {"alb", "alb", "apploadbalancer"},
    {"billing", "billing", ""},
    {"monitoring", "monitoring", ""},
    {"storage-api", "storage", ""},
    {"audittrails", "audittrails", ""},
    {"logging", "logging", ""},
    {"managed-postgresql", "mdb", ""},
    {"managed-mysql", "mdb", ""},
    {"managed-clickhouse", "mdb", ""},
    {"managed-mongodb", "mdb", ""},
    {"managed-redis", "mdb", ""},
    {"managed-kafka", "mdb", ""},
    {"managed-greenplum", "mdb", ""},
    {"managed-opensearch", "mdb", ""},
    {"managed-elasticsearch", "mdb", ""},
    {"managed-spqr", "mdb", ""},
    {"managed-sqlserver", "mdb", ""},
    {"managed-airflow", "airflow", ""},
    {"managed-metastore", "metastore", ""},
    {"managed-trino", "trino", ""},
    {"managed-ytsaurus", "ytsaurus", "ytsaurus"},
    {"dataproc", "dataproc", ""},
    {"managed-kubernetes", "mks", "k8s"},
    {"container-registry", "container-registry", ""},
    {"cloud-registry", "registry", ""},
    {"serverless-functions", "serverless-functions", ""},
    {"serverless-containers", "serverless-containers", ""},
    {"serverless-apigateway", "serverless-apigateway", ""},
    {"serverless-triggers", "serverless-triggers", ""},
    {"serverless-workflows", "serverless-workflows", ""},
    {"serverless-eventrouter", "serverless-eventrouter", ""},
    {"ydb", "ydb", ""},
    {"dns", "dns", ""},
    {"cdn", "cdn", ""},
    {"kms", "kms", ""},
    {"lockbox", "lockbox", ""},
    {"datatransfer", "datatransfer", ""},
    {"quota-manager", "quota-manager", ""},
    {"baremetal", "baremetal", ""},
    {"certificate-manager", "certificate-manager", ""},
};

const Known* find(std::string_view service) {
  const auto* found = std::ranges::find(kKnown, service, &Known::service);
  return found == std::end(kKnown) ? nullptr : found;
}

}  // namespace

Endpoints::Endpoints(const Settings& settings)
    : domain_(settings.domain),
      configured_(settings.endpoints),
      discover_(settings.discover_endpoints && !settings.endpoints.contains("*")) {}

std::string Endpoints::registry() const {
  const auto own = configured_.find("endpoint");
  return own != configured_.end() ? own->second : "https://" + domain_;
}

std::string Endpoints::base(std::string_view service) const {
  if (const auto own = configured_.find(service); own != configured_.end()) return own->second;
  if (const auto all = configured_.find("*"); all != configured_.end()) return all->second;
  // "api.cloud.yandex.net" and "storage.yandexcloud.net"; "api.yandexcloud.kz" and "storage.yandexcloud.kz".
  if (service == "storage") {
    if (const auto heard = learnt_.find(service); heard != learnt_.end()) return heard->second;
    return domain_.ends_with(".kz") ? "https://storage.yandexcloud.kz" : "https://storage.yandexcloud.net";
  }
  if (service == "metadata") return "http://169.254.169.254";
  const Known* known = find(service);
  if (const auto heard = learnt_.find(service); heard != learnt_.end()) return heard->second;
  if (known != nullptr && !known->alias.empty()) {
    if (const auto heard = learnt_.find(known->alias); heard != learnt_.end()) return heard->second;
  }
  // Of a smaller installation the registry is the whole truth; the main one has services that it lists late.
  if (!learnt_.empty() && domain_ != kMainDomain) return {};
  return "https://" + std::string(known == nullptr ? service : known->host) + '.' + domain_;
}

void Endpoints::learn(support::JsonValue answer) {
  for (const support::JsonValue endpoint : answer["endpoints"]) {
    std::string_view address = endpoint["address"].text();
    const std::string_view id = endpoint["id"].text();
    if (address.ends_with(":443")) address.remove_suffix(4);
    if (!id.empty() && !address.empty()) learnt_.insert_or_assign(std::string(id), "https://" + std::string(address));
  }
}

}  // namespace iz::yandex
