// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>

#include "cli/conformance/findings.hpp"
#include "records/manifest.hpp"

namespace iz::cli::conformance {

// What can be said of a manifest that could be read.
void lint(const records::Manifest& manifest, const std::filesystem::path& plugin, Findings& findings);

}  // namespace iz::cli::conformance
