// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "cli/conformance/findings.hpp"

// The conformance kit: everything that can be said about a connector without its provider.
namespace iz::cli::conformance {

struct KitOptions {
  std::filesystem::path plugin;
  std::filesystem::path host_program;
  std::filesystem::path sample;                          // a connection file; empty = only the manifest's defaults
  std::map<std::string, std::string> settings;           // by name, as YAML: instead of what the sample says
  std::map<std::string, std::filesystem::path> secrets;  // by the manifest's name: a file with a usable value
  std::filesystem::path testdata;                        // recorded exchanges (*.http); empty = no request is answered
  std::int64_t now_us = 0;                               // what time it is in the rehearsal
};

// Looks at the file, asks it for its manifest, and rehearses it in the sandboxed connector-host: every stream plainly,
// again, in full, targeted, cancelled and with a provider that misbehaves; junk for settings; check(). Never throws for
// what the connector does.
[[nodiscard]] std::vector<Finding> check_connector(const KitOptions& options);

}  // namespace iz::cli::conformance
