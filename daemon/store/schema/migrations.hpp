// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

// `infrazen db init | upgrade | status`. The daemon never migrates; it only checks (Database::check_schema).
namespace iz::store {

struct Migration {
  std::int32_t version = 0;   // NNNN of migrations/NNNN_name.sql
  std::string_view name;
  std::string_view sql;
  std::string checksum;       // XXH3-128 of the text, hexadecimal
};

// Those compiled into this program, by version.
[[nodiscard]] const std::vector<Migration>& migrations();

struct MigrationStatus {
  std::int32_t version = 0;
  std::string name;
  std::string applied_at;  // empty = not applied
  bool checksum_differs = false;
  bool unknown = false;    // in the database, but not in this program
};

// Called before each migration is run.
using MigrationProgress = std::function<void(const Migration&)>;

// Creates roles and schema where they are missing, then upgrades. `conninfo` logs in as a superuser, or as the database's
// owner when a superuser has made the roles. Throws std::runtime_error that lists exactly what to ask the DBA for.
// Safe to repeat. Returns how many migrations were applied.
int db_init(const std::string& conninfo, const MigrationProgress& progress = {});

// Applies what is missing, each in a transaction of its own, under an advisory lock. SchemaError (store/session/database.hpp) when an
// applied migration's text has changed since, or the database is newer than this program.
int db_upgrade(const std::string& conninfo, const MigrationProgress& progress = {});

[[nodiscard]] std::vector<MigrationStatus> db_status(const std::string& conninfo);

}  // namespace iz::store
