// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "config/webhooks.hpp"
#include "config/yaml/problem.hpp"
#include "config/yaml/value.hpp"

// What /etc/infrazen says, typed and checked. Plain data: nothing here opens a file or knows YAML.
namespace iz::config {

using Milliseconds = std::chrono::milliseconds;

// How the daemon reaches PostgreSQL. The defaults are peer authentication over the local socket.
struct Database {
  std::string host = "/run/postgresql";  // a folder = unix socket
  int port = 5432;
  std::string name = "infrazen";
  std::string user = "infrazen";
  std::string password_secret;  // name of a secret; empty = none is sent
  std::string sslmode;          // empty = libpq's default
  std::filesystem::path sslrootcert;
  std::chrono::seconds connect_timeout{10};
  bool operator==(const Database&) const = default;
};

struct Paths {
  std::filesystem::path plugin_dir;
  std::filesystem::path host_program;  // infrazen-connector-host
  std::filesystem::path state_dir;
  std::filesystem::path spool_dir;
  std::filesystem::path status_socket;
  std::filesystem::path secrets_dir;  // secrets that systemd does not pass as credentials
  bool operator==(const Paths&) const = default;
  [[nodiscard]] static Paths installed();  // where `cmake --install` puts things
};

// What one run of a connector may use. A connection may set its own, below or above the general one.
struct RunLimits {
  Milliseconds idle_timeout{std::chrono::seconds(60)};  // no frame and no progress for so long: cancelled
  Milliseconds cancel_grace{std::chrono::seconds(10)};  // from cancel to SIGTERM
  Milliseconds term_grace{std::chrono::seconds(5)};     // from SIGTERM to SIGKILL
  Milliseconds max_run{std::chrono::hours(6)};
  std::uint64_t memory = 512U << 20;  // bytes of data segment of the connector's process
  std::uint32_t open_files = 64;
  std::uint64_t records_per_mark = 10'000'000;
  std::uint64_t bytes_per_mark = 8ULL << 30;
  std::chrono::seconds seconds_per_mark{3600};
  bool operator==(const RunLimits&) const = default;
};

struct Limits {
  unsigned concurrent_runs = 4;
  unsigned per_connection = 2;
  unsigned per_connector = 0;              // 0 = no limit of its own
  std::uint64_t spool_memory = 16U << 20;  // bytes of one run's records held in memory before a file takes over
  unsigned quarantine_crashes = 5;         // so many crashes
  Milliseconds quarantine_window{std::chrono::minutes(10)};  // within this time: the connection is quarantined
  Milliseconds backoff_min{std::chrono::seconds(30)};
  Milliseconds backoff_max{std::chrono::hours(1)};
  Milliseconds lease{std::chrono::seconds(30)};  // how long a stream stays with a daemon that is not heard of
  RunLimits run;
  bool operator==(const Limits&) const = default;
};

// How long things are kept; nullopt = for ever.
struct Retention {
  std::optional<std::chrono::days> metrics{400};
  std::optional<std::chrono::days> logs{30};
  std::optional<std::chrono::days> resource_changes{730};
  std::optional<std::chrono::days> runs{90};
  std::optional<std::chrono::days> findings{180};
  std::optional<std::chrono::days> webhooks{30};  // events that are done or dead; so long is a repeated id known
  bool operator==(const Retention&) const = default;
};

struct Listen {
  mode_t socket_mode = 0660;                   // who may read the status; the socket's group is the daemon's
  std::string admin_group = "infrazen-admin";  // members may write; root and the daemon's own user always may
  unsigned max_clients = 64;
  bool operator==(const Listen&) const = default;
};

enum class LogLevel : std::uint8_t { debug, info, notice, warning, error };
[[nodiscard]] std::string_view name_of(LogLevel level);

struct Logging {
  LogLevel level = LogLevel::info;
  std::string locale = "en";    // en or ru
  std::string format = "auto";  // auto, journal, text or json
  bool operator==(const Logging&) const = default;
};

struct Tenant {
  std::string name;
  std::string title;
  bool operator==(const Tenant&) const = default;
};

// A secret of a connection by name, never by value.
struct SecretUse {
  std::string secret;   // name of a systemd credential or of a file in paths.secrets_dir
  bool reveal = false;  // the operator lets the connector see the value itself
  Position at;
};

// What the configuration says of one stream; what it leaves out the connector's manifest says.
struct Stream {
  bool enabled = true;
  std::optional<Milliseconds> interval;
  std::optional<double> jitter;  // share of the interval, 0..1
  std::optional<std::vector<std::string>> after;
  std::optional<Milliseconds> full_every;  // 0 = never by itself
  std::optional<Milliseconds> timeout;     // instead of limits.run.max_run
  Position at;
};

// How often a host may be called.
struct HostRate {
  std::string host;       // "api.example.com", "*.example.com", "*"
  double per_second = 0;  // 0 = no limit
  double burst = 1;
  bool operator==(const HostRate&) const = default;
};

// What the provider's account bears. Connections with the same provider and account share it, in all daemons on the
// database.
struct RateLimits {
  std::string account;                              // empty = by the secrets that the connection uses
  std::vector<HostRate> hosts;                      // before the manifest's; the first that matches counts
  Milliseconds patience{std::chrono::seconds(10)};  // a provider that says "later" than that ends the run until then
  bool operator==(const RateLimits&) const = default;
};

struct Connection {
  std::string id;  // immutable: it names the connection in the database
  std::string tenant = "default";
  std::string connector;
  bool enabled = true;
  std::string billing_time_zone;             // IANA name; empty = the manifest's
  Value settings;                            // checked against the manifest by connection_settings.hpp
  std::string settings_json = "{}";          // the same, untyped, as JSON text
  std::map<std::string, SecretUse> secrets;  // by the connector's name for it
  std::vector<std::string>
      hosts;  // the operator's approval: hosts of the manifest outside of it are refused; empty = all of them
  RateLimits rate_limit;
  bool allow_plain_loopback = false;  // plain http:// to 127.0.0.1 and ::1, for tests and local proxies
  std::map<std::string, Stream> streams;
  std::optional<Webhook> webhook;
  Position webhook_at;
  RunLimits limits;
  Position at;  // of the connection in its file
};

struct Settings {
  int version = 1;
  Database database;
  Paths paths;
  Limits limits;
  Retention retention;
  Listen listen;
  Webhooks webhooks;
  Logging log;
  std::vector<Tenant> tenants;          // {"default"} when none is listed
  std::vector<Connection> connections;  // sorted by id

  [[nodiscard]] const Connection* find_connection(std::string_view id) const;
};

// The path of a connector's library by the rule `paths.plugin_dir`/<connector>.so.
[[nodiscard]] std::filesystem::path plugin_path(const Settings& settings, std::string_view connector);

// A libpq connection string. `user` empty = the caller's own; `password` empty = none.
[[nodiscard]] std::string conninfo(const Database& database, std::string_view user, std::string_view password = {});

}  // namespace iz::config
