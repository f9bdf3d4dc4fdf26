// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <sysexits.h>
#include <unistd.h>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands/commands.hpp"
#include "cli/plugin/connector_files.hpp"
#include "config/load.hpp"
#include "config/secrets.hpp"
#include "records/run_sink.hpp"
#include "supervise/connector_spec.hpp"

namespace iz::cli {
namespace {

// Each connection against what its connector's manifest declares. A connector that cannot be used is told once.
void check_connections(const config::Settings& settings, std::vector<config::Problem>& problems) {
  std::map<std::string, std::optional<config::ConnectorSpec>> specs;
  for (const auto& connection : settings.connections) {
    auto known = specs.find(connection.connector);
    if (known == specs.end()) {
      known = specs.emplace(connection.connector, std::nullopt).first;
      try {
        known->second = supervise::connector_spec(
            manifest_of(settings.paths.host_program, config::plugin_path(settings, connection.connector)));
      } catch (const records::RunError& error) {
        problems.push_back({connection.at, "connector '" + connection.connector + "' cannot be used: " + error.what()});
      }
    }
    if (!known->second) continue;
    const auto checked = config::check(connection, *known->second);
    problems.insert(problems.end(), checked.problems.begin(), checked.problems.end());
  }
}

// Outside of the service its credentials are not there, so a secret that is not in a file may still be one of them.
int check_secrets(const Context& context, const config::Settings& settings, std::vector<config::Problem>& problems) {
  const auto store = config::SecretStore::of_this_process();
  const auto found = store.check(settings, false);
  if (store.has_credentials()) {
    problems.insert(problems.end(), found.begin(), found.end());
    return 0;
  }
  int warnings = 0;
  for (const auto& problem : found) {
    if (!problem.message.starts_with("secret '")) {
      problems.push_back(problem);
      continue;
    }
    ++warnings;
    context.err << context.text("warning: {}", to_string(problem)) << '\n';
  }
  return warnings;
}

int config_check(const Context& context, bool connectors, bool secrets) {
  config::Settings settings;
  std::vector<config::Problem> problems;
  int warnings = 0;
  try {
    settings = config::load(context.config_file);
    if (connectors) check_connections(settings, problems);
    if (secrets) warnings = check_secrets(context, settings, problems);
  } catch (const config::ConfigError& error) {
    problems = error.problems();
  }
  std::stable_sort(problems.begin(), problems.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  for (const auto& problem : problems) context.err << to_string(problem) << '\n';
  if (!problems.empty()) {
    context.err << context.text("{}: {} problems", context.config_file.string(), problems.size()) << '\n';
    return EX_CONFIG;
  }
  context.err << context.text("{}: valid; connections: {}, warnings: {}", context.config_file.string(),
                              settings.connections.size(), warnings)
              << '\n';
  return EX_OK;
}

}  // namespace

void add_config_commands(CLI::App& app, const Language& say, Action& action) {
  auto* config = app.add_subcommand("config", std::string(say("check the configuration")));
  config->require_subcommand(1);
  auto* check =
      config->add_subcommand("check", std::string(say("show everything that is wrong, with file, line and column")));
  const auto no_connectors = std::make_shared<bool>(false);
  const auto no_secrets = std::make_shared<bool>(false);
  check->add_flag("--no-connectors", *no_connectors,
                  std::string(say("do not load connectors to check their settings")));
  check->add_flag("--no-secrets", *no_secrets, std::string(say("do not look for secrets")));
  check->callback([&action, no_connectors, no_secrets] {
    action = [no_connectors, no_secrets](const Context& context) {
      return config_check(context, !*no_connectors, !*no_secrets);
    };
  });
}

}  // namespace iz::cli
