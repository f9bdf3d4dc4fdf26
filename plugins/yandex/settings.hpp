// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <infrazen/config.hpp>

// What README.md says of each setting of access, inventory, metrics and audit events. Those of money are read in
// costs/.
namespace iz::yandex {

inline constexpr std::string_view kKeySecret = "key";
inline constexpr std::string_view kOauthSecret = "oauth_token";
inline constexpr std::string_view kStaticKeySecret = "static_key";

struct Settings {
  enum class Access { key, metadata, oauth };
  Access access = Access::key;
  std::string key_id;
  std::string service_account_id;

  std::string domain;
  std::string token_audience;  // of JWTs: a name, not an address; it stays the same wherever the endpoint is
  std::map<std::string, std::string, std::less<>> endpoints;  // service → URL; "*" = of all others
  bool discover_endpoints = true;
  std::string storage_region;  // of signatures for Object Storage

  std::vector<std::string> organizations;
  std::vector<std::string> clouds;
  std::vector<std::string> folders;
  std::vector<std::string> kinds;
  std::vector<std::string> without_kinds;
  std::int64_t page_size = 1000;
  bool details = true;

  std::chrono::milliseconds metrics_grid{};
  std::chrono::milliseconds metrics_history{};
  std::chrono::milliseconds metrics_overlap{};

  std::string audit_bucket;
  std::string audit_prefix;
  std::chrono::milliseconds audit_history{};
};

// Throws infrazen::Error (config) that names the setting.
[[nodiscard]] Settings read_settings(const infrazen::Config& config);

}  // namespace iz::yandex
