// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "focus_run.hpp"
#include "harness/connector_folder.hpp"

// The files beside the connector: README.md, sample.yaml.
namespace iz::focus::test {
namespace {

const std::filesystem::path kFolder = iz::test::kSourceDir / "plugins/focus";

TEST(FocusFolder, the_manifest_has_no_unknown_key_and_the_readme_has_every_setting) {
  iz::test::expect_described(infrazen_module_v1, kFolder);
  EXPECT_NE(iz::test::manifest_of(infrazen_module_v1).find_stream("costs"), nullptr);
}

TEST(FocusFolder, the_sample_connection_is_valid) {
  (void)iz::test::expect_valid_sample(infrazen_module_v1, kFolder);
}

}  // namespace
}  // namespace iz::focus::test
