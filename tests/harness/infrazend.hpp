// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pg_cluster.hpp"
#include "harness/process.hpp"
#include "harness/temp_dir.hpp"

namespace iz::test {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// One request over a unix socket (HTTP/1.1, Connection: close). Throws std::runtime_error when nobody answers.
HttpAnswer unix_http(const std::filesystem::path& socket, std::string_view method, std::string_view target,
                     std::string_view body = {}, std::chrono::milliseconds timeout = std::chrono::seconds(30));

struct DaemonOptions {
  std::string host;  // of the database: a socket folder or an address
  int port = 5432;
  std::string database;
  std::string extra;  // YAML appended to infrazen.yaml, at top level ("limits:\n  concurrent_runs: 2\n")
  std::vector<std::string>
      plugins;  // files (paths) to install; names without '/' are taken from plugins/ or test-plugins/
  std::map<std::string, std::string> env;
  std::filesystem::path program;  // instead of the built infrazend
  std::vector<int> sockets;       // listening ones, passed as systemd passes them; they stay the caller's
  std::string user;               // run as this system user, who gets the folders; only when the test runs as root
};

// A real infrazend with its own folders, against a database that is there (or not). Several may share one database.
class Infrazend {
 public:
  explicit Infrazend(DaemonOptions options);
  // In a new, migrated database of `cluster`, named after this object.
  Infrazend(PgCluster& cluster, std::vector<std::string> plugins, std::string extra = {});
  ~Infrazend();

  // Writes connections.d/<id>.yaml: "id: <id>\n" + yaml. Takes effect at start() or reload().
  void connection(const std::string& id, const std::string& yaml);
  void remove_connection(const std::string& id);
  // A secret file in secrets_dir, mode 0600.
  void secret(const std::string& name, const std::string& value);

  void start();  // returns when the status socket answers
  void spawn();  // does not wait
  ExitStatus stop(std::chrono::milliseconds timeout = std::chrono::seconds(40));  // SIGTERM
  void kill9() { process_->kill9(); }
  Process& process() { return *process_; }
  bool running() { return process_ && process_->running(); }

  HttpAnswer get(std::string_view target) const { return unix_http(socket(), "GET", target); }
  HttpAnswer post(std::string_view target) const { return unix_http(socket(), "POST", target); }
  // Asks for a run and waits until that stream has ended one more (successful or not) than before, as `runs` tells.
  void sync(const std::string& connection, const std::string& stream, const std::string& mode = "incremental",
            std::chrono::milliseconds timeout = std::chrono::seconds(60));
  // Waits until the last ended run of the stream has this outcome (succeeded, failed, …).
  [[nodiscard]] bool wait_outcome(const std::string& connection, const std::string& stream, const std::string& outcome,
                                  std::chrono::milliseconds timeout = std::chrono::seconds(60)) const;

  [[nodiscard]] std::string scalar(const std::string& sql) const { return pg_scalar(conninfo_, sql); }
  [[nodiscard]] PgRows query(const std::string& sql) const { return pg_query(conninfo_, sql); }
  [[nodiscard]] const std::string& conninfo() const { return conninfo_; }
  [[nodiscard]] std::filesystem::path config_file() const { return folder_ / "infrazen.yaml"; }
  [[nodiscard]] std::filesystem::path socket() const { return folder_ / "status.sock"; }
  [[nodiscard]] const TempDir& folder() const { return folder_; }
  [[nodiscard]] std::string log() const;
  [[nodiscard]] const DaemonOptions& options() const { return options_; }
  // Environment, program and sockets count from the next start on; the rest was used when this was made.
  [[nodiscard]] DaemonOptions& options() { return options_; }

 private:
  void write_config();
  void give_to(const std::string& user);

  DaemonOptions options_;
  TempDir folder_{"infrazend-"};
  std::string conninfo_;  // of the superuser, for queries
  std::unique_ptr<Process> process_;
};

}  // namespace iz::test
