// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget_run.hpp"
#include "config/connection_settings.hpp"
#include "config/load.hpp"
#include "records/manifest.hpp"
#include "supervise/connector_spec.hpp"

// The files beside the connector: README.md, sample.yaml.
namespace iz::beget::test {
namespace {

records::Manifest manifest() {
  return records::parse_manifest(infrazen::from_abi(infrazen_module_v1.manifest));
}

TEST(BegetFolder, the_manifest_has_no_unknown_key_and_the_readme_has_every_setting_stream_and_secret) {
  const auto declared = manifest();
  EXPECT_EQ(declared.unknown_keys, std::vector<std::string>());
  EXPECT_EQ(declared.version, infrazen::from_abi(infrazen_module_v1.version));
  EXPECT_EQ(declared.id, infrazen::from_abi(infrazen_module_v1.id));
  const std::string readme = read_text(kFolder / "README.md");
  const auto named = [&](const std::string& name) { return readme.find("`" + name + "`") != std::string::npos; };
  for (const auto& setting : declared.settings) EXPECT_TRUE(named(setting.name)) << setting.name;
  for (const auto& stream : declared.streams) {
    EXPECT_TRUE(named(stream.name)) << stream.name;
    EXPECT_FALSE(stream.incremental.empty()) << stream.name;
  }
  for (const auto& secret : declared.secrets) EXPECT_TRUE(named(secret.name)) << secret.name;
  for (const char* section : {"## Purpose", "## Permissions", "## Settings", "## Streams", "## Limits", "## Example"})
    EXPECT_NE(readme.find(section), std::string::npos) << section;
}

TEST(BegetFolder, the_sample_connection_is_valid) {
  const auto connection = iz::config::load_connection(kFolder / "sample.yaml");
  EXPECT_EQ(connection.connector, "beget");
  const auto checked = config::check(connection, supervise::connector_spec(manifest()));
  for (const auto& problem : checked.problems) ADD_FAILURE() << config::to_string(problem);
}

}  // namespace
}  // namespace iz::beget::test
