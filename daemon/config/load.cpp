// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/load.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "config/load_connections.hpp"
#include "config/load_webhooks.hpp"
#include "config/secrets.hpp"
#include "config/yaml/nearest.hpp"
#include "config/yaml/reader.hpp"
#include "config/yaml/yaml.hpp"

namespace iz::config {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

void read_database(const Value& map, Database& database, Problems& problems) {
  MapReader reader(map, "database", problems);
  if (map.find("password") != nullptr) {
    static_cast<void>(reader.any("password"));
    reader.problem("password", "must not be written here: name a secret in database.password_secret");
  }
  reader.text("host", database.host);
  reader.integer("port", database.port, 1, 65'535);
  reader.text("name", database.name);
  reader.text("user", database.user);
  reader.text("password_secret", database.password_secret);
  if (!database.password_secret.empty() && !is_secret_name(database.password_secret)) {
    reader.problem("password_secret", "must be the name of a secret, never the password itself");
    database.password_secret.clear();
  }
  reader.choice("sslmode", database.sslmode, {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"});
  reader.path("sslrootcert", database.sslrootcert);
  reader.duration("connect_timeout", database.connect_timeout, 2s, 5min);
  reader.finish();
}

void read_paths(const Value& map, Paths& paths, Problems& problems) {
  MapReader reader(map, "paths", problems);
  const auto default_spool = paths.state_dir / "spool";
  reader.path("plugin_dir", paths.plugin_dir);
  reader.path("host_program", paths.host_program);
  reader.path("state_dir", paths.state_dir);
  if (paths.spool_dir == default_spool) paths.spool_dir = paths.state_dir / "spool";
  reader.path("spool_dir", paths.spool_dir);
  reader.path("status_socket", paths.status_socket);
  if (paths.status_socket.string().size() > 107) reader.problem("status_socket", "is longer than a socket's 107 bytes");
  reader.path("secrets_dir", paths.secrets_dir);
  reader.finish();
}

void read_limits(const Value& map, Limits& limits, Problems& problems) {
  MapReader reader(map, "limits", problems);
  reader.integer("concurrent_runs", limits.concurrent_runs, 1, 256);
  reader.integer("per_connection", limits.per_connection, 1, 256);
  reader.integer("per_connector", limits.per_connector, 0, 256);
  reader.size("spool_memory", limits.spool_memory, 64U << 10, 1ULL << 32);
  if (const Value* quarantine = reader.map("quarantine")) {
    MapReader inner(*quarantine, "limits.quarantine", problems);
    inner.integer("crashes", limits.quarantine_crashes, 1, 1000);
    inner.duration("within", limits.quarantine_window, 1s, days(7));
    inner.finish();
  }
  if (const Value* backoff = reader.map("backoff")) {
    MapReader inner(*backoff, "limits.backoff", problems);
    inner.duration("min", limits.backoff_min, 100ms, days(1));
    inner.duration("max", limits.backoff_max, 1s, days(7));
    if (limits.backoff_max < limits.backoff_min) inner.problem("max", "must not be below limits.backoff.min");
    inner.finish();
  }
  reader.duration("lease", limits.lease, 1s, 1h);
  if (const Value* run = reader.map("run")) read_run_limits(*run, "limits.run", limits.run, problems);
  reader.finish();
}

void read_kept(MapReader& reader, std::string_view key, std::optional<days>& out) {
  const Value* value = reader.any(key);
  if (value != nullptr && value->is_scalar() && value->text == "forever") {
    out = std::nullopt;
    return;
  }
  std::optional<Milliseconds> read;
  reader.duration(key, read, days(1), days(36'500));
  if (read) out = std::chrono::ceil<days>(*read);
}

void read_retention(const Value& map, Retention& retention, Problems& problems) {
  MapReader reader(map, "retention", problems);
  read_kept(reader, "metrics", retention.metrics);
  read_kept(reader, "logs", retention.logs);
  read_kept(reader, "resource_changes", retention.resource_changes);
  read_kept(reader, "runs", retention.runs);
  read_kept(reader, "findings", retention.findings);
  read_kept(reader, "webhooks", retention.webhooks);
  reader.finish();
}

void read_listen(const Value& map, Listen& listen, Problems& problems) {
  MapReader reader(map, "listen", problems);
  std::string mode;
  reader.text("socket_mode", mode);
  if (!mode.empty()) {
    const bool octal = mode.size() <= 4 && mode.find_first_not_of("01234567") == std::string::npos;
    const unsigned long bits = octal ? std::stoul(mode, nullptr, 8) : 01000;
    if (bits > 0777) {
      reader.problem("socket_mode", "must be a file mode such as 0660, not '" + mode + "'");
    } else {
      listen.socket_mode = static_cast<mode_t>(bits);
    }
  }
  reader.text("admin_group", listen.admin_group);
  reader.integer("max_clients", listen.max_clients, 1, 4096);
  reader.finish();
}

void read_log(const Value& map, Logging& log, Problems& problems) {
  MapReader reader(map, "log", problems);
  std::string level(name_of(log.level));
  reader.choice("level", level, {"debug", "info", "notice", "warning", "error"});
  for (const auto candidate : {LogLevel::debug, LogLevel::info, LogLevel::notice, LogLevel::warning, LogLevel::error}) {
    if (name_of(candidate) == level) log.level = candidate;
  }
  reader.choice("locale", log.locale, {"en", "ru"});
  reader.choice("format", log.format, {"auto", "journal", "text", "json"});
  reader.finish();
}

void read_tenants(const Value& list, std::vector<Tenant>& tenants, Problems& problems) {
  std::map<std::string, Position> seen;
  for (const auto& item : list.items) {
    Tenant tenant;
    if (item.is_scalar()) {
      tenant.name = item.text;
    } else if (item.is_map()) {
      MapReader reader(item, "tenants[]", problems);
      reader.text("name", tenant.name);
      reader.text("title", tenant.title);
      reader.finish();
    }
    if (!is_name(tenant.name, "-_", 63)) {
      problems.add(item.at, "a tenant needs a name of 1 to 63 lower case letters, digits, '-' or '_'");
      continue;
    }
    const auto [first, added] = seen.try_emplace(tenant.name, item.at);
    if (!added) {
      problems.add(item.at, "tenant '" + tenant.name + "' is here twice; the first is at " + to_string(first->second));
      continue;
    }
    tenants.push_back(std::move(tenant));
  }
}

void read_main(const Value& root, Settings& settings, Problems& problems) {
  if (!root.is_map()) {
    problems.add(root.at, "must be a map of keys and values, not " + std::string(root.kind_name()) +
                              "; the smallest configuration is `version: 1`");
    return;
  }
  MapReader reader(root, "", problems);
  reader.integer("version", settings.version, 1, 1);
  if (root.find("version") == nullptr) problems.add(root.at, "version is missing: add `version: 1` as the first line");
  if (const Value* map = reader.map("database")) read_database(*map, settings.database, problems);
  if (const Value* map = reader.map("paths")) read_paths(*map, settings.paths, problems);
  if (const Value* map = reader.map("limits")) read_limits(*map, settings.limits, problems);
  if (const Value* map = reader.map("retention")) read_retention(*map, settings.retention, problems);
  if (const Value* map = reader.map("listen")) read_listen(*map, settings.listen, problems);
  if (const Value* map = reader.map("webhooks")) read_webhooks(*map, settings.webhooks, problems);
  if (const Value* map = reader.map("log")) read_log(*map, settings.log, problems);
  if (const Value* list = reader.list("tenants")) read_tenants(*list, settings.tenants, problems);
  reader.finish();
}

// What only all files together can show.
void check_together(Settings& settings, Problems& problems) {
  std::stable_sort(settings.connections.begin(), settings.connections.end(),
                   [](const Connection& a, const Connection& b) { return a.id < b.id; });
  for (std::size_t i = 1; i < settings.connections.size(); ++i) {
    const Connection& connection = settings.connections[i];
    const Connection& before = settings.connections[i - 1];
    if (!connection.id.empty() && connection.id == before.id) {
      problems.add(connection.at, "connection '" + connection.id + "' is defined twice; the first is at " +
                                      to_string(before.at) + ": give one of them another id");
    }
  }
  if (settings.tenants.empty()) settings.tenants.push_back({"default", ""});
  std::vector<std::string> names;
  for (const auto& tenant : settings.tenants) names.push_back(tenant.name);
  for (const auto& connection : settings.connections) {
    if (std::find(names.begin(), names.end(), connection.tenant) == names.end()) {
      problems.add(connection.at, "connection '" + connection.id + "' belongs to tenant '" + connection.tenant +
                                      "', which infrazen.yaml does not list under tenants" +
                                      hint(connection.tenant, names));
    }
  }
}

}  // namespace

Settings defaults() {
  Settings settings;
  settings.paths = Paths::installed();
  return settings;
}

Settings load_main(const std::filesystem::path& file) {
  Settings settings = defaults();
  Problems problems;
  read_main(read_yaml(file), settings, problems);
  if (!problems.list().empty()) throw ConfigError(problems.sorted());
  return settings;
}

Settings load(const std::filesystem::path& file, const std::filesystem::path& connections_dir) {
  Settings settings = defaults();
  Problems problems;
  try {
    read_main(read_yaml(file), settings, problems);
  } catch (const ConfigError& error) {
    problems.add(error.problems());
  }
  load_connections(connections_dir, settings, problems);
  check_together(settings, problems);
  if (!problems.list().empty()) throw ConfigError(problems.sorted());
  return settings;
}

Settings load(const std::filesystem::path& file) {
  return load(file, file.parent_path() / "connections.d");
}

std::vector<std::string> needs_restart(const Settings& running, const Settings& next) {
  std::vector<std::string> out;
  const auto changed = [&](bool same, const char* setting) {
    if (!same) out.push_back(std::string(setting) + " changed: restart the daemon for it to take effect");
  };
  changed(running.database == next.database, "database");
  changed(running.paths == next.paths, "paths");
  changed(running.listen == next.listen, "listen");
  changed(running.webhooks == next.webhooks, "webhooks");
  changed(running.limits.concurrent_runs == next.limits.concurrent_runs, "limits.concurrent_runs");
  changed(running.limits.lease == next.limits.lease, "limits.lease");
  changed(running.log.format == next.log.format, "log.format");
  return out;
}

}  // namespace iz::config
