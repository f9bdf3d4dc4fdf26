// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "installed_service.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "harness/paths.hpp"

namespace iz::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The newest server that Debian's packages brought.
fs::path postgresql_programs() {
  fs::path newest;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
    if (fs::exists(entry.path() / "bin/postgres")) newest = std::max(newest, entry.path() / "bin");
  }
  if (newest.empty()) throw NoMachine("no PostgreSQL server is installed");
  return newest;
}

}  // namespace

InstalledService::InstalledService() {
  start_postgresql();
  install();
  start_provider();
  connection("acme", fmt::format("connector: acme\nsettings: {{base_url: \"{}\", projects: [p-1]}}\n"
                                 "secrets: {{token: acme-token}}\n",
                                 provider_->url("")));
}

void InstalledService::install() {
  const auto installed =
      run({"cmake", "--install", kBinaryDir.string()}, {.env = {{"DESTDIR", machine_.root().string()}}});
  if (!installed.status.ok()) throw std::runtime_error("not everything of this build is there: " + installed.err);
  const std::string plugin = "/usr/lib/infrazen/plugins/acme.so";
  machine_.write(plugin, content_of(kTestPluginDir / "acme.so"));

  machine_.must({"systemd-sysusers"});
  machine_.must({"systemd-tmpfiles", "--create"});
  machine_.must({"journalctl", "--update-catalog"});

  machine_.must({"runuser", "-u", "postgres", "--", "createdb", "infrazen"});
  machine_.must({"runuser", "-u", "postgres", "--", "infrazen", "db", "init"});

  // Little room in memory, so that records go through the spool folder too.
  machine_.write("/etc/infrazen/infrazen.yaml", "version: 1\nlimits: {spool_memory: 64KiB}\n");
  credential("acme-token", kSecret);
}

void InstalledService::start_postgresql() {
  const fs::path programs = postgresql_programs();
  const std::string data = "/var/lib/postgresql/infrazen-test";
  machine_.must({"runuser", "-u", "postgres", "--", programs / "initdb", "-D", data, "-A", "peer", "-E", "UTF8",
                 "--locale=C.UTF-8", "--no-sync"});
  machine_.write("/etc/systemd/system/postgresql.service",
                 fmt::format("[Service]\nType=notify\nUser=postgres\nRuntimeDirectory=postgresql\n"
                             "ExecStart={} -D {} -c listen_addresses= -c unix_socket_directories=/run/postgresql"
                             " -c fsync=off\n",
                             (programs / "postgres").string(), data));
  machine_.must({"systemctl", "daemon-reload"});
  machine_.must({"systemctl", "start", "postgresql"});
}

void InstalledService::start_provider() {
  machine_.in_its_network([this] { provider_ = std::make_unique<HttpServer>(ca_); });
  provider_->handle("/v1/projects/p-1/servers.csv", [this](const ReceivedRequest& request) -> Reply {
    if (request.header("authorization") != "Bearer " + std::string(kSecret)) return {.status = 401};
    return {.body = "17;web-1;eu-1;RUNNING;12.50\n18;web-2;eu-1;STOPPED;12.50\n19;db-1;eu-2;RUNNING;40.00\n",
            .delay = delay_.load()};
  });
}

void InstalledService::trust_provider() {
  machine_.write("/usr/local/share/ca-certificates/infrazen-test.crt", content_of(ca_.ca_file()));
  machine_.must({"update-ca-certificates"});
}

ProcessResult InstalledService::infrazen(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "infrazen");
  return machine_.run(std::move(arguments), 90s);
}

ProcessResult InstalledService::systemctl(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "systemctl");
  return machine_.run(std::move(arguments), 90s);
}

std::string InstalledService::property(std::string_view name) const {
  std::string value = machine_.must({"systemctl", "show", "--value", "-p", std::string(name), "infrazend.service"});
  if (value.ends_with('\n')) value.pop_back();
  return value;
}

std::string InstalledService::journal() const {
  return machine_.must({"journalctl", "--no-pager", "-o", "short-monotonic", "-u", "infrazend"});
}

std::string InstalledService::scalar(const std::string& sql) const {
  std::string value = machine_.must({"runuser", "-u", "infrazen", "--", "psql", "-qXAt", "-d", "infrazen", "-c", sql});
  if (value.ends_with('\n')) value.pop_back();
  return value;
}

bool InstalledService::healthy() const {
  return infrazen({"status", "--check"}).status.ok();
}

void InstalledService::connection(std::string_view id, std::string_view yaml) const {
  const std::string file = fmt::format("/etc/infrazen/connections.d/{}.yaml", id);
  machine_.write(file, fmt::format("id: {}\n{}", id, yaml), 0640);
  machine_.must({"chgrp", "infrazen", file});
}

void InstalledService::credential(std::string_view name, std::string_view value) const {
  const std::string file = fmt::format("/etc/infrazen/credentials/{}", name);
  machine_.write(file, value, 0600);
  drop_in(name, fmt::format("LoadCredential={}:{}\n", name, file));
}

void InstalledService::drop_in(std::string_view name, std::string_view content) const {
  machine_.write(fmt::format("/etc/systemd/system/infrazend.service.d/{}.conf", name),
                 fmt::format("[Service]\n{}", content));
  machine_.must({"systemctl", "daemon-reload"});
}

void InstalledService::remove_drop_in(std::string_view name) const {
  machine_.must({"rm", fmt::format("/etc/systemd/system/infrazend.service.d/{}.conf", name)});
  machine_.must({"systemctl", "daemon-reload"});
}

bool InstalledService::has_process(std::string_view name) const {
  return machine_.run({"pgrep", "-x", std::string(name)}).status.ok();
}

}  // namespace iz::test
