// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "harness/infrazend.hpp"

#include <atomic>
#include <cstring>
#include <fstream>
#include <pwd.h>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include "harness/paths.hpp"
#include "harness/wait_until.hpp"

namespace iz::test {
namespace {

std::filesystem::path find_plugin(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  for (const auto& folder : {kPluginDir, kTestPluginDir}) {
    const auto file = folder / (name + ".so");
    if (std::filesystem::exists(file)) return file;
  }
  throw std::runtime_error("no connector " + name + " in " + kPluginDir.string() + " or " + kTestPluginDir.string());
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string new_database_name() {
  static std::atomic<int> count{0};
  return "daemon_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
}

DaemonOptions options_for(PgCluster& cluster, std::vector<std::string> plugins, std::string extra) {
  DaemonOptions options;
  options.host = cluster.socket_dir();
  options.port = cluster.port();
  options.database = new_database_name();
  options.plugins = std::move(plugins);
  options.extra = std::move(extra);
  const std::string conninfo = cluster.create_database(options.database);
  const ProcessResult init = run({kInfrazen, "db", "init", "--conninfo", conninfo});
  if (!init.status.ok()) throw std::runtime_error("infrazen db init: " + init.status.describe() + "\n" + init.err);
  return options;
}

}  // namespace

HttpAnswer unix_http(const std::filesystem::path& socket, std::string_view method, std::string_view target,
                     std::string_view body, std::chrono::milliseconds timeout) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw std::runtime_error("socket");
  const struct Closer {
    int fd;
    ~Closer() { ::close(fd); }
  } closer{fd};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
  timeval limit{};
  limit.tv_sec = timeout.count() / 1000;
  limit.tv_usec = (timeout.count() % 1000) * 1000;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("nobody listens at " + socket.string());
  }
  std::string request =
      std::string(method) + ' ' + std::string(target) +
      " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
      "\r\n\r\n" + std::string(body);
  std::string_view rest = request;
  while (!rest.empty()) {
    const ssize_t sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("the status socket closed early");
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  std::string answer;
  char buffer[8192];
  ssize_t got = 0;
  while ((got = ::recv(fd, buffer, sizeof buffer, 0)) > 0) answer.append(buffer, static_cast<std::size_t>(got));
  const std::size_t split = answer.find("\r\n\r\n");
  if (split == std::string::npos || answer.size() < 12) throw std::runtime_error("no HTTP answer: " + answer);
  return {std::stoi(answer.substr(9, 3)), answer.substr(split + 4)};
}

Infrazend::Infrazend(DaemonOptions options) : options_(std::move(options)) {
  conninfo_ =
      "host=" + options_.host + " port=" + std::to_string(options_.port) + " dbname=" + options_.database +
      " user=" + (::getuid() == 0 ? "postgres" : std::string(::getlogin() != nullptr ? ::getlogin() : "postgres"));
  for (const char* name : {"connections.d", "plugins", "state", "spool", "secrets"}) {
    std::filesystem::create_directories(folder_ / name);
    ::chmod((folder_ / name).c_str(), 0700);
  }
  for (const std::string& plugin : options_.plugins) {
    const auto from = find_plugin(plugin);
    const auto to = folder_ / "plugins" / from.filename();
    std::filesystem::copy_file(from, to);
    ::chmod(to.c_str(), 0644);
  }
  write_config();
}

Infrazend::Infrazend(PgCluster& cluster, std::vector<std::string> plugins, std::string extra)
    : Infrazend(options_for(cluster, std::move(plugins), std::move(extra))) {
  conninfo_ = cluster.conninfo(options_.database);
}

Infrazend::~Infrazend() = default;

void Infrazend::write_config() {
  std::ostringstream yaml;
  yaml << "version: 1\n"
       << "database:\n  host: " << options_.host << "\n  port: " << options_.port << "\n  name: " << options_.database
       << "\n  user: infrazen\n  connect_timeout: 2s\n"
       << "paths:\n  plugin_dir: " << (folder_ / "plugins").string() << "\n  host_program: " << kConnectorHost.string()
       << "\n  state_dir: " << (folder_ / "state").string() << "\n  spool_dir: " << (folder_ / "spool").string()
       << "\n  status_socket: " << socket().string() << "\n  secrets_dir: " << (folder_ / "secrets").string()
       << "\nlog:\n  format: json\n"
       << options_.extra;
  (void)folder_.write("infrazen.yaml", yaml.str());
}

void Infrazend::give_to(const std::string& user) {
  const passwd* entry = ::getpwnam(user.c_str());
  if (entry == nullptr) throw std::runtime_error("no user " + user);
  const auto give = [&](const std::filesystem::path& path) {
    if (::lchown(path.c_str(), entry->pw_uid, entry->pw_gid) != 0) throw std::runtime_error("chown " + path.string());
  };
  give(folder_.path());
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder_.path())) give(file.path());
}

void Infrazend::connection(const std::string& id, const std::string& yaml) {
  (void)folder_.write("connections.d/" + id + ".yaml", "id: " + id + "\n" + yaml);
}

void Infrazend::remove_connection(const std::string& id) {
  std::filesystem::remove(folder_ / "connections.d" / (id + ".yaml"));
}

void Infrazend::secret(const std::string& name, const std::string& value) {
  const auto file = folder_.write("secrets/" + name, value);
  ::chmod(file.c_str(), 0600);
}

void Infrazend::spawn() {
  ProcessOptions process;
  process.log = folder_ / "infrazend.log";
  process.env = options_.env;
  process.user = options_.user;
  process.sockets = options_.sockets;
  if (!options_.user.empty()) give_to(options_.user);
  const auto program = options_.program.empty() ? kInfrazend : options_.program;
  process_ = std::make_unique<Process>(std::vector<std::string>{program, "--config", config_file()}, process);
}

void Infrazend::start() {
  spawn();
  const bool up = wait_until(
      [this] {
        if (!process_->running()) return true;
        try {
          return get("/healthz").status != 0;
        } catch (const std::runtime_error&) {
          return false;
        }
      },
      std::chrono::seconds(20));
  if (!up || !process_->running()) throw std::runtime_error("infrazend did not come up:\n" + log());
}

ExitStatus Infrazend::stop(std::chrono::milliseconds timeout) {
  process_->signal(SIGTERM);
  return process_->wait(timeout);
}

void Infrazend::sync(const std::string& connection, const std::string& stream, const std::string& mode,
                     std::chrono::milliseconds timeout) {
  const std::string ended =
      "SELECT count(*) FROM infrazen.runs r JOIN infrazen.streams s USING (stream_id) JOIN infrazen.connections c"
      " ON c.connection_id = s.connection_id WHERE c.name = '" +
      connection + "' AND s.stream = '" + stream + "' AND r.ended_at IS NOT NULL";
  PgSession database(conninfo_);
  const std::string before = database.scalar(ended);
  const std::string target = "/v1/connections/" + connection + "/sync?stream=" + stream + "&mode=" + mode;
  const bool asked = wait_until([&] { return post(target).status < 300; }, std::chrono::seconds(15));
  if (!asked) throw std::runtime_error("sync refused: " + post(target).body);
  if (!wait_until([&] { return database.scalar(ended) != before; }, timeout, std::chrono::milliseconds(10))) {
    throw std::runtime_error("no run of " + connection + "/" + stream + " ended:\n" + log());
  }
}

bool Infrazend::wait_outcome(const std::string& connection, const std::string& stream, const std::string& outcome,
                             std::chrono::milliseconds timeout) const {
  const std::string sql =
      "SELECT coalesce((SELECT r.outcome FROM infrazen.runs r JOIN infrazen.streams s USING (stream_id) JOIN"
      " infrazen.connections c ON c.connection_id = s.connection_id WHERE c.name = '" +
      connection + "' AND s.stream = '" + stream + "' AND r.ended_at IS NOT NULL ORDER BY r.run_id DESC LIMIT 1), '')";
  return wait_until([&] { return scalar(sql) == outcome; }, timeout, std::chrono::milliseconds(20));
}

std::string Infrazend::log() const {
  return read_file(folder_ / "infrazend.log");
}

}  // namespace iz::test
