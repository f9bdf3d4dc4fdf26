// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget_run.hpp"
#include "harness/connector_folder.hpp"

// The files beside the connector: README.md, sample.yaml.
namespace iz::beget::test {
namespace {

TEST(BegetFolder, the_manifest_has_no_unknown_key_and_the_readme_has_every_setting_stream_and_secret) {
  iz::test::expect_described(infrazen_module_v1, kFolder);
}

TEST(BegetFolder, the_sample_connection_is_valid) {
  (void)iz::test::expect_valid_sample(infrazen_module_v1, kFolder);
}

}  // namespace
}  // namespace iz::beget::test
