// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/session/database.hpp"

#include <algorithm>
#include <map>

#include <infrazen/abi/base.h>

#include "store/schema/migrations.hpp"
#include "store/session/conninfo.hpp"
#include "store/session/error_text.hpp"
#include "store/session/session.hpp"

namespace iz::store {

namespace {

constexpr std::size_t kMostIdle = 4;

bool starts_with_class(const std::string& sqlstate, std::string_view prefix) { return sqlstate.starts_with(prefix); }

}  // namespace

void rethrow_as_run_error(const char* doing) {
  const std::string what = std::string("PostgreSQL refused to ") + doing + ": ";
  try {
    throw;
  } catch (const pqxx::broken_connection& error) {
    throw records::RunError(IZ_ERR_TRANSIENT, std::string("the connection to PostgreSQL was lost while trying to ") + doing +
                                                  ": " + one_line(error.what()));
  } catch (const pqxx::in_doubt_error& error) {
    throw records::RunError(IZ_ERR_TRANSIENT, std::string("the connection to PostgreSQL was lost at the COMMIT while trying to ") +
                                                  doing + ": " + one_line(error.what()));
  } catch (const pqxx::sql_error& error) {
    // 08 connection, 40 rollback, 53 resources (disk full), 55P03 lock time-out, 57 operator intervention, 58 system
    const auto& state = error.sqlstate();
    const bool transient = starts_with_class(state, "08") || starts_with_class(state, "40") ||
                           starts_with_class(state, "53") || state == "55P03" || starts_with_class(state, "57") ||
                           starts_with_class(state, "58");
    throw records::RunError(transient ? IZ_ERR_TRANSIENT : IZ_ERR_INTERNAL, what + one_line(error.what()));
  } catch (const std::exception& error) {
    throw records::RunError(IZ_ERR_INTERNAL, what + one_line(error.what()));
  }
}

std::unique_ptr<Session> open_session(const std::string& conninfo) {
  try {
    return std::make_unique<Session>(conninfo);
  } catch (const pqxx::broken_connection& error) {
    const std::string reason = one_line(error.what());
    // libpq gives no code for a refused login, only its words.
    const bool refused = reason.find("authentication failed") != std::string::npos ||
                         reason.find("no pg_hba.conf entry") != std::string::npos ||
                         (reason.find("does not exist") != std::string::npos && reason.find("FATAL") != std::string::npos);
    throw records::RunError(refused ? IZ_ERR_CONFIG : IZ_ERR_TRANSIENT, "cannot connect to PostgreSQL: " + reason);
  }
}

Database::Database(std::string conninfo) : conninfo_(with_session_options(conninfo)) {}
Database::~Database() = default;

void Database::Returner::operator()(Session* session) const noexcept { database->give_back(session); }

Database::SessionPtr Database::session() {
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    generation = generation_;
    if (!idle_.empty()) {
      auto* session = idle_.back().release();
      idle_.pop_back();
      return {session, Returner{this}};
    }
  }
  auto session = open_session(conninfo_);
  session->generation = generation;
  return {session.release(), Returner{this}};
}

void Database::give_back(Session* raw) noexcept {
  std::unique_ptr<Session> session(raw);
  try {
    if (!session->connection().is_open()) return;
    const std::lock_guard lock(mutex_);
    if (session->generation != generation_ || idle_.size() >= kMostIdle) return;
    idle_.push_back(std::move(session));
  } catch (...) {
    // Not kept: the next caller opens a new one.
  }
}

void Database::forget_sessions() {
  const std::lock_guard lock(mutex_);
  ++generation_;
  idle_.clear();
}

void Database::check_schema() {
  const auto applied = in_transaction(*this, "read the version of the schema", [](pqxx::work& tx) {
    const auto there = tx.exec("SELECT to_regclass('infrazen.schema_migrations') IS NOT NULL");
    if (!there[0][0].as<bool>()) {
      throw SchemaError(SchemaError::Kind::absent, "the database has no InfraZen schema: run `infrazen db init`");
    }
    std::map<std::int32_t, std::string> versions;
    for (const auto& row : tx.exec("SELECT version, checksum FROM infrazen.schema_migrations")) {
      versions[row[0].as<std::int32_t>()] = row[1].as<std::string>();
    }
    return versions;
  });
  const auto& known = migrations();
  const std::int32_t newest = known.back().version;
  if (!applied.empty() && applied.rbegin()->first > newest) {
    throw SchemaError(SchemaError::Kind::too_new, "the database's schema is at version " +
                                                      std::to_string(applied.rbegin()->first) +
                                                      ", newer than this program, which knows " + std::to_string(newest) +
                                                      ": install the InfraZen that upgraded it, or a later one");
  }
  for (const auto& migration : known) {
    const auto found = applied.find(migration.version);
    if (found == applied.end()) {
      throw SchemaError(SchemaError::Kind::too_old, "the database's schema lacks migration " +
                                                        std::to_string(migration.version) + " (" +
                                                        std::string(migration.name) + "): run `infrazen db upgrade`");
    }
    if (found->second != migration.checksum) {
      throw SchemaError(SchemaError::Kind::tampered,
                        "migration " + std::to_string(migration.version) + " (" + std::string(migration.name) +
                            ") was applied with another text than this program has: the schema is not the one it was built "
                            "for; see `infrazen db status`");
    }
  }
}

}  // namespace iz::store
