// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// What a connector says about itself: the JSON text of iz_module.manifest (docs/connector-manifest.md).
namespace iz::records {

enum class SettingType : std::uint8_t { path, string, integer, number, boolean, duration, list, map, enumeration };
enum class ColumnType : std::uint8_t { text, integer, decimal, boolean, instant, json };

struct ManifestSetting {
  std::string name;
  SettingType type = SettingType::string;
  bool required = false;
  std::string default_json;         // JSON text; empty = none
  std::vector<std::string> values;  // of an enumeration
  std::optional<double> min;        // of numbers; for a duration in seconds
  std::optional<double> max;
  std::string description;
};

struct ManifestSecret {
  std::string name;
  bool required = true;
  bool reveal = false;  // asks to see the value; the operator has to grant it too
  std::string description;
};

struct ManifestStream {
  std::string name;  // IZ_STREAM_*
  std::chrono::seconds interval{3600};
  std::vector<std::string> after;
  std::chrono::seconds full_every{0};  // 0 = never
  std::string incremental;             // how, in words
  std::vector<std::uint32_t> kinds;    // IZ_KIND_* it pushes
  bool back_fill = false;              // a run can be asked for a window of days
};

// What the connector does with what is posted to it (infrazen.webhook/1).
struct ManifestWebhook {
  std::string stream;                // whose lease and cursor its events are handled under
  bool handles = true;               // has handle()
  bool checks = false;               // has check()
  std::vector<std::string> headers;  // in lower case: handle() sees these, besides content-type
  std::string description;
};

// How often a host may be called by one account: the provider's published limit.
struct ManifestRateLimit {
  std::string host;  // a name, "*.example.com" (each host below it by itself) or "*"
  double per_second = 0;
  double burst = 1;
};

struct ManifestPermission {
  std::string name;
  std::string why;
};

struct ExtensionColumn {
  std::string name;
  ColumnType type = ColumnType::text;
  std::string description;
};

struct Manifest {
  std::string id;  // ^[a-z][a-z0-9]{1,30}$
  std::string version;
  std::string title;
  std::string provider;
  std::string billing_time_zone = "UTC";
  std::vector<ManifestSetting> settings;
  std::vector<ManifestSecret> secrets;
  std::vector<ManifestStream> streams;
  std::optional<ManifestWebhook> webhook;
  std::vector<std::string> hosts;
  std::vector<ManifestRateLimit> rate_limits;  // the first that matches counts
  std::vector<ManifestPermission> permissions;
  std::vector<std::string> sensitive_fields;
  std::vector<ExtensionColumn> extension_columns;
  std::vector<std::string> unknown_keys;  // of a newer SDK, or misspelt; `infrazen plugin check` shows them
  std::string json;                       // the text it was read from

  [[nodiscard]] const ManifestSetting* find_setting(std::string_view name) const;
  [[nodiscard]] const ManifestSecret* find_secret(std::string_view name) const;
  [[nodiscard]] const ManifestStream* find_stream(std::string_view name) const;
  [[nodiscard]] const ExtensionColumn* find_column(std::string_view name) const;
};

// Everything that is wrong, one per line: "streams.costs.interval: "1 hour" is not a duration like 30s, 15m, 1h, 1d".
class ManifestError : public std::runtime_error {
 public:
  explicit ManifestError(std::vector<std::string> problems);
  [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }

 private:
  std::vector<std::string> problems_;
};

// Throws ManifestError with all problems.
[[nodiscard]] Manifest parse_manifest(std::string_view json);

// ^[a-z][a-z0-9]{1,30}$
[[nodiscard]] bool is_connector_id(std::string_view id);

// "30s", "15m", "1h", "1d", "2w", and sums of them ("1h30m").
[[nodiscard]] std::optional<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace iz::records
