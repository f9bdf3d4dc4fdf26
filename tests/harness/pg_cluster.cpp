// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "harness/pg_cluster.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <chrono>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <pwd.h>
#include <sstream>
#include <stdexcept>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include <libpq-fe.h>

#include "harness/paths.hpp"
#include "harness/process.hpp"
#include "harness/temp_dir.hpp"
#include "harness/wait_until.hpp"

namespace iz::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr std::string_view kSuperuser = "postgres";

struct SystemUser {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
};

// PostgreSQL refuses to run as root.
SystemUser server_user() {
  if (::geteuid() != 0) {
    const passwd* self = ::getpwuid(::geteuid());
    return {self != nullptr ? self->pw_name : std::to_string(::geteuid()), ::geteuid(), ::getegid()};
  }
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* entry = ::getpwnam(name)) return {name, entry->pw_uid, entry->pw_gid};
  }
  throw std::runtime_error("no unprivileged system user to run PostgreSQL");
}

fs::path server_programs() {
  if (const char* configured = std::getenv("INFRAZEN_PG_BIN")) return configured;
  fs::path best;
  int best_version = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > best_version && fs::exists(entry.path() / "bin/postgres")) {
      best_version = version;
      best = entry.path() / "bin";
    }
  }
  if (!best.empty()) return best;
  const auto config = run({"pg_config", "--bindir"});
  if (!config.status.ok()) throw std::runtime_error("no PostgreSQL server programs found");
  return config.out.substr(0, config.out.find('\n'));
}

void own(const fs::path& path, const SystemUser& user, mode_t mode) {
  if (::geteuid() == 0 && ::chown(path.c_str(), user.uid, user.gid) != 0) {
    throw std::system_error(errno, std::generic_category(), "chown " + path.string());
  }
  ::chmod(path.c_str(), mode);
}

void run_or_throw(std::vector<std::string> argv, ProcessOptions options = {}) {
  const auto name = argv.front();
  const auto result = run(std::move(argv), std::move(options), seconds(120));
  if (!result.status.ok()) {
    throw std::runtime_error(name + " " + result.status.describe() + "\n" + result.out + result.err);
  }
}

void initdb(const fs::path& data, const SystemUser& user) {
  run_or_throw({server_programs() / "initdb", "--no-sync", "--no-instructions", "-E", "UTF8", "--locale=C.UTF-8", "-U",
                std::string(kSuperuser), "-A", "trust", "-D", data},
               {.env = {{"TZ", "UTC"}}, .cwd = "/", .user = user.name});
}

// initdb is most of the time it takes to get a server, so its result is kept in the build tree and copied.
// `root` is a folder the server's user can write to.
void make_data_dir(const fs::path& data, const fs::path& root, const SystemUser& user) {
  const auto version = server_programs().parent_path().filename().string();
  const auto cache = kBinaryDir / ("pg-template-" + version + "-" + std::to_string(user.uid));
  const auto copy = [](const fs::path& from, const fs::path& to) {
    run_or_throw({"cp", "-a", "--reflink=auto", from, to});
  };
  if (fs::exists(cache)) return copy(cache, data);

  initdb(data, user);
  const auto draft = fs::path(cache.string() + "." + root.filename().string());
  try {
    copy(data, draft);
    fs::rename(draft, cache);  // fails if another test was first, which is as good
  } catch (const std::exception&) {
    std::error_code ignored;
    fs::remove_all(draft, ignored);
  }
}

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool fine = fd >= 0 && ::bind(fd, generic, size) == 0 && ::getsockname(fd, generic, &size) == 0;
  ::close(fd);
  if (!fine) throw std::runtime_error("no free port on 127.0.0.1");
  return ntohs(address.sin_port);
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct ProcEntry {
  pid_t parent = 0;
  char state = 'X';  // X: there is no such process
};

ProcEntry proc_entry(pid_t pid) {
  const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  const auto name_end = stat.rfind(')');
  ProcEntry entry;
  if (name_end != std::string::npos) std::istringstream(stat.substr(name_end + 1)) >> entry.state >> entry.parent;
  return entry;
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> result;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const pid_t candidate = std::atoi(entry.path().filename().c_str());
    if (candidate > 0 && proc_entry(candidate).parent == pid) result.push_back(candidate);
  }
  return result;
}

bool gone(pid_t pid) {
  const char state = proc_entry(pid).state;
  return state == 'X' || state == 'Z';
}

std::string escaped(std::string_view value) {
  std::string result = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

std::string identifier(std::string_view name) {
  std::string result = "\"";
  for (const char c : name) {
    if (c == '"') result += '"';
    result += c;
  }
  return result + "\"";
}

}  // namespace

struct PgCluster::State {
  PgOptions options;
  SystemUser user = server_user();
  TempDir root{"izpg-"};  // short: a socket path has room for 107 bytes
  fs::path data = root / "data";
  fs::path socket = root / "s";
  fs::path log = root / "server.log";
  int port = 5432;
  int guard_fd = -1;  // its other end is read by a process that removes `root` when this one is gone
  std::optional<Process> guard;
  std::optional<Process> server;

  explicit State(PgOptions wanted) : options(std::move(wanted)) {
    own(root.path(), user, options.reachable_by_others ? 0711 : 0700);
    fs::create_directory(socket);
    own(socket, user, options.reachable_by_others ? 0755 : 0700);
    start_guard();
    make_data_dir(data, root.path(), user);
  }

  ~State() {
    if (server && server->running()) {
      server->signal(SIGQUIT);
      if (!server->wait_for(seconds(20))) server->kill9();
    }
    remove_shared_memory();
    server.reset();
    std::error_code ignored;
    fs::remove_all(root.path(), ignored);
    if (guard_fd >= 0) ::close(guard_fd);
    if (guard) guard->wait_for(seconds(10));
  }

  void start_guard() {
    const auto fifo = root / "guard";
    if (::mkfifo(fifo.c_str(), 0600) != 0) throw std::system_error(errno, std::generic_category(), "mkfifo");
    ProcessOptions quiet;
    quiet.log = "/dev/null";
    quiet.cwd = "/";
    quiet.death_signal = 0;
    // Ends at end of file. The loop outlasts a server that is still writing while it goes down.
    guard.emplace(std::vector<std::string>{"/bin/sh", "-c",
                                           "trap '' HUP INT TERM; read -r x < \"$0/guard\"; i=0; "
                                           "while [ -e \"$0\" ] && [ $i -lt 100 ]; do rm -rf -- \"$0\" 2>/dev/null; "
                                           "[ -e \"$0\" ] && sleep 0.1; i=$((i+1)); done",
                                           root.path()},
                  quiet);
    guard_fd = ::open(fifo.c_str(), O_WRONLY | O_CLOEXEC);
    if (guard_fd < 0) throw std::system_error(errno, std::generic_category(), "open guard");
  }

  void write_configuration() const {
    std::ofstream conf(data / "postgresql.auto.conf");  // read last, so it wins over the template's
    const std::string durable = options.fsync ? "on" : "off";
    std::vector<std::pair<std::string, std::string>> settings = {
        {"listen_addresses", options.tcp ? "127.0.0.1" : ""},
        {"port", std::to_string(port)},
        {"unix_socket_directories", socket},
        {"fsync", durable},
        {"full_page_writes", durable},
        {"shared_buffers", "32MB"},
        {"max_connections", "60"},
        {"max_wal_size", "512MB"},
        {"dynamic_shared_memory_type", "mmap"},  // below the data folder, so that it goes away with it
        {"password_encryption", "scram-sha-256"},
        {"timezone", "UTC"},
        {"log_timezone", "UTC"},
        {"lc_messages", "C"},
        {"log_line_prefix", "%m [%p] %q%u@%d "},
        {"log_min_duration_statement", "-1"},
    };
    settings.insert(settings.end(), options.settings.begin(), options.settings.end());
    for (const auto& [name, value] : settings) conf << name << " = " << escaped(value) << '\n';
    conf.close();

    std::ofstream hba(data / "pg_hba.conf");
    for (const auto& line : options.hba) hba << line << '\n';
    hba << "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
    hba.close();

    std::ofstream ident(data / "pg_ident.conf");
    for (const auto& line : options.ident) ident << line << '\n';
    ident.close();
    for (const char* name : {"postgresql.auto.conf", "pg_hba.conf", "pg_ident.conf"}) own(data / name, user, 0600);
  }

  // False: the port was taken by somebody else meanwhile.
  bool try_start(const std::string& conninfo) {
    fs::remove(log);
    server.emplace(std::vector<std::string>{server_programs() / "postgres", "-D", data},
                   ProcessOptions{.env = {{"TZ", "UTC"}, {"PGDATA", ""}},
                                  .cwd = "/",
                                  .log = log,
                                  .user = user.name,
                                  .death_signal = SIGQUIT});
    const bool answered = wait_until([&] { return PQping(conninfo.c_str()) == PQPING_OK || !server->running(); },
                                     seconds(60), std::chrono::milliseconds(10));
    if (answered && server->running()) return true;
    const auto text = read_file(log);
    server.reset();
    if (options.tcp && text.find("Address already in use") != std::string::npos) return false;
    throw std::runtime_error("PostgreSQL did not start:\n" + text);
  }

  // A killed server leaves its System V segment, whose id is on line 7 of its pid file.
  void remove_shared_memory() const {
    std::istringstream file(read_file(data / "postmaster.pid"));
    std::string line;
    for (int i = 0; i < 7; ++i) std::getline(file, line);
    unsigned long key = 0;
    int id = -1;
    if (std::istringstream(line) >> key >> id && id >= 0) ::shmctl(id, IPC_RMID, nullptr);
  }
};

PgCluster::PgCluster(PgOptions options) : state_(std::make_unique<State>(std::move(options))) {
  start();
}
PgCluster::~PgCluster() = default;
PgCluster::PgCluster(PgCluster&&) noexcept = default;
PgCluster& PgCluster::operator=(PgCluster&&) noexcept = default;

std::string PgCluster::conninfo(std::string_view database, std::string_view user) const {
  return "host=" + escaped(state_->socket.string()) + " port=" + std::to_string(state_->port) +
         " dbname=" + escaped(database) + " user=" + escaped(user.empty() ? kSuperuser : user);
}

std::string PgCluster::tcp_conninfo(std::string_view database, std::string_view user, std::string_view password) const {
  if (!state_->options.tcp) throw std::logic_error("this cluster was not asked to listen on TCP");
  return "host=127.0.0.1 port=" + std::to_string(state_->port) + " dbname=" + escaped(database) +
         " user=" + escaped(user) + " password=" + escaped(password);
}

std::string PgCluster::create_database(std::string_view name, std::string_view owner) {
  pg_query(conninfo(), "CREATE DATABASE " + identifier(name) +
                           (owner.empty() ? std::string() : " OWNER " + identifier(owner)) + " STRATEGY wal_log");
  return conninfo(name);
}

void PgCluster::start() {
  if (running()) return;
  for (int attempt = 0; attempt < 5; ++attempt) {
    // A port once announced is kept over restarts.
    if (state_->options.tcp && (state_->port == 5432 || attempt > 0)) state_->port = free_port();
    state_->write_configuration();
    if (state_->try_start(conninfo())) return;
  }
  throw std::runtime_error("PostgreSQL found no free port in five attempts");
}

void PgCluster::stop(PgStop mode) {
  if (!running()) return;
  state_->server->signal(mode == PgStop::fast ? SIGINT : SIGQUIT);
  if (!state_->server->wait_for(seconds(60))) throw std::runtime_error("PostgreSQL did not stop:\n" + log());
}

void PgCluster::restart(PgStop mode) {
  stop(mode);
  start();
}

void PgCluster::kill9() {
  if (!running()) return;
  const auto postmaster = state_->server->pid();
  ::kill(postmaster, SIGSTOP);  // no new backends while we look
  const auto backends = children_of(postmaster);
  ::kill(postmaster, SIGKILL);
  for (const auto backend : backends) ::kill(backend, SIGKILL);
  state_->server->wait_for(seconds(60));
  const auto all_gone = [&] { return std::all_of(backends.begin(), backends.end(), gone); };
  if (!wait_until(all_gone, seconds(30))) throw std::runtime_error("a PostgreSQL backend survived SIGKILL");
}

bool PgCluster::running() const {
  return state_->server && state_->server->running();
}
pid_t PgCluster::pid() const {
  return state_->server ? state_->server->pid() : -1;
}
int PgCluster::port() const {
  return state_->port;
}
const fs::path& PgCluster::data_dir() const {
  return state_->data;
}
const fs::path& PgCluster::socket_dir() const {
  return state_->socket;
}
std::string PgCluster::superuser() const {
  return std::string(kSuperuser);
}
std::string PgCluster::os_user() const {
  return state_->user.name;
}
std::string PgCluster::log() const {
  return read_file(state_->log);
}

PgCluster& shared_cluster() {
  static PgCluster cluster;
  return cluster;
}

std::string fresh_database() {
  static std::atomic<int> number = 0;
  return shared_cluster().create_database("test_" + std::to_string(++number));
}

}  // namespace iz::test
