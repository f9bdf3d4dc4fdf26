// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// infrazen: the one command-line tool. Data on stdout, messages on stderr, exit status by sysexits.h.
#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <sysexits.h>

#include <CLI/CLI.hpp>

#include "cli/commands/commands.hpp"
#include "cli/failure_status.hpp"
#include "infrazen_version.hpp"

namespace {

using namespace iz::cli;

// --lang has to be known before the help texts are made.
Language language_of(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--lang" && i + 1 < argc) return Language(std::string(argv[i + 1]) == "ru");
    if (argument.starts_with("--lang=")) return Language(argument.substr(7) == "ru");
  }
  return Language::of_environment();
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_DFL);  // `infrazen … | head` ends quietly
  const Language say = language_of(argc, argv);
  Context context{std::cout, std::cerr, say, std::string(iz::kSysconfDir) + "/infrazen.yaml", false, {}};
  Action action;
  CLI::App app{std::string(say("What an organisation owns in several clouds and what it costs."))};
  app.name("infrazen");
  app.require_subcommand(1);
  app.fallthrough();
  std::string lang;
  const auto* config =
      app.add_option("-c,--config", context.config_file, std::string(say("configuration file")))->capture_default_str();
  app.add_option("-s,--socket", context.socket, std::string(say("the daemon's status socket")));
  app.add_option("--lang", lang, std::string(say("language of messages: en or ru")))
      ->check(CLI::IsMember({"en", "ru"}));
  app.set_version_flag("-V,--version", std::string(iz::kVersion));
  add_config_commands(app, say, action);
  add_db_commands(app, say, action);
  add_reload_command(app, say, action);
  add_status_command(app, say, action);
  add_connection_commands(app, say, action);
  add_webhook_commands(app, say, action);
  add_plugin_commands(app, say, action);
  add_costs_command(app, say, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, std::cout, std::cerr) == 0 ? EX_OK : EX_USAGE;
  }
  context.config_given = config->count() > 0;
  try {
    const int status = action(context);
    std::cout.flush();
    return std::cout ? status : EX_IOERR;
  } catch (const std::exception& error) {
    std::cout.flush();
    std::cerr << "infrazen: " << error.what() << '\n';
    return failure_status(error);
  }
}
