// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/prctl.h>
#include <sysexits.h>
#include <system_error>

#include <CLI/CLI.hpp>

#include "app/daemon.hpp"
#include "config/load.hpp"
#include "config/secrets.hpp"
#include "infrazen_version.hpp"
#include "journal/log.hpp"

namespace {

using namespace iz;

journal::Format format_of(const std::string& name) {
  if (name == "journal") return journal::Format::journal;
  if (name == "text") return journal::Format::text;
  if (name == "json") return journal::Format::json;
  return journal::Format::automatic;
}

journal::LogOptions log_options(const config::Logging& logging) {
  journal::LogOptions options;
  options.level = journal::parse_severity(config::name_of(logging.level)).value_or(journal::Severity::info);
  options.locale = logging.locale;
  options.format = format_of(logging.format);
  return options;
}

// Everything that keeps the daemon from starting: said in the journal, one event a problem, and by the exit status.
int refuse(const std::vector<config::Problem>& problems) {
  journal::Log log;
  for (const config::Problem& problem : problems)
    log.event(journal::messages::config_problem, {{"problem", config::to_string(problem)}});
  log.event(journal::messages::daemon_failed,
            {{"reason", std::to_string(problems.size()) + " problems in the configuration"}});
  return EX_CONFIG;
}

// systemd makes the state folder; this one lies in it, or wherever the operator wants it.
void make_private_folder(const std::filesystem::path& folder) {
  if (std::filesystem::create_directories(folder))
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
}

int run(const std::filesystem::path& config_file) {
  config::Settings settings;
  std::optional<config::SecretStore> secrets;
  try {
    secrets = config::SecretStore::of_this_process();
    settings = config::load(config_file);
  } catch (const config::ConfigError& error) {
    return refuse(error.problems());
  } catch (const std::exception& error) {  // of the credentials
    journal::Log().event(journal::messages::daemon_failed, {{"reason", error.what()}});
    return EX_CONFIG;
  }
  if (const auto missing = secrets->check(settings, false); !missing.empty()) return refuse(missing);
  journal::Log log(log_options(settings.log));
  try {
    make_private_folder(settings.paths.spool_dir);
    app::Daemon daemon(config_file, std::move(settings), std::move(*secrets), log);
    return daemon.run();
  } catch (const std::system_error& error) {
    log.event(journal::messages::daemon_failed, {{"reason", error.what()}});
    return EX_OSERR;
  } catch (const std::exception& error) {
    log.event(journal::messages::daemon_failed, {{"reason", error.what()}});
    return EX_SOFTWARE;
  }
}

}  // namespace

int main(int argc, char** argv) {
  // Passwords are in this process's memory, and connectors run under the same user: no core dumps, no ptrace, no
  // /proc/<pid>/mem for them. Children get their own setting at exec.
  ::prctl(PR_SET_DUMPABLE, 0);
  CLI::App app{"InfraZen daemon: keeps in PostgreSQL what an organisation owns in several clouds and what it costs."};
  std::filesystem::path config_file = std::string(kSysconfDir) + "/infrazen.yaml";
  app.add_option("-c,--config", config_file, "configuration file")->capture_default_str();
  app.set_version_flag("--version", std::string(kVersion));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EX_OK : EX_USAGE;
  }
  return run(config_file);
}
