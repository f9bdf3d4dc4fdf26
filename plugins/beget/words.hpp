// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string_view>

// Types of resources and names of services, as records of every stream write them.
namespace iz::beget {

inline constexpr std::string_view kCurrency = "RUB";
inline constexpr std::string_view kProvider = "Beget";

inline constexpr std::string_view kVps = "vps";
inline constexpr std::string_view kSnapshot = "snapshot";
inline constexpr std::string_view kAdditionalIp = "additional_ip";
inline constexpr std::string_view kPrivateNetwork = "private_network";
inline constexpr std::string_view kProject = "project";
inline constexpr std::string_view kSshKey = "ssh_key";
inline constexpr std::string_view kMysql = "mysql";
inline constexpr std::string_view kPostgresql = "postgresql";
inline constexpr std::string_view kBucket = "s3_bucket";
inline constexpr std::string_view kCdn = "cdn";
inline constexpr std::string_view kCloudService = "cloud_service";  // of a type that is not known here
inline constexpr std::string_view kLicense = "license";
inline constexpr std::string_view kHosting = "hosting";
inline constexpr std::string_view kSite = "site";
inline constexpr std::string_view kHostedDatabase = "mysql_database";
inline constexpr std::string_view kDomain = "domain";
inline constexpr std::string_view kFtpAccount = "ftp_account";
inline constexpr std::string_view kMailbox = "mailbox";

struct ServiceWords {
  std::string_view name;
  std::string_view category;     // of FOCUS
  std::string_view subcategory;  // likewise
};

[[nodiscard]] constexpr ServiceWords service_words(std::string_view type) {
  if (type == kVps) return {"Beget Cloud VPS", "Compute", "Virtual Machines"};
  if (type == kLicense) return {"Beget Cloud VPS", "Compute", "Other (Compute)"};
  if (type == kSnapshot) return {"Beget Cloud Snapshots", "Storage", "Backup Storage"};
  if (type == kAdditionalIp || type == kPrivateNetwork)
    return {"Beget Cloud Network", "Networking", "Other (Networking)"};
  if (type == kMysql || type == kPostgresql) return {"Beget Cloud Databases", "Databases", "Relational Databases"};
  if (type == kBucket) return {"Beget Cloud S3", "Storage", "Object Storage"};
  if (type == kCdn) return {"Beget Cloud CDN", "Networking", "Content Delivery"};
  if (type == kDomain) return {"Beget Domains", "Web", "Other (Web)"};
  if (type == kProject || type == kSshKey || type == kCloudService)
    return {"Beget Cloud", "Management and Governance", "Other (Management and Governance)"};
  return {"Beget Hosting", "Web", "Other (Web)"};
}

}  // namespace iz::beget
