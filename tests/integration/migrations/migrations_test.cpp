// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>

#include <fstream>
#include <regex>
#include <thread>

#include "harness/pg_cluster.hpp"
#include "harness/shared_data.hpp"
#include "store/schema/migrations.hpp"
#include "store/session/database.hpp"

namespace iz::test {
namespace {

using store::SchemaError;
using testing::HasSubstr;

std::string daemon_of(const std::string& admin) {
  return shared_cluster().conninfo(pg_scalar(admin, "SELECT current_database()"), "infrazen");
}

SchemaError::Kind refusal(const std::string& admin) {
  store::Database database(daemon_of(admin));
  try {
    database.check_schema();
  } catch (const SchemaError& error) {
    return error.kind();
  }
  ADD_FAILURE() << "the schema was accepted";
  return SchemaError::Kind::absent;
}

TEST(Migrations, a_new_database_gets_all_of_them_and_a_second_init_nothing) {
  const auto admin = fresh_database();
  std::vector<int> seen;
  EXPECT_EQ(store::db_init(admin, [&](const store::Migration& migration) { seen.push_back(migration.version); }),
            static_cast<int>(store::migrations().size()));
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(store::db_init(admin), 0);
  EXPECT_EQ(store::db_upgrade(admin), 0);
  store::Database database(daemon_of(admin));
  EXPECT_NO_THROW(database.check_schema());
  for (const auto& status : store::db_status(admin)) EXPECT_FALSE(status.applied_at.empty());
}

TEST(Migrations, every_table_is_protected_and_every_view_reads_with_the_readers_eyes) {
  const auto admin = fresh_database();
  store::db_init(admin);
  EXPECT_EQ(pg_scalar(admin, R"(
    SELECT coalesce(string_agg(c.relname, ', '), '') FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
    WHERE c.relnamespace = 'infrazen'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT c.relrowsecurity
      AND has_table_privilege('infrazen_reader', c.oid, 'SELECT'))"),
            "");
  EXPECT_EQ(pg_scalar(admin, R"(
    SELECT coalesce(string_agg(c.relname, ', '), '') FROM pg_class c
    WHERE c.relnamespace = 'infrazen'::regnamespace AND c.relkind = 'v'
      AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false))"),
            "");
  EXPECT_EQ(pg_scalar(admin, R"(
    SELECT coalesce(string_agg(p.proname, ', '), '') FROM pg_proc p
    WHERE p.pronamespace = 'infrazen'::regnamespace AND p.prosecdef
      AND (NOT coalesce(array_to_string(p.proconfig, ',') LIKE '%search_path=%', false)
           OR has_function_privilege('public', p.oid, 'EXECUTE')))"),
            "")
      << "security definer functions with a fixed search_path and no grant to PUBLIC";
}

// "table.column" of every CREATE TABLE in a file of SQL.
std::vector<std::string> columns_of(const std::filesystem::path& file) {
  const std::regex table(R"(CREATE TABLE ([a-z_]+) \()");
  const std::regex column(R"(\s+([a-z_]+)\s+(SERIAL|INTEGER|BIGINT|DECIMAL|VARCHAR|TEXT|JSON|JSONB|TIMESTAMP|DATE|BOOLEAN)\b.*)");
  std::ifstream in(file);
  std::vector<std::string> columns;
  std::string name;
  std::smatch match;
  for (std::string line; std::getline(in, line);) {
    if (std::regex_search(line, match, table)) name = match[1];
    if (std::regex_match(line, match, column)) columns.push_back(name + '.' + match[1].str());
  }
  return columns;
}

TEST(Migrations, every_table_that_was_asked_for_is_there_by_name_and_column) {
  IZ_REQUIRE_SHARED("schema-required.sql");
  const auto admin = fresh_database();
  store::db_init(admin);
  const auto columns = columns_of(shared_data("schema-required.sql"));
  EXPECT_GT(columns.size(), 100U);
  std::string missing;
  for (const std::string& column : columns) {
    const auto dot = column.find('.');
    const auto there =
        pg_scalar(admin, "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('infrazen." + column.substr(0, dot) +
                             "') AND attname = '" + column.substr(dot + 1) + "' AND NOT attisdropped");
    if (there != "1") missing += column + ' ';
  }
  EXPECT_EQ(missing, "");
}

TEST(Migrations, an_empty_an_older_a_newer_and_a_tampered_schema_are_told_apart) {
  const auto admin = fresh_database();
  store::db_init(fresh_database());  // the roles belong to the server
  EXPECT_EQ(refusal(admin), SchemaError::Kind::absent);
  EXPECT_THROW(store::db_upgrade(admin), SchemaError);
  store::db_init(admin);

  pg_query(admin, "INSERT INTO infrazen.schema_migrations VALUES (9999, 'from_the_future', 'x')");
  EXPECT_EQ(refusal(admin), SchemaError::Kind::too_new);
  EXPECT_THROW(store::db_upgrade(admin), SchemaError);
  EXPECT_TRUE(store::db_status(admin).back().unknown);
  pg_query(admin, "DELETE FROM infrazen.schema_migrations WHERE version = 9999");

  const auto checksum = pg_scalar(admin, "SELECT checksum FROM infrazen.schema_migrations WHERE version = 1");
  pg_query(admin, "UPDATE infrazen.schema_migrations SET checksum = 'f00' WHERE version = 1");
  EXPECT_EQ(refusal(admin), SchemaError::Kind::tampered);
  EXPECT_THROW(store::db_upgrade(admin), SchemaError);
  pg_query(admin, "UPDATE infrazen.schema_migrations SET checksum = '" + checksum + "' WHERE version = 1");

  const auto newest = std::to_string(store::migrations().back().version);
  pg_query(admin, "DELETE FROM infrazen.schema_migrations WHERE version = " + newest);
  EXPECT_EQ(refusal(admin), SchemaError::Kind::too_old);
}

TEST(Migrations, an_upgrade_applies_what_is_missing_and_keeps_what_is_there) {
  const auto admin = fresh_database();
  store::db_init(fresh_database());
  // As a program that knew only the first migration left it.
  const auto& first = store::migrations().front();
  pg_query(admin, "CREATE SCHEMA infrazen AUTHORIZATION infrazen_owner; SET ROLE infrazen_owner; SET search_path = infrazen; "
                  "CREATE TABLE schema_migrations (version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, "
                  "applied_at timestamptz NOT NULL DEFAULT now()); GRANT SELECT ON schema_migrations TO infrazen; " +
                      std::string(first.sql) + "; INSERT INTO schema_migrations (version, name, checksum) VALUES (1, 'base', '" +
                      first.checksum + "'); INSERT INTO tenants (name) VALUES ('acme')");
  EXPECT_EQ(refusal(admin), SchemaError::Kind::too_old);
  EXPECT_EQ(store::db_upgrade(admin), static_cast<int>(store::migrations().size()) - 1);
  EXPECT_NO_THROW(store::Database(daemon_of(admin)).check_schema());
  EXPECT_EQ(pg_scalar(admin, "SELECT name FROM infrazen.tenants"), "acme");
}

TEST(Migrations, two_at_once_do_it_once) {
  const auto admin = fresh_database();
  int counts[2] = {-1, -1};
  std::thread first([&] { counts[0] = store::db_init(admin); });
  std::thread second([&] { counts[1] = store::db_init(admin); });
  first.join();
  second.join();
  EXPECT_EQ(counts[0] + counts[1], static_cast<int>(store::migrations().size()));
}

TEST(Migrations, a_login_without_rights_is_told_exactly_what_to_ask_for) {
  PgCluster cluster;
  pg_query(cluster.conninfo(), "CREATE ROLE dev LOGIN");
  cluster.create_database("plain");
  try {
    store::db_init(cluster.conninfo("plain", "dev"));
    FAIL() << "dev may not do that";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("CREATE ROLE infrazen_owner NOLOGIN;"));
    EXPECT_THAT(error.what(), HasSubstr("CREATE ROLE infrazen LOGIN;"));
    EXPECT_THAT(error.what(), HasSubstr("GRANT infrazen_owner TO dev;"));
    EXPECT_THAT(error.what(), HasSubstr("GRANT CREATE ON DATABASE plain TO dev;"));
    std::string ask = error.what();
    const auto begin = ask.find("  CREATE");
    pg_query(cluster.conninfo("plain"), ask.substr(begin, ask.rfind(';') + 1 - begin));
  }
  EXPECT_GT(store::db_init(cluster.conninfo("plain", "dev")), 0) << "what was asked for is enough";
}

}  // namespace
}  // namespace iz::test
