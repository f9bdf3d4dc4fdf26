// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>

#include "config/settings.hpp"
#include "config/yaml/reader.hpp"

namespace iz::config {

// The `run` part of limits, which connections have too.
void read_run_limits(const Value& map, const std::string& name, RunLimits& limits, Problems& problems);

// Adds the connections of every *.yaml in the folder, in the order of the file names.
void load_connections(const std::filesystem::path& folder, Settings& settings, Problems& problems);

}  // namespace iz::config
