// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/conformance/rehearsal.hpp"

// Connectors that keep every rule: no false alarm.
namespace iz::test {
namespace {

using ::testing::IsEmpty;

void expect_clean(const KitOptions& options, bool warnings_too = true) {
  const auto findings = cli::conformance::check_connector(options);
  EXPECT_THAT(broken_rules(findings), IsEmpty()) << in_full(findings);
  if (warnings_too) EXPECT_THAT(broken_rules(findings, Verdict::warning), IsEmpty()) << in_full(findings);
}

// Also says that the faulty ones are caught for their fault, not for what they have in common.
TEST(Good, the_estate_that_the_faulty_ones_derive_from) {
  const TempDir dir;
  KitOptions options = kit_for(under_its_id(dir, "estate"));
  options.testdata = kSourceDir / "tests/connectors/support/estate";
  expect_clean(options);
}

TEST(Good, the_same_without_recorded_answers_is_no_false_alarm) {
  const TempDir dir;
  expect_clean(kit_for(under_its_id(dir, "estate")));
}

TEST(Good, simulator) {
  expect_clean(kit_for(kPluginDir / "simulator.so"));
}

TEST(Good, focus) {
  KitOptions options = kit_for(kPluginDir / "focus.so");
  options.settings["path"] = (kSourceDir / "plugins/focus/testdata").string();
  expect_clean(options);
}

}  // namespace
}  // namespace iz::test
