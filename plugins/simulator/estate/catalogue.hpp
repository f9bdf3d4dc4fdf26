// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

// What the simulated provider sells.
namespace simulator {

enum class Type : std::uint8_t { instance, disk, bucket, postgres, kafka, cluster, node, balancer, address, snapshot };

// How use goes through the day and the week.
enum class Profile : std::uint8_t { office, shop, night, flat };

struct Metric {
  std::string_view name;
  std::string_view unit;
  double low;   // value at no load
  double high;  // value at full load
};

struct Product {
  Type type;
  std::string_view name;    // the provider's type
  std::string_view prefix;  // of ids
  std::string_view service;
  std::string_view category;  // FOCUS ServiceCategory
  std::string_view unit;
  std::int64_t price_micros;  // of the smallest size, per hour, in millionths of the currency
  Profile profile;
  bool by_load;  // billed by use, not by the hour
  std::span<const Metric> metrics;
};

inline constexpr std::array kComputeMetrics{
    Metric{"cpu_utilization", "percent", 1, 100}, Metric{"memory_utilization", "percent", 18, 96},
    Metric{"network_in_bytes", "bytes/second", 200, 4e7}, Metric{"network_out_bytes", "bytes/second", 100, 9e7},
    Metric{"disk_read_operations", "count/second", 0, 3000}};
inline constexpr std::array kDiskMetrics{Metric{"disk_used", "percent", 5, 95},
                                         Metric{"disk_write_operations", "count/second", 0, 2500},
                                         Metric{"disk_latency", "milliseconds", 0.4, 18}};
inline constexpr std::array kBucketMetrics{Metric{"storage_used_bytes", "bytes", 1e6, 8e11},
                                           Metric{"request_count", "count/second", 0, 900},
                                           Metric{"egress_bytes", "bytes/second", 0, 6e7}};
inline constexpr std::array kDatabaseMetrics{
    Metric{"cpu_utilization", "percent", 2, 98}, Metric{"connections", "count", 3, 400},
    Metric{"transactions", "count/second", 0, 5200}, Metric{"disk_used", "percent", 10, 92}};
inline constexpr std::array kTrafficMetrics{Metric{"request_count", "count/second", 0, 12000},
                                            Metric{"response_time", "milliseconds", 2, 350},
                                            Metric{"error_count", "count/second", 0, 12}};
inline constexpr std::array kPlainMetrics{Metric{"availability", "percent", 99, 100}};

inline constexpr std::array<Product, 10> kProducts{{
    {Type::instance, "compute.instance", "vm", "Compute Cloud", "Compute", "Hours", 1'862'400, Profile::office, false,
     kComputeMetrics},
    {Type::disk, "compute.disk", "disk", "Compute Cloud", "Storage", "Hours", 148'350, Profile::flat, false,
     kDiskMetrics},
    {Type::bucket, "storage.bucket", "bkt", "Object Storage", "Storage", "GB-Hours", 2'813, Profile::shop, true,
     kBucketMetrics},
    {Type::postgres, "managed.postgresql", "pg", "Managed PostgreSQL", "Databases", "Hours", 7'905'120, Profile::shop,
     false, kDatabaseMetrics},
    {Type::kafka, "managed.kafka", "kfk", "Managed Kafka", "Integration", "Hours", 9'444'600, Profile::shop, false,
     kDatabaseMetrics},
    {Type::cluster, "kubernetes.cluster", "k8s", "Managed Kubernetes", "Compute", "Hours", 3'055'500, Profile::flat,
     false, kPlainMetrics},
    {Type::node, "kubernetes.node", "node", "Managed Kubernetes", "Compute", "Hours", 2'974'410, Profile::shop, false,
     kComputeMetrics},
    {Type::balancer, "network.load_balancer", "lb", "Load Balancing", "Networking", "Hours", 1'520'330, Profile::shop,
     true, kTrafficMetrics},
    {Type::address, "network.address", "ip", "Virtual Private Cloud", "Networking", "Hours", 262'800, Profile::flat,
     false, kPlainMetrics},
    {Type::snapshot, "compute.snapshot", "snap", "Compute Cloud", "Storage", "Hours", 52'170, Profile::flat, false,
     kPlainMetrics},
}};

constexpr const Product& product(Type type) {
  return kProducts[static_cast<std::size_t>(type)];
}

struct Region {
  std::string_view id;
  std::string_view name;
};
inline constexpr std::array<Region, 6> kRegions{{{"ru-msk-1", "Moscow"},
                                                 {"ru-spb-1", "Saint Petersburg"},
                                                 {"ru-nsk-1", "Novosibirsk"},
                                                 {"kz-ala-1", "Almaty"},
                                                 {"de-fra-1", "Frankfurt"},
                                                 {"us-nyc-1", "New York"}}};
inline constexpr std::array<std::string_view, 4> kEnvironments{"prod", "prod", "stage", "dev"};
inline constexpr std::array<std::string_view, 8> kTeams{"checkout", "search",   "billing", "data",
                                                        "mobile",   "platform", "ml",      "support"};
inline constexpr std::array<std::string_view, 5> kCostCenters{"1010", "1020", "2010", "2020", "3000"};
inline constexpr std::array<std::string_view, 4> kSystems{"Debian 12", "Ubuntu 24.04", "AlmaLinux 9",
                                                          "Windows Server 2022"};

// Sizes double in everything: cores, memory, price.
inline constexpr unsigned kSizes = 5;
inline constexpr std::array<std::string_view, kSizes> kFlavors{"s1.small", "s1.medium", "s1.large", "s1.xlarge",
                                                               "s1.2xlarge"};

}  // namespace simulator
