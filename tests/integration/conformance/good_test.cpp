// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/yandex/cloud.hpp"
#include "integration/conformance/rehearsal.hpp"
#include <infrazen/time.hpp>

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

KitOptions kit_for_provider(const std::string& name, const std::string& now) {
  KitOptions options = kit_for(kPluginDir / (name + ".so"));
  options.sample = kSourceDir / "plugins" / name / "sample.yaml";
  options.testdata = kSourceDir / "plugins" / name / "testdata";
  options.now_us = infrazen::parse_instant(now)->time_since_epoch().count();
  return options;
}

TEST(Good, cbr) {
  KitOptions options = kit_for_provider("cbr", "2026-03-11T09:00:00Z");
  options.settings = {{"since", "2026-03-01"}, {"currencies", "[USD, KZT]"}};
  expect_clean(options);
}

TEST(Good, beget) {
  KitOptions options = kit_for_provider("beget", "2026-03-01T09:00:00Z");
  // What its testdata answers: then every stream is read to its end.
  options.settings = {
      {"login", "demo"}, {"cloud_login", "\"\""}, {"hosting_pause", "0s"}, {"statistics", "[cpu, memory]"}};
  expect_clean(options);
}

TEST(Good, selectel) {
  KitOptions options = kit_for_provider("selectel", "2026-09-01T00:00:00Z");
  options.testdata /= "inventory";
  // What its testdata answers: then every stream is read to its end.
  options.settings = {{"costs_since", "2026-09-01"}};
  expect_clean(options);
}

// Of a recorded cloud that may not be seen whole.
TEST(Good, yandex) {
  const TempDir dir;
  KitOptions options = kit_for_provider("yandex", "2026-09-01T00:00:00Z");
  options.testdata /= "http";
  options.secrets["key"] = dir.write("key.pem", YandexCloud::private_key_pem());
  expect_clean(options);
}

}  // namespace
}  // namespace iz::test
