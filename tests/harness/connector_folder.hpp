// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "config/connection_settings.hpp"
#include "config/load.hpp"
#include "harness/read_text.hpp"
#include "records/manifest.hpp"
#include "supervise/connector_spec.hpp"
#include <infrazen/abi/module.h>
#include <infrazen/text.hpp>

// What the folder of every connector is held to: README.md, sample.yaml and the manifest agree. For the tests of
// connectors, which link one and iz::config, iz::records, iz::supervise.
namespace iz::test {

inline records::Manifest manifest_of(const iz_module& module) {
  return records::parse_manifest(infrazen::from_abi(module.manifest));
}

// The manifest is understood whole, and the README has its sections and names each setting, stream and secret.
inline void expect_described(const iz_module& module, const std::filesystem::path& folder) {
  const records::Manifest declared = manifest_of(module);
  EXPECT_EQ(declared.unknown_keys, std::vector<std::string>());
  EXPECT_EQ(declared.version, infrazen::from_abi(module.version));
  EXPECT_EQ(declared.id, infrazen::from_abi(module.id));
  const std::string readme = read_text(folder / "README.md");
  const auto named = [&](const std::string& name) { return readme.find('`' + name + '`') != std::string::npos; };
  for (const auto& setting : declared.settings) EXPECT_TRUE(named(setting.name)) << setting.name;
  for (const auto& secret : declared.secrets) EXPECT_TRUE(named(secret.name)) << secret.name;
  for (const auto& stream : declared.streams) {
    EXPECT_TRUE(named(stream.name)) << stream.name;
    EXPECT_FALSE(stream.incremental.empty()) << stream.name;
  }
  for (const char* section : {"## Purpose", "## Permissions", "## Settings", "## Streams", "## Limits", "## Example"})
    EXPECT_NE(readme.find(section), std::string::npos) << section;
}

// sample.yaml is a connection of the connector without a problem. Returns what was made of it.
inline config::CheckedSettings expect_valid_sample(const iz_module& module, const std::filesystem::path& folder) {
  const auto connection = config::load_connection(folder / "sample.yaml");
  EXPECT_EQ(connection.connector, infrazen::from_abi(module.id));
  auto checked = config::check(connection, supervise::connector_spec(manifest_of(module)));
  for (const auto& problem : checked.problems) ADD_FAILURE() << config::to_string(problem);
  return checked;
}

}  // namespace iz::test
