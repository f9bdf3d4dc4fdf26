// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// Ordinary sessions: everything but the mark path (mark_session.hpp) goes through these.
namespace iz::store {

// The schema is not the one this program was built for: the daemon exits 78 (EX_CONFIG) with the sentence.
class SchemaError : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t { absent, too_old, too_new, tampered };
  SchemaError(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  [[nodiscard]] Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

// One libpqxx connection, session.hpp. The type is opaque here so that libpqxx stays inside store/.
class Session;

// Where the database is. Sessions are made on demand and kept for the next caller; a broken one is thrown away.
// Safe from any thread; a session belongs to one thread at a time.
class Database {
 public:
  // `conninfo` is what config::conninfo() gives. Nothing is opened yet.
  explicit Database(std::string conninfo);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  struct Returner {
    Database* database = nullptr;
    void operator()(Session* session) const noexcept;
  };
  using SessionPtr = std::unique_ptr<Session, Returner>;

  // An open session with search_path infrazen and UTC. RunError (transient) when the server cannot be reached, with libpq's
  // reason; (config) when it refuses the login.
  [[nodiscard]] SessionPtr session();

  // Throws SchemaError unless the schema is exactly the one this build has migrations for.
  void check_schema();

  // With application_name and the options every session of ours has.
  [[nodiscard]] const std::string& conninfo() const noexcept { return conninfo_; }

  // Idle sessions are closed; those in use are closed when they come back. After a server restart, before a reload.
  void forget_sessions();

 private:
  void give_back(Session* session) noexcept;

  std::string conninfo_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Session>> idle_;
  std::uint64_t generation_ = 0;
};

}  // namespace iz::store
