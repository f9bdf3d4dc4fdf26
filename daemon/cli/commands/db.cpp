// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <memory>
#include <ostream>
#include <string>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "cli/commands/commands.hpp"
#include "cli/output/table.hpp"
#include "store/schema/migrations.hpp"
#include "store/session/database.hpp"

namespace iz::cli {
namespace {

std::string conninfo_of(const Context& context, const std::string& given) {
  return given.empty() ? context.own_conninfo() : given;
}

int migrate(const Context& context, const std::string& conninfo, bool init) {
  const auto progress = [&](const store::Migration& migration) {
    context.err << context.text("applying {:04} {}", migration.version, migration.name) << '\n';
  };
  const int applied = init ? store::db_init(conninfo, progress) : store::db_upgrade(conninfo, progress);
  context.err << context.text(
                     applied == 0 ? "the schema is up to date" : "the schema is up to date; migrations applied: {}",
                     applied)
              << '\n';
  return EX_OK;
}

int status(const Context& context, const std::string& conninfo, TableFormat format) {
  Table table({{"version", context.text("VERSION"), true, true},
               {"name", context.text("NAME")},
               {"applied_at", context.text("APPLIED")},
               {"problem", context.text("PROBLEM")}});
  bool behind = false;
  bool wrong = false;
  for (const auto& migration : store::db_status(conninfo)) {
    behind = behind || migration.applied_at.empty();
    wrong = wrong || migration.checksum_differs || migration.unknown;
    table.add({std::to_string(migration.version), migration.name, migration.applied_at,
               migration.unknown              ? context.text("this program does not know it: install a newer InfraZen")
               : migration.checksum_differs   ? context.text("applied with another text")
               : migration.applied_at.empty() ? context.text("missing: run `infrazen db upgrade`")
                                              : ""});
  }
  table.write(context.out, format);
  return wrong || behind ? EX_CONFIG : EX_OK;
}

}  // namespace

void add_db_commands(CLI::App& app, const Language& say, Action& action) {
  auto* db = app.add_subcommand("db", std::string(say("create, upgrade and inspect the database schema")));
  db->require_subcommand(1);
  const auto conninfo = std::make_shared<std::string>();
  const auto json = std::make_shared<bool>(false);
  const auto add = [&](const char* name, std::string_view help, auto run) {
    auto* command = db->add_subcommand(name, std::string(say(help)));
    command->add_option("--conninfo", *conninfo,
                        std::string(say("libpq connection string instead of the one of infrazen.yaml")));
    command->callback([&action, conninfo, run] {
      action = [conninfo, run](const Context& context) { return run(context, conninfo_of(context, *conninfo)); };
    });
    return command;
  };
  add("init", "create roles and schema (as a superuser of PostgreSQL), then upgrade",
      [](const Context& context, const std::string& to) { return migrate(context, to, true); });
  add("upgrade", "apply the migrations that are missing (as the schema's owner)",
      [](const Context& context, const std::string& to) { return migrate(context, to, false); });
  add("status", "list the migrations; exit status 78 unless all are applied",
      [json](const Context& context, const std::string& to) {
        return status(context, to, *json ? TableFormat::json : TableFormat::table);
      })
      ->add_flag("--json", *json, std::string(say("JSON instead of a table")));
}

}  // namespace iz::cli
