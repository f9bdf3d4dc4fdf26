// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/connection_settings.hpp"
#include "config/load.hpp"
#include "selectel_run.hpp"
#include "supervise/connector_spec.hpp"

// The files beside the connector: README.md, sample.yaml.
namespace iz::selectel::test {
namespace {

TEST(SelectelFolder, the_manifest_has_no_unknown_key_and_the_readme_has_every_setting_and_stream) {
  const auto declared = manifest();
  EXPECT_EQ(declared.unknown_keys, std::vector<std::string>());
  EXPECT_EQ(declared.version, infrazen::from_abi(infrazen_module_v1.version));
  EXPECT_EQ(declared.id, infrazen::from_abi(infrazen_module_v1.id));
  const std::string readme = read_text(kFolder / "README.md");
  for (const auto& setting : declared.settings) {
    EXPECT_NE(readme.find("`" + setting.name + "`"), std::string::npos) << setting.name;
  }
  for (const auto& stream : declared.streams) {
    EXPECT_NE(readme.find("`" + stream.name + "`"), std::string::npos) << stream.name;
    EXPECT_FALSE(stream.incremental.empty()) << stream.name;
  }
}

TEST(SelectelFolder, the_sample_connection_is_valid) {
  const auto connection = iz::config::load_connection(kFolder / "sample.yaml");
  EXPECT_EQ(connection.connector, "selectel");
  const auto checked = config::check(connection, supervise::connector_spec(manifest()));
  for (const auto& problem : checked.problems) ADD_FAILURE() << config::to_string(problem);
  EXPECT_EQ(checked.hosts, (std::vector<std::string>{"*.selcloud.ru", "api.selectel.ru"}));
}

TEST(SelectelFolder, the_table_has_the_columns_that_are_asked_for) {
  const auto declared = manifest();
  for (const char* column : {"flavor", "cpu_cores", "memory_gb", "operating_system", "volume_type", "volume_size_gb",
                             "ip_addresses", "security_groups", "project_id", "datacenter"}) {
    EXPECT_NE(declared.find_column(column), nullptr) << column;
  }
}

}  // namespace
}  // namespace iz::selectel::test
