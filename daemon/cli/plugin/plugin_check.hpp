// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

// The conformance kit: everything that can be said about a connector without its provider.
namespace iz::cli {

enum class Verdict : std::uint8_t { passed, warning, failed, skipped };

struct Finding {
  Verdict verdict = Verdict::passed;
  std::string subject;
  std::string detail;
};

struct PluginCheckOptions {
  std::filesystem::path plugin;
  std::filesystem::path host_program;
  std::filesystem::path sample;  // a connection file for it; empty = the smoke runs are skipped if settings are needed
};

// File and note, describe in a sandboxed connector-host, the manifest, the sample, and for each stream one run without
// network and secrets: it has to end by itself, in time, with an error class or without an error. Never throws for what
// the connector does.
[[nodiscard]] std::vector<Finding> check_plugin(const PluginCheckOptions& options);

}  // namespace iz::cli
