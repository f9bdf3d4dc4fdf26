// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <vector>

#include "config/settings.hpp"

namespace iz::config {

// Reads infrazen.yaml and connections_dir/*.yaml (sorted by name; no such folder = no connections). Throws ConfigError
// with everything that is wrong in all of them. Reads no secrets and no connector; see secrets.hpp and
// connection_settings.hpp.
[[nodiscard]] Settings load(const std::filesystem::path& file, const std::filesystem::path& connections_dir);
// connections.d next to the file.
[[nodiscard]] Settings load(const std::filesystem::path& file);

// Only infrazen.yaml: for those who want the database or the socket, whatever state the connections are in.
[[nodiscard]] Settings load_main(const std::filesystem::path& file);
// One file as in connections.d, which must hold one connection; tenants are not checked. For samples of connectors.
[[nodiscard]] Connection load_connection(const std::filesystem::path& file);
// Every default, as of an empty configuration.
[[nodiscard]] Settings defaults();

// What a reload cannot change in a running daemon, as sentences that name the setting and say "restart".
[[nodiscard]] std::vector<std::string> needs_restart(const Settings& running, const Settings& next);

}  // namespace iz::config
