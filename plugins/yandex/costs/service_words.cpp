// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/costs/service_words.hpp"

#include <algorithm>
#include <initializer_list>

namespace iz::yandex {
namespace {

struct Words {
  std::string_view part;  // of the service's name
  std::string_view category;
  std::string_view resource_type;  // "" = the service's name
};

// The first that matches counts.
constexpr Words kServices[] = {
    {"Compute Cloud", "Compute", "compute.instance"},
    {"Cloud Functions", "Compute", "serverless.function"},
    {"Serverless Containers", "Compute", "serverless.container"},
    {"Kubernetes", "Compute", "k8s.cluster"},
    {"BareMetal", "Compute", "baremetal.server"},
    {"Cloud Backup", "Storage", ""},
    {"Object Storage", "Storage", "storage.bucket"},
    {"Container Registry", "Developer Tools", "container.registry"},
    {"Cloud Registry", "Developer Tools", ""},
    {"Managed Service for Apache Kafka", "Integration", "mdb.kafka.host"},
    {"Managed Service for Apache Airflow", "Analytics", ""},
    {"Managed Service for PostgreSQL", "Databases", "mdb.postgresql.host"},
    {"Managed Service for MySQL", "Databases", "mdb.mysql.host"},
    {"Managed Service for ClickHouse", "Databases", "mdb.clickhouse.host"},
    {"Managed Service for Redis", "Databases", "mdb.redis.host"},
    {"Managed Service for Valkey", "Databases", "mdb.redis.host"},
    {"Managed Service for GitLab", "Developer Tools", ""},
    {"Managed Service for", "Databases", ""},
    {"Managed Database", "Databases", ""},
    {"StoreDoc", "Databases", ""},
    {"MPP Analytics", "Databases", ""},
    {"YDB", "Databases", "ydb.database"},
    {"Data Transfer", "Migration", ""},
    {"Data Proc", "Analytics", ""},
    {"Data Streams", "Analytics", ""},
    {"Query", "Analytics", ""},
    {"DataLens", "Analytics", ""},
    {"DataSphere", "AI and Machine Learning", ""},
    {"SpeechKit", "AI and Machine Learning", ""},
    {"SpeechSense", "AI and Machine Learning", ""},
    {"Translate", "AI and Machine Learning", ""},
    {"Vision", "AI and Machine Learning", ""},
    {"Foundation Models", "AI and Machine Learning", ""},
    {"AI Studio", "AI and Machine Learning", ""},
    {"Message Queue", "Integration", ""},
    {"EventRouter", "Integration", ""},
    {"API Gateway", "Integration", ""},
    {"Workflows", "Integration", ""},
    {"IoT", "Internet of Things", ""},
    {"Virtual Private Cloud", "Networking", ""},
    {"Load Balancer", "Networking", ""},
    {"Interconnect", "Networking", ""},
    {"DNS", "Networking", ""},
    {"CDN", "Networking", ""},
    {"Smart Web Security", "Security", ""},
    {"DDoS", "Security", ""},
    {"Key Management", "Security", "kms.key"},
    {"Lockbox", "Security", ""},
    {"Certificate Manager", "Security", ""},
    {"SmartCaptcha", "Security", ""},
    {"Identity", "Identity", ""},
    {"Audit Trails", "Management and Governance", ""},
    {"Monitoring", "Management and Governance", ""},
    {"Cloud Logging", "Management and Governance", "logging.group"},
    {"Support", "Management and Governance", ""},
    {"Cloud Video", "Media", ""},
    {"Tracker", "Business Applications", ""},
    {"Wiki", "Business Applications", ""},
    {"360", "Business Applications", ""},
    {"Cloud Apps", "Business Applications", ""},
};

const Words* find(std::string_view service_name) {
  const auto* found = std::ranges::find_if(
      kServices, [&](const Words& words) { return service_name.find(words.part) != std::string_view::npos; });
  return found == std::end(kServices) ? nullptr : found;
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

}  // namespace

std::string_view category_of_service(std::string_view service_name) {
  const Words* const words = find(service_name);
  return words == nullptr ? "Other" : words->category;
}

std::string_view resource_type_of(std::string_view service_name, std::string_view sku_name) {
  const Words* const words = find(service_name);
  if (words == nullptr) return service_name;
  if (words->resource_type == "compute.instance") {
    if (has_any(sku_name, {"napshot", "нимок", "нимк"})) return "compute.snapshot";
    if (has_any(sku_name, {"mage", "браз"})) return "compute.image";
    if (has_any(sku_name, {"ilesystem", "айлов"})) return "compute.filesystem";
    if (has_any(sku_name, {"drive", "storage", "иск", "ранилищ", "накопител"})) return "compute.disk";
  }
  if (words->part == "Virtual Private Cloud" && has_any(sku_name, {"IP address", "IP-адрес"})) return "vpc.address";
  return words->resource_type.empty() ? service_name : words->resource_type;
}

}  // namespace iz::yandex
