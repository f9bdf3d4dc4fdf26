// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

struct pg_conn;  // libpq's

namespace iz::test {

using PgRow = std::vector<std::optional<std::string>>;  // nullopt is NULL
using PgRows = std::vector<PgRow>;

// A connection that is kept, for what asks again and again: making one costs the server more than a small question.
class PgSession {
 public:
  explicit PgSession(const std::string& conninfo);  // throws std::runtime_error when the server cannot be reached
  // As pg_query() and pg_scalar() below.
  PgRows query(const std::string& sql);
  std::string scalar(const std::string& sql);

 private:
  std::unique_ptr<pg_conn, void (*)(pg_conn*)> connection_;
};

// One statement or several over a connection of its own; the rows of the last one. Throws std::runtime_error with the
// server's message.
PgRows pg_query(const std::string& conninfo, const std::string& sql);
// First column of the first row; "" for NULL; throws when there is no row.
std::string pg_scalar(const std::string& conninfo, const std::string& sql);

struct PgOptions {
  bool fsync = false;  // also full_page_writes; crash tests of the server itself want true
  // Listens on a free port of 127.0.0.1 too. Password authentication: create the role with one.
  bool tcp = false;
  // Other system users may reach the socket (for peer authentication and row-level security by role).
  bool reachable_by_others = false;
  std::vector<std::string> hba;                               // lines of pg_hba.conf before the default ones
  std::vector<std::string> ident;                             // lines of pg_ident.conf
  std::vector<std::pair<std::string, std::string>> settings;  // postgresql.conf; last one wins
};

enum class PgStop { fast, immediate };

// A private PostgreSQL server: its own data folder, a unix socket in a private folder, roles trusted there.
// Runs as this user, or as `postgres` when the test is root. Nothing is left when the test dies, however it dies.
class PgCluster {
 public:
  explicit PgCluster(PgOptions options = {});  // returns when it accepts connections
  ~PgCluster();
  PgCluster(PgCluster&&) noexcept;
  PgCluster& operator=(PgCluster&&) noexcept;

  // libpq connection strings; the default user is the superuser.
  std::string conninfo(std::string_view database = "postgres", std::string_view user = {}) const;
  std::string tcp_conninfo(std::string_view database, std::string_view user, std::string_view password) const;

  std::string create_database(std::string_view name, std::string_view owner = {});  // returns its conninfo

  void stop(PgStop mode = PgStop::fast);
  void start();
  void restart(PgStop mode = PgStop::fast);
  void kill9();  // the server and all its backends at once, as a power cut would; start() recovers
  bool running() const;

  pid_t pid() const;
  int port() const;
  const std::filesystem::path& data_dir() const;
  const std::filesystem::path& socket_dir() const;
  std::string superuser() const;
  std::string os_user() const;  // whom the server runs as
  std::string log() const;      // everything the server wrote

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One server per test program, started by the first call; each call makes a new empty database in it and returns its
// conninfo. For tests that need a database but not a server of their own.
std::string fresh_database();
PgCluster& shared_cluster();

}  // namespace iz::test
