// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/settings.hpp"

#include <algorithm>

#include "infrazen_version.hpp"

namespace iz::config {
namespace {

// libpq's quoting of a value in a connection string.
std::string pq_quoted(std::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + '\'';
}

}  // namespace

Paths Paths::installed() {
  const std::filesystem::path state(kStateDir);
  return {.plugin_dir = kPluginDir,
          .host_program = std::filesystem::path(kLibexecDir) / "infrazen-connector-host",
          .state_dir = state,
          .spool_dir = state / "spool",
          .status_socket = "/run/infrazen/status.sock",
          .secrets_dir = std::filesystem::path(kSysconfDir) / "secrets"};
}

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::notice: return "notice";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "info";
}

const Connection* Settings::find_connection(std::string_view id) const {
  const auto found =
      std::lower_bound(connections.begin(), connections.end(), id,
                       [](const Connection& connection, std::string_view wanted) { return connection.id < wanted; });
  return found != connections.end() && found->id == id ? &*found : nullptr;
}

std::filesystem::path plugin_path(const Settings& settings, std::string_view connector) {
  return settings.paths.plugin_dir / (std::string(connector) + ".so");
}

std::string conninfo(const Database& database, std::string_view user, std::string_view password) {
  std::string out = "host=" + pq_quoted(database.host) + " port=" + std::to_string(database.port) +
                    " dbname=" + pq_quoted(database.name) +
                    " connect_timeout=" + std::to_string(database.connect_timeout.count());
  if (!user.empty()) out += " user=" + pq_quoted(user);
  if (!password.empty()) out += " password=" + pq_quoted(password);
  if (!database.sslmode.empty()) out += " sslmode=" + pq_quoted(database.sslmode);
  if (!database.sslrootcert.empty()) out += " sslrootcert=" + pq_quoted(database.sslrootcert.string());
  return out;
}

}  // namespace iz::config
