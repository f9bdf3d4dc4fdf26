// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/settings.hpp"

#include <infrazen/error.hpp>

namespace iz::yandex {
namespace {

using infrazen::Config;
using infrazen::Error;
using infrazen::ErrorClass;

[[noreturn]] void wrong(const Config& config, const std::string& what) {
  throw Error(ErrorClass::config, "connection " + std::string(config.connection()) + ": " + what);
}

std::vector<std::string> list_or_none(const Config& config, std::string_view key) {
  return config.has(key) ? config.list(key) : std::vector<std::string>();
}

void read_access(const Config& config, Settings& settings) {
  const std::string_view access = config.text_or("auth", "key");
  settings.access = access == "metadata" ? Settings::Access::metadata
                    : access == "oauth"  ? Settings::Access::oauth
                                         : Settings::Access::key;
  settings.key_id = config.text_or("key_id", "");
  settings.service_account_id = config.text_or("service_account_id", "");
  if (settings.access != Settings::Access::key) return;
  // An export that was copied to a folder is read without asking the provider anything.
  const bool folder_alone = settings.key_id.empty() && !config.text_or("billing_path", "").empty();
  if (!folder_alone && (settings.key_id.empty() || settings.service_account_id.empty())) {
    wrong(config,
          "settings 'key_id' and 'service_account_id' are needed with auth: key; they are \"id\" and "
          "\"service_account_id\" of the file that `yc iam key create` wrote");
  }
}

void read_endpoints(const Config& config, Settings& settings) {
  settings.domain = config.text_or("domain", "api.cloud.yandex.net");
  settings.token_audience = config.text_or("token_audience", "https://iam.api.cloud.yandex.net/iam/v1/tokens");
  settings.discover_endpoints = config.boolean_or("discover_endpoints", true);
  settings.storage_region = config.text_or("storage_region", "ru-central1");
  if (!config.has("endpoints")) return;
  for (auto& [service, url] : config.map("endpoints")) {
    if (!url.starts_with("https://") && !url.starts_with("http://"))
      wrong(config, "setting 'endpoints': \"" + url + "\" of " + service + " is no https:// address");
    while (url.ends_with('/')) url.pop_back();
    settings.endpoints.insert_or_assign(std::move(service), std::move(url));
  }
}

}  // namespace

Settings read_settings(const Config& config) {
  Settings settings;
  read_access(config, settings);
  read_endpoints(config, settings);
  settings.organizations = list_or_none(config, "organizations");
  settings.clouds = list_or_none(config, "clouds");
  settings.folders = list_or_none(config, "folders");
  settings.kinds = list_or_none(config, "kinds");
  settings.without_kinds = list_or_none(config, "without_kinds");
  settings.page_size = config.integer_or("page_size", 1000);
  settings.details = config.boolean_or("details", true);
  settings.metrics_grid = config.duration_or("metrics_grid", std::chrono::hours(1));
  settings.metrics_history = config.duration_or("metrics_history", std::chrono::hours(7 * 24));
  settings.metrics_overlap = config.duration_or("metrics_overlap", std::chrono::minutes(15));
  settings.audit_bucket = config.text_or("audit_bucket", "");
  settings.audit_prefix = config.text_or("audit_prefix", "");
  settings.audit_history = config.duration_or("audit_history", std::chrono::hours(7 * 24));
  return settings;
}

}  // namespace iz::yandex
