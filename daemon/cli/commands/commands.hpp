// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>

#include "cli/context.hpp"

namespace CLI {
class App;
}

namespace iz::cli {

// What the parsed command line asks for; returns the exit status. Set by the subcommand that was chosen.
using Action = std::function<int(const Context&)>;

// Each adds its subcommands. `language` is for the help texts; `action` outlives the parser.
void add_config_commands(CLI::App& app, const Language& language, Action& action);
void add_db_commands(CLI::App& app, const Language& language, Action& action);
void add_reload_command(CLI::App& app, const Language& language, Action& action);
void add_status_command(CLI::App& app, const Language& language, Action& action);
void add_connection_commands(CLI::App& app, const Language& language, Action& action);
void add_plugin_commands(CLI::App& app, const Language& language, Action& action);
void add_webhook_commands(CLI::App& app, const Language& language, Action& action);
void add_costs_command(CLI::App& app, const Language& language, Action& action);

}  // namespace iz::cli
