// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "records/manifest.hpp"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "records/kinds.hpp"
#include "records/manifest_reader.hpp"
#include <infrazen/abi/module.h>
#include <infrazen/config.hpp>

namespace iz::records {
namespace {

namespace json = boost::json;
using detail::ObjectReader;
using detail::Problems;

constexpr std::size_t kMaxManifestBytes = 512 * 1024;

constexpr std::string_view kStreams[] = {IZ_STREAM_INVENTORY, IZ_STREAM_COSTS,      IZ_STREAM_METRICS,
                                         IZ_STREAM_LOGS,      IZ_STREAM_COMPONENTS, IZ_STREAM_PRICES,
                                         IZ_STREAM_RATES,     IZ_STREAM_BALANCE,    IZ_STREAM_DOCUMENTS};

constexpr std::pair<std::string_view, SettingType> kSettingTypes[] = {
    {"path", SettingType::path},     {"string", SettingType::string},   {"integer", SettingType::integer},
    {"number", SettingType::number}, {"boolean", SettingType::boolean}, {"duration", SettingType::duration},
    {"list", SettingType::list},     {"map", SettingType::map},         {"enum", SettingType::enumeration}};

constexpr std::pair<std::string_view, ColumnType> kColumnTypes[] = {
    {"text", ColumnType::text},       {"integer", ColumnType::integer}, {"decimal", ColumnType::decimal},
    {"boolean", ColumnType::boolean}, {"instant", ColumnType::instant}, {"json", ColumnType::json}};

template <class Enum, std::size_t Size>
Enum one_of(ObjectReader& reader, std::string_view key, const std::pair<std::string_view, Enum> (&names)[Size]) {
  const std::string name = reader.text(key, true);
  for (const auto& [known, value] : names) {
    if (known == name) return value;
  }
  std::vector<std::string_view> all;
  for (const auto& [known, value] : names) all.push_back(known);
  if (!name.empty()) reader.problem(key, fmt::format("\"{}\" is not one of {}", name, fmt::join(all, ", ")));
  return names[0].second;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 63 && name.front() >= 'a' && name.front() <= 'z' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

bool is_host(std::string_view host) {
  if (host.starts_with("*.")) host.remove_prefix(2);
  return !host.empty() && host.size() <= 253 &&
         host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string_view::npos &&
         host.front() != '.' && host.front() != '-';
}

ManifestSetting read_setting(std::string name, ObjectReader reader) {
  ManifestSetting setting;
  setting.name = std::move(name);
  setting.type = one_of(reader, "type", kSettingTypes);
  setting.required = reader.boolean("required", false);
  if (const json::value* value = reader.find("default"); value != nullptr && !value->is_null()) {
    setting.default_json = json::serialize(*value);
  }
  setting.values = reader.texts("values");
  setting.min = reader.number("min");
  setting.max = reader.number("max");
  setting.description = reader.text("description", false);
  if (setting.type == SettingType::enumeration && setting.values.empty()) {
    reader.problem("values", "an enum needs its values");
  }
  if (!setting.default_json.empty()) {
    const std::string wrong = detail::default_fault(setting, json::parse(setting.default_json));
    if (!wrong.empty()) reader.problem("default", wrong);
  }
  if (setting.required && !setting.default_json.empty()) {
    reader.problem("required", "a setting with a default cannot be required");
  }
  return setting;
}

ManifestSecret read_secret(std::string name, ObjectReader reader) {
  ManifestSecret secret;
  secret.name = std::move(name);
  secret.required = reader.boolean("required", true);
  secret.reveal = reader.boolean("reveal", false);
  secret.description = reader.text("description", false);
  return secret;
}

std::uint32_t kind_number(std::string_view name) {
  if (name == "metric") return IZ_KIND_METRIC;
  for (const Kind& kind : kinds()) {
    if (kind.name == name) return kind.id;
  }
  return 0;
}

ManifestStream read_stream(std::string name, ObjectReader reader) {
  ManifestStream stream;
  stream.name = std::move(name);
  if (std::ranges::find(kStreams, stream.name) == std::end(kStreams)) {
    reader.problem("", fmt::format("is not a stream; there are {}", fmt::join(kStreams, ", ")));
  }
  stream.interval = reader.duration("interval", std::chrono::seconds(3600));
  stream.full_every = reader.duration("full_every", std::chrono::seconds(0));
  stream.after = reader.texts("after");
  stream.incremental = reader.text("incremental", false);
  stream.back_fill = reader.boolean("back_fill", false);
  for (const auto& kind : reader.texts("kinds")) {
    const std::uint32_t id = kind_number(kind);
    if (id == 0) reader.problem("kinds", fmt::format("\"{}\" is not a record kind", kind));
    stream.kinds.push_back(id);
  }
  if (stream.kinds.empty()) reader.problem("kinds", "name the record kinds the stream pushes");
  if (stream.interval.count() <= 0) reader.problem("interval", "must be above zero");
  return stream;
}

// Credentials are for check() alone: what handle() sees is kept in the inbox.
bool is_kept_header(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos &&
         name != "authorization" && name != "proxy-authorization" && name != "cookie";
}

ManifestWebhook read_webhook(ObjectReader reader) {
  ManifestWebhook webhook;
  webhook.stream = reader.text("stream", true);
  webhook.handles = reader.boolean("handles", true);
  webhook.checks = reader.boolean("checks", false);
  webhook.headers = reader.texts("headers");
  webhook.description = reader.text("description", false);
  for (const auto& name : webhook.headers) {
    if (is_kept_header(name)) continue;
    reader.problem("headers", fmt::format("\"{}\" is not the name of a header in lower case that may be kept", name));
  }
  if (webhook.headers.size() > 16) reader.problem("headers", "at most 16 can be kept");
  if (!webhook.handles && !webhook.checks) reader.problem("", "neither handles nor checks: leave it out");
  return webhook;
}

ExtensionColumn read_column(ObjectReader reader) {
  ExtensionColumn column;
  column.name = reader.text("name", true);
  column.type = one_of(reader, "type", kColumnTypes);
  column.description = reader.text("description", false);
  if (!column.name.empty() && !is_name(column.name)) {
    reader.problem("name", fmt::format("\"{}\" is not a column name: lower-case letters, digits and _", column.name));
  }
  return column;
}

ManifestRateLimit read_rate_limit(ObjectReader reader) {
  ManifestRateLimit limit;
  limit.host = reader.text("host", true);
  limit.per_second = reader.number("per_second").value_or(0);
  limit.burst = reader.number("burst").value_or(1);
  if (!limit.host.empty() && limit.host != "*" && !is_host(limit.host))
    reader.problem("host", fmt::format("\"{}\" is not a host name in lower case", limit.host));
  if (!(limit.per_second > 0 && limit.per_second <= 100'000))
    reader.problem("per_second", "must be above zero and at most 100000");
  if (!(limit.burst >= 1 && limit.burst <= 10'000)) reader.problem("burst", "must be from 1 to 10000");
  return limit;
}

void check_whole(const Manifest& manifest, Problems& problems) {
  if (manifest.webhook && manifest.find_stream(manifest.webhook->stream) == nullptr) {
    problems.add(fmt::format("webhook.stream: \"{}\" is not a stream of this connector", manifest.webhook->stream));
  }
  for (const auto& stream : manifest.streams) {
    for (const auto& before : stream.after) {
      if (manifest.find_stream(before) == nullptr || before == stream.name) {
        problems.add(
            fmt::format("streams.{}.after: \"{}\" is not another stream of this connector", stream.name, before));
      }
    }
  }
  for (std::size_t i = 0; i < manifest.extension_columns.size(); ++i) {
    if (manifest.find_column(manifest.extension_columns[i].name) != &manifest.extension_columns[i]) {
      problems.add(
          fmt::format("extension_columns[{}].name: \"{}\" is there twice", i, manifest.extension_columns[i].name));
    }
  }
}

Manifest read_manifest(const json::object& root, Problems& problems) {
  Manifest manifest;
  ObjectReader reader(root, "", problems, manifest.unknown_keys);
  const auto version = reader.number("manifest");
  if (version != 1.0)
    reader.problem("manifest", "must be 1, the version of the manifest's form that this daemon reads");
  manifest.id = reader.text("id", true);
  manifest.version = reader.text("version", true);
  manifest.title = reader.text("title", true);
  manifest.provider = reader.text("provider", false);
  manifest.billing_time_zone = reader.text("billing_time_zone", false, "UTC");
  if (!manifest.id.empty() && !is_connector_id(manifest.id)) {
    reader.problem("id", fmt::format("\"{}\" does not match ^[a-z][a-z0-9]{{1,30}}$", manifest.id));
  }
  if (manifest.provider.empty()) manifest.provider = manifest.id;
  reader.each_member("settings", [&](std::string name, ObjectReader item) {
    manifest.settings.push_back(read_setting(std::move(name), std::move(item)));
  });
  reader.each_member("secrets", [&](std::string name, ObjectReader item) {
    manifest.secrets.push_back(read_secret(std::move(name), std::move(item)));
  });
  reader.each_member("streams", [&](std::string name, ObjectReader item) {
    manifest.streams.push_back(read_stream(std::move(name), std::move(item)));
  });
  reader.one_member("webhook", [&](ObjectReader item) { manifest.webhook = read_webhook(std::move(item)); });
  reader.each_item("permissions", [&](ObjectReader item) {
    manifest.permissions.push_back({item.text("name", true), item.text("why", false)});
  });
  reader.each_item("extension_columns",
                   [&](ObjectReader item) { manifest.extension_columns.push_back(read_column(std::move(item))); });
  manifest.hosts = reader.texts("hosts");
  for (const auto& host : manifest.hosts) {
    const bool of_setting = host.size() > 2 && host.starts_with('{') && host.ends_with('}');
    if (of_setting) {
      const auto* setting = manifest.find_setting(std::string_view(host).substr(1, host.size() - 2));
      const bool names_hosts =
          setting != nullptr && (setting->type == SettingType::string || setting->type == SettingType::list);
      if (!names_hosts) reader.problem("hosts", fmt::format("\"{}\" is no setting of type string or list", host));
    } else if (!is_host(host)) {
      reader.problem("hosts", fmt::format("\"{}\" is not a host name in lower case", host));
    }
  }
  reader.each_item("rate_limits",
                   [&](ObjectReader item) { manifest.rate_limits.push_back(read_rate_limit(std::move(item))); });
  manifest.sensitive_fields = reader.texts("sensitive_fields");
  if (manifest.streams.empty()) reader.problem("streams", "a connector needs at least one stream");
  check_whole(manifest, problems);
  return manifest;
}

template <class Item>
const Item* by_name(const std::vector<Item>& items, std::string_view name) {
  const auto found = std::ranges::find(items, name, &Item::name);
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const ManifestSetting* Manifest::find_setting(std::string_view name) const {
  return by_name(settings, name);
}
const ManifestSecret* Manifest::find_secret(std::string_view name) const {
  return by_name(secrets, name);
}
const ManifestStream* Manifest::find_stream(std::string_view name) const {
  return by_name(streams, name);
}
const ExtensionColumn* Manifest::find_column(std::string_view name) const {
  return by_name(extension_columns, name);
}

ManifestError::ManifestError(std::vector<std::string> problems)
    : std::runtime_error(fmt::format("{}", fmt::join(problems, "\n"))), problems_(std::move(problems)) {}

Manifest parse_manifest(std::string_view text) {
  if (text.size() > kMaxManifestBytes) {
    throw ManifestError(
        {fmt::format("the manifest has {} bytes, at most {} are allowed", text.size(), kMaxManifestBytes)});
  }
  json::error_code error;
  const json::value root = json::parse(text, error);
  if (error) throw ManifestError({fmt::format("the manifest is not JSON: {}", error.message())});
  if (!root.is_object()) throw ManifestError({"the manifest is not a JSON object"});
  Problems problems;
  Manifest manifest = read_manifest(root.get_object(), problems);
  if (!problems.all().empty()) throw ManifestError(problems.all());
  manifest.json = text;
  return manifest;
}

bool is_connector_id(std::string_view id) {
  return id.size() >= 2 && id.size() <= 31 && id.front() >= 'a' && id.front() <= 'z' &&
         std::ranges::all_of(id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  constexpr std::chrono::years kMost{400};
  const auto duration = infrazen::Config::parse_duration(text);
  if (!duration || *duration > kMost || *duration % std::chrono::seconds(1) != std::chrono::seconds(0)) {
    return std::nullopt;
  }
  return std::chrono::duration_cast<std::chrono::seconds>(*duration);
}

}  // namespace iz::records
