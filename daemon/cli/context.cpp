// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/context.hpp"

#include <sysexits.h>

#include "config/load.hpp"

namespace iz::cli {

config::Settings Context::main_settings() const {
  std::error_code ignored;
  if (!config_given && !std::filesystem::exists(config_file, ignored)) return config::defaults();
  try {
    return config::load_main(config_file);
  } catch (const config::ConfigError& error) {
    throw Failure(EX_CONFIG, error.what());
  }
}

config::Settings Context::all_settings() const {
  try {
    return config::load(config_file);
  } catch (const config::ConfigError& error) {
    throw Failure(EX_CONFIG, error.what());
  }
}

std::filesystem::path Context::status_socket() const {
  if (!socket.empty()) return socket;
  try {
    return main_settings().paths.status_socket;
  } catch (const Failure&) {
    if (config_given) throw;
    return config::Paths::installed().status_socket;
  }
}

std::string Context::own_conninfo() const {
  return config::conninfo(main_settings().database, "");
}

}  // namespace iz::cli
