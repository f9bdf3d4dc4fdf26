// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/schema/migrations.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <stdexcept>

#include <xxhash.h>

#include "embedded/migrations.hpp"
#include "store/session/conninfo.hpp"
#include "store/session/pg_result.hpp"
#include "store/session/session.hpp"

namespace iz::store {

namespace {

// Any number, the same in every version: who holds it migrates.
constexpr std::int64_t kMigrationLock = 0x1f7a2e6d;

std::string checksum_of(std::string_view text) {
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  Uuid uuid;
  std::copy(std::begin(canonical.digest), std::end(canonical.digest), uuid.bytes.begin());
  auto hexadecimal = to_string(uuid);
  std::erase(hexadecimal, '-');
  return hexadecimal;
}

std::vector<Migration> embedded_migrations() {
  std::vector<Migration> list;
  for (const auto& file : embedded::migrations()) {
    std::string_view name = file.path;
    name.remove_prefix(name.find_last_of('/') + 1);
    name.remove_suffix(std::string_view(".sql").size());
    Migration migration;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), migration.version);
    if (error != std::errc{} || *end != '_') throw std::logic_error("migration without a number: " + std::string(name));
    migration.name = name.substr(static_cast<std::size_t>(end + 1 - name.data()));
    migration.sql = file.content;
    migration.checksum = checksum_of(file.content);
    list.push_back(std::move(migration));
  }
  std::ranges::sort(list, {}, &Migration::version);
  return list;
}

pqxx::result rows(pqxx::connection& connection, const std::string& sql) {
  pqxx::nontransaction tx(connection);
  return tx.exec(sql);
}

bool truth(pqxx::connection& connection, const std::string& sql) { return rows(connection, sql)[0][0].as<bool>(); }

// Statements a DBA would have to run because this login may not.
std::string missing_rights(pqxx::connection& connection) {
  const auto who = rows(connection, "SELECT quote_ident(current_user), quote_ident(current_database())");
  const auto user = who[0][0].as<std::string>();
  const auto database = who[0][1].as<std::string>();
  std::string ask;
  const auto role_exists = [&](const std::string& role) {
    return truth(connection, "SELECT count(*) > 0 FROM pg_roles WHERE rolname = '" + role + "'");
  };
  if (!role_exists("infrazen_owner")) ask += "  CREATE ROLE infrazen_owner NOLOGIN;\n";
  if (!role_exists("infrazen")) ask += "  CREATE ROLE infrazen LOGIN;\n";
  if (!role_exists("infrazen_reader")) ask += "  CREATE ROLE infrazen_reader NOLOGIN;\n";
  if (!role_exists("infrazen_owner") || !truth(connection, "SELECT pg_has_role('infrazen_owner', 'MEMBER')")) {
    ask += "  GRANT infrazen_owner TO " + user + ";\n";
  }
  if (!truth(connection, "SELECT to_regnamespace('infrazen') IS NOT NULL OR "
                         "has_database_privilege(current_database(), 'CREATE')")) {
    ask += "  GRANT CREATE ON DATABASE " + database + " TO " + user + ";\n";
  }
  return ask;
}

void create_roles(pqxx::connection& connection) {
  // Roles belong to the whole server: another database's `db init` may be making the same ones right now.
  pqxx::work tx(connection);
  tx.exec(R"(DO $$
    DECLARE
      role record;
    BEGIN
      FOR role IN SELECT * FROM (VALUES ('infrazen_owner', 'NOLOGIN'), ('infrazen', 'LOGIN'), ('infrazen_reader', 'NOLOGIN'))
                  AS r (name, login) LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role.name) THEN
          BEGIN
            EXECUTE format('CREATE ROLE %I %s', role.name, role.login);
          EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
          END;
        END IF;
      END LOOP;
      IF NOT pg_has_role('infrazen_owner', 'MEMBER') THEN
        EXECUTE format('GRANT infrazen_owner TO %I', current_user);
      END IF;
    END $$)");
  tx.commit();
}

void create_schema(pqxx::connection& connection) {
  pqxx::work tx(connection);
  tx.exec("CREATE SCHEMA IF NOT EXISTS infrazen AUTHORIZATION infrazen_owner");
  tx.exec("SET LOCAL ROLE infrazen_owner");
  tx.exec(
      "CREATE TABLE IF NOT EXISTS infrazen.schema_migrations (version integer PRIMARY KEY, name text NOT NULL, "
      "checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())");
  tx.exec("GRANT USAGE ON SCHEMA infrazen TO infrazen, infrazen_reader");
  tx.exec("GRANT SELECT ON infrazen.schema_migrations TO infrazen, infrazen_reader");
  tx.commit();
}

struct Applied {
  std::string name;
  std::string checksum;
  std::string applied_at;
};

std::map<std::int32_t, Applied> applied_migrations(pqxx::connection& connection) {
  std::map<std::int32_t, Applied> applied;
  if (!truth(connection, "SELECT to_regclass('infrazen.schema_migrations') IS NOT NULL")) return applied;
  for (const auto& row : rows(connection, "SELECT version, name, checksum, applied_at FROM infrazen.schema_migrations")) {
    applied[row[0].as<std::int32_t>()] = {row[1].as<std::string>(), row[2].as<std::string>(), row[3].as<std::string>()};
  }
  return applied;
}

void refuse_other_schema(const std::map<std::int32_t, Applied>& applied) {
  for (const auto& [version, row] : applied) {
    const auto known = std::ranges::find(migrations(), version, &Migration::version);
    if (known == migrations().end()) {
      throw SchemaError(SchemaError::Kind::too_new, "the database has migration " + std::to_string(version) + " (" + row.name +
                                                        "), which this program does not know: it is older than the one that "
                                                        "upgraded the database");
    }
    if (known->checksum != row.checksum) {
      throw SchemaError(SchemaError::Kind::tampered, "migration " + std::to_string(version) + " (" + row.name +
                                                         ") was applied with another text than this program has: nothing was "
                                                         "changed; compare the two before going on");
    }
  }
}

int upgrade(pqxx::connection& connection, const MigrationProgress& progress) {
  const auto applied = applied_migrations(connection);
  refuse_other_schema(applied);
  int count = 0;
  for (const auto& migration : migrations()) {
    if (applied.contains(migration.version)) continue;
    if (progress) progress(migration);
    pqxx::work tx(connection);
    tx.exec("SET LOCAL ROLE infrazen_owner");
    tx.exec(std::string(migration.sql));
    query(tx, "INSERT INTO infrazen.schema_migrations (version, name, checksum) VALUES ($1, $2, $3)", migration.version,
          std::string(migration.name), migration.checksum);
    tx.commit();
    ++count;
  }
  return count;
}

// Held as long as the session: two upgrades at once do one after the other, and the second finds nothing to do.
void take_migration_lock(pqxx::connection& connection) {
  rows(connection, "SELECT pg_advisory_lock(" + std::to_string(kMigrationLock) + ")");
}

}  // namespace

const std::vector<Migration>& migrations() {
  static const std::vector<Migration> list = embedded_migrations();
  return list;
}

int db_init(const std::string& conninfo, const MigrationProgress& progress) {
  const auto session = open_session(with_session_options(conninfo));
  pqxx::connection& connection = session->connection();
  take_migration_lock(connection);
  if (const auto ask = missing_rights(connection); !ask.empty()) {
    const auto me = rows(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
    if (!me[0][0].as<bool>()) {
      throw std::runtime_error("this login may not prepare the database. Ask the database administrator to run\n" + ask +
                               "and repeat `infrazen db init`.");
    }
    create_roles(connection);
  }
  create_schema(connection);
  return upgrade(connection, progress);
}

int db_upgrade(const std::string& conninfo, const MigrationProgress& progress) {
  const auto session = open_session(with_session_options(conninfo));
  pqxx::connection& connection = session->connection();
  take_migration_lock(connection);
  if (!truth(connection, "SELECT to_regclass('infrazen.schema_migrations') IS NOT NULL")) {
    throw SchemaError(SchemaError::Kind::absent, "the database has no InfraZen schema: run `infrazen db init`");
  }
  return upgrade(connection, progress);
}

std::vector<MigrationStatus> db_status(const std::string& conninfo) {
  const auto session = open_session(with_session_options(conninfo));
  pqxx::connection& connection = session->connection();
  auto applied = applied_migrations(connection);
  std::vector<MigrationStatus> list;
  for (const auto& migration : migrations()) {
    MigrationStatus status{migration.version, std::string(migration.name), {}, false, false};
    if (const auto found = applied.extract(migration.version)) {
      status.applied_at = found.mapped().applied_at;
      status.checksum_differs = found.mapped().checksum != migration.checksum;
    }
    list.push_back(std::move(status));
  }
  for (const auto& [version, row] : applied) list.push_back({version, row.name, row.applied_at, false, true});
  std::ranges::sort(list, {}, &MigrationStatus::version);
  return list;
}

}  // namespace iz::store
