// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/load_connections.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "config/load.hpp"
#include "config/load_webhooks.hpp"
#include "config/secrets.hpp"
#include "config/yaml/scalar.hpp"
#include "config/yaml/yaml.hpp"

namespace iz::config {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::string_view kNotASecretName =
    "must be the NAME of a secret (lower case letters, digits, '-', '_', '.'); a secret itself is never written into "
    "configuration: pass it with LoadCredential= or put it into a file in paths.secrets_dir";

void read_secrets(const Value& map, const std::string& name, Connection& connection, Problems& problems) {
  for (const auto& member : map.members) {
    const std::string where = name + '.' + member.key;
    SecretUse use;
    use.at = member.value.at;
    if (member.value.is_map()) {
      MapReader reader(member.value, where, problems);
      reader.text("name", use.secret);
      reader.boolean("reveal", use.reveal);
      if (const Value* value = member.value.find("name")) use.at = value->at;
      reader.finish();
    } else if (member.value.is_scalar()) {
      use.secret = member.value.text;
    }
    if (is_secret_name(use.secret)) {
      connection.secrets.emplace(member.key, std::move(use));
    } else {
      problems.add(use.at, where + ' ' + std::string(kNotASecretName));
    }
  }
}

Stream read_stream(const Value& value, const std::string& name, Problems& problems) {
  Stream stream;
  stream.at = value.at;
  if (value.is_null()) return stream;
  if (const auto enabled = as_boolean(value)) {  // `metrics: false` is what people write first
    stream.enabled = *enabled;
    return stream;
  }
  if (!value.is_map()) {
    problems.add(value.at,
                 name + " must be a map of keys and values, true or false, not " + std::string(value.kind_name()));
    return stream;
  }
  MapReader reader(value, name, problems);
  reader.boolean("enabled", stream.enabled);
  reader.duration("interval", stream.interval, 1s, days(366));
  reader.number("jitter", stream.jitter, 0, 1);
  if (reader.any("after") != nullptr) reader.texts("after", stream.after.emplace());
  reader.duration("full_every", stream.full_every, 0s, days(366));
  reader.duration("timeout", stream.timeout, 1s, days(7));
  reader.finish();
  return stream;
}

// Streams that wait for each other would never run.
bool waits_for(const Connection& connection, const std::string& stream, const std::string& target,
               std::set<std::string>& seen) {
  const auto found = connection.streams.find(stream);
  if (found == connection.streams.end() || !found->second.after || !seen.insert(stream).second) return false;
  return std::any_of(found->second.after->begin(), found->second.after->end(), [&](const std::string& next) {
    return next == target || waits_for(connection, next, target, seen);
  });
}

void read_streams(const Value& map, const std::string& name, Connection& connection, Problems& problems) {
  for (const auto& member : map.members) {
    if (!is_name(member.key, "_", 31)) {
      problems.add(member.key_at,
                   name + " holds names of streams such as inventory or costs, not '" + member.key + "'");
      continue;
    }
    connection.streams.emplace(member.key, read_stream(member.value, name + '.' + member.key, problems));
  }
  for (const auto& [stream, rule] : connection.streams) {
    std::set<std::string> seen;
    if (waits_for(connection, stream, stream, seen)) {
      problems.add(rule.at, name + '.' + stream + ".after leads back to itself, so it would never run");
    }
  }
}

HostRate read_rate(MapReader& reader, std::string host) {
  HostRate rate{std::move(host), 0, 1};
  std::optional<double> number;
  reader.number("per_second", number, 0, 100'000);
  rate.per_second = number.value_or(0);
  number.reset();
  reader.number("burst", number, 1, 10'000);
  rate.burst = number.value_or(1);
  return rate;
}

void read_rate_limit(const Value& map, const std::string& name, RateLimits& limits, Problems& problems) {
  MapReader reader(map, name, problems);
  reader.text("account", limits.account);
  if (!limits.account.empty() && !is_name(limits.account, "-_.", 63, true))
    reader.problem("account",
                   "must be 1 to 63 lower case letters, digits, '-', '_' or '.', not '" + limits.account + "'");
  reader.duration("patience", limits.patience, 0s, 1h);
  if (const Value* hosts = reader.map("hosts")) {
    for (const auto& member : hosts->members) {
      if (!member.value.is_map()) {
        problems.add(member.value.at, name + ".hosts." + member.key + " must be {per_second: N, burst: N}");
        continue;
      }
      MapReader host(member.value, name + ".hosts." + member.key, problems);
      limits.hosts.push_back(read_rate(host, member.key));
      if (member.value.find("per_second") == nullptr) host.problem("per_second", "is missing; 0 lifts the limit");
      host.finish();
    }
  }
  // Of all others.
  const HostRate rate = read_rate(reader, "*");
  if (map.find("per_second") != nullptr)
    limits.hosts.push_back(rate);
  else if (map.find("burst") != nullptr)
    reader.problem("burst", "stands beside per_second, which is missing");
  reader.finish();
}

void check_identity(MapReader& reader, const Value& map, Connection& connection) {
  reader.text("id", connection.id);
  if (!is_name(connection.id, "-_.", 63, true)) {
    reader.problem("id",
                   map.find("id") == nullptr
                       ? "is missing: every connection needs one, and it never changes"
                       : "must be 1 to 63 lower case letters, digits, '-', '_' or '.', not '" + connection.id + "'");
  }
  reader.text("connector", connection.connector);
  if (!is_name(connection.connector, "", 31) || connection.connector.size() < 2) {
    reader.problem("connector",
                   map.find("connector") == nullptr
                       ? "is missing: name the connector, as `infrazen plugin list` shows it"
                       : "must be 2 to 31 lower case letters and digits, not '" + connection.connector + "'");
  }
  reader.text("tenant", connection.tenant);
  if (!is_name(connection.tenant, "-_", 63)) {
    reader.problem("tenant", "must be 1 to 63 lower case letters, digits, '-' or '_', not '" + connection.tenant + "'");
  }
}

Connection read_connection(const Value& map, const RunLimits& general, Problems& problems) {
  Connection connection;
  connection.at = map.at;
  connection.limits = general;
  const std::string id = map.find("id") != nullptr && map.find("id")->is_scalar() ? map.find("id")->text : "connection";
  MapReader reader(map, id, problems);
  int version = 1;
  reader.integer("version", version, 1, 1);
  check_identity(reader, map, connection);
  reader.boolean("enabled", connection.enabled);
  reader.time_zone("billing_time_zone", connection.billing_time_zone);
  connection.settings.kind = Value::Kind::map;
  connection.settings.at = map.at;
  if (const Value* settings = reader.map("settings")) connection.settings = *settings;
  connection.settings_json = to_json(connection.settings);
  if (const Value* secrets = reader.map("secrets")) read_secrets(*secrets, id + ".secrets", connection, problems);
  reader.texts("hosts", connection.hosts);
  reader.boolean("allow_plain_loopback", connection.allow_plain_loopback);
  if (const Value* rate = reader.map("rate_limit"))
    read_rate_limit(*rate, id + ".rate_limit", connection.rate_limit, problems);
  if (const Value* streams = reader.map("streams")) read_streams(*streams, id + ".streams", connection, problems);
  if (const Value* webhook = reader.map("webhook")) {
    connection.webhook = read_webhook(*webhook, id + ".webhook", problems);
    connection.webhook_at = webhook->at;
  }
  if (const Value* limits = reader.map("limits")) {
    read_run_limits(*limits, id + ".limits", connection.limits, problems);
  }
  reader.finish();
  return connection;
}

void add_connection(const Value& map, Settings& settings, Problems& problems) {
  if (!map.is_map()) {
    problems.add(map.at, "a connection must be a map of keys and values, not " + std::string(map.kind_name()));
    return;
  }
  settings.connections.push_back(read_connection(map, settings.limits.run, problems));
}

void load_file(const std::filesystem::path& file, Settings& settings, Problems& problems) {
  Value root;
  try {
    root = read_yaml(file);
  } catch (const ConfigError& error) {
    problems.add(error.problems());
    return;
  }
  const Value* several = root.find("connections");
  if (several == nullptr) {
    add_connection(root, settings, problems);
    return;
  }
  MapReader reader(root, "", problems);
  int version = 1;
  reader.integer("version", version, 1, 1);
  // Keys that hold anchors for the connections below.
  for (const auto& member : root.members) {
    if (member.key.starts_with("x-")) static_cast<void>(reader.any(member.key));
  }
  if (const Value* list = reader.list("connections")) {
    for (const auto& map : list->items) add_connection(map, settings, problems);
  }
  reader.finish();
}

}  // namespace

Connection load_connection(const std::filesystem::path& file) {
  Settings settings;
  Problems problems;
  load_file(file, settings, problems);
  if (problems.list().empty() && settings.connections.size() != 1) {
    problems.add({file.string(), 0, 0}, "must hold one connection");
  }
  if (!problems.list().empty()) throw ConfigError(problems.sorted());
  return std::move(settings.connections.front());
}

void read_run_limits(const Value& map, const std::string& name, RunLimits& limits, Problems& problems) {
  MapReader reader(map, name, problems);
  reader.duration("idle_timeout", limits.idle_timeout, 1s, 24h);
  reader.duration("cancel_grace", limits.cancel_grace, 0s, 10min);
  reader.duration("term_grace", limits.term_grace, 0s, 10min);
  reader.duration("max_run", limits.max_run, 1s, days(7));
  reader.size("memory", limits.memory, 16U << 20, 1ULL << 40);
  reader.integer("open_files", limits.open_files, 16, 65'536);
  reader.integer("records_per_mark", limits.records_per_mark, 1, 1'000'000'000);
  reader.size("bytes_per_mark", limits.bytes_per_mark, 64U << 10, 1ULL << 40);
  reader.duration("time_per_mark", limits.seconds_per_mark, 1s, days(1));
  reader.finish();
}

void load_connections(const std::filesystem::path& folder, Settings& settings, Problems& problems) {
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) return;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.ends_with(".yaml") && !name.starts_with('.')) files.push_back(it->path());
    if (name.ends_with(".yml")) problems.add({it->path().string(), 0, 0}, "is not read: rename it to .yaml");
  }
  if (error) {
    problems.add({folder.string(), 0, 0}, "cannot be read: " + error.message());
    return;
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) load_file(file, settings, problems);
}

}  // namespace iz::config
