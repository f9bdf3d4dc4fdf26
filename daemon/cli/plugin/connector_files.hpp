// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <vector>

#include "config/connection_settings.hpp"
#include "config/settings.hpp"
#include "records/manifest.hpp"
#include "supervise/supervisor.hpp"

// Connectors as the tool meets them: files that are looked at, and loaded only in a sandboxed connector-host.
namespace iz::cli {

// The *.so of a folder, by name.
[[nodiscard]] std::vector<std::filesystem::path> connector_files(const std::filesystem::path& folder);

// This program has one thread, which is the one that spawns.
[[nodiscard]] supervise::Supervisor make_supervisor();

// Judges the file, then asks the connector itself. Throws records::RunError.
[[nodiscard]] records::Manifest manifest_of(const std::filesystem::path& host_program,
                                            const std::filesystem::path& plugin);

}  // namespace iz::cli
