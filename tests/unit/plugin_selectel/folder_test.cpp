// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "harness/connector_folder.hpp"
#include "selectel_run.hpp"

// The files beside the connector: README.md, sample.yaml.
namespace iz::selectel::test {
namespace {

TEST(SelectelFolder, the_manifest_has_no_unknown_key_and_the_readme_has_every_setting_and_stream) {
  iz::test::expect_described(infrazen_module_v1, kFolder);
}

TEST(SelectelFolder, the_sample_connection_is_valid) {
  const auto checked = iz::test::expect_valid_sample(infrazen_module_v1, kFolder);
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
