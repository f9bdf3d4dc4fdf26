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

std::vector<Finding> expect_clean(const KitOptions& options) {
  const auto findings = cli::conformance::check_connector(options);
  EXPECT_THAT(broken_rules(findings), IsEmpty()) << in_full(findings);
  EXPECT_THAT(broken_rules(findings, Verdict::warning), IsEmpty()) << in_full(findings);
  return findings;
}

// Nothing broken, and these streams read to their end.
void expect_clean(const KitOptions& options, const std::set<std::string>& whole) {
  const auto findings = expect_clean(options);
  EXPECT_EQ(read_whole(findings), whole) << in_full(findings);
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

KitOptions selectel(const std::filesystem::path& testdata, const std::string& now = "2026-09-01T00:00:00Z") {
  KitOptions options = kit_for_provider("selectel", now);
  options.testdata = testdata.is_absolute() ? testdata : options.testdata / testdata;
  return options;
}

TEST(Good, selectel) {
  KitOptions options = selectel("inventory");
  options.settings = {{"costs_since", "2026-09-01"}};
  expect_clean(options, {"inventory", "costs", "metrics", "balance", "documents"});
}

TEST(Good, selectel_of_an_older_nova) {
  expect_clean(selectel("old_nova"), {"inventory", "metrics"});
}

// August is over for three days: its hours are held against the provider's report.
TEST(Good, selectel_in_the_month_after) {
  const TempDir dir;
  for (const auto& file : std::filesystem::directory_iterator(kSourceDir / "plugins/selectel/testdata/money")) {
    std::filesystem::copy_file(file.path(), dir / file.path().filename().string());
  }
  using std::chrono::sys_days;
  constexpr auto kAugust = std::chrono::year(2026) / 8;
  for (sys_days at = kAugust / 1; at <= sys_days(kAugust / 1) + std::chrono::days(34); at += std::chrono::days(1)) {
    const std::string day = infrazen::to_text(infrazen::Micros(at)).substr(0, infrazen::kDateChars);
    dir.write("day-" + day + ".http",
              "GET https://api.selectel.ru/v1/cloud_billing/statistic/consumption?provider_keys=vpc&start=" + day +
                  "T00%3A00%3A00&end=" + day +
                  "T23%3A59%3A59&locale=ru&group_type=project_object_region_metric&period_group_type=hour\n\n"
                  "HTTP/1.1 200\ncontent-type: application/json\n\n"
                  R"({"status":"success","data":[{"account_id":"100001","provider_key":"vpc","value":93,"period":")" +
                  day + R"(T07:00:00","project":{"id":"0a1b2c3d4e5f60718293a4b5c6d7e8f9"},"metric":{"id":)" +
                  R"("compute_cores","quantity":2,"unit":"item"},"object":{"id":"srv-1","type":"cloud_vm"}}]})");
  }
  KitOptions options = selectel(dir.path(), "2026-09-04T00:00:00Z");
  options.settings = {{"costs_since", "2026-08-01"}, {"costs_chunk", "24h"}, {"provider_keys", "[vpc]"}};
  expect_clean(options, {"costs"});
}

KitOptions yandex(const TempDir& dir) {
  KitOptions options = kit_for_provider("yandex", "2026-09-01T00:00:00Z");
  options.testdata /= "http";
  options.secrets["key"] = dir.write("key.pem", YandexCloud::private_key_pem());
  return options;
}

// Of a recorded cloud that may not be seen whole.
TEST(Good, yandex) {
  const TempDir dir;
  expect_clean(yandex(dir), {"balance"});
}

// What of it may be seen, and a copy of the billing export.
TEST(Good, yandex_in_part) {
  const TempDir dir;
  KitOptions options = yandex(dir);
  options.now_us = infrazen::parse_instant("2026-10-15T09:00:00Z")->time_since_epoch().count();
  options.settings = {{"clouds", "[b1gtestcloud00000001]"},
                      {"kinds", "[compute.disk, compute.image, compute.instance, k8s.cluster]"},
                      {"without_kinds", "[]"},
                      {"billing_bucket", "\"\""},
                      {"billing_prefix", "\"\""},
                      {"audit_bucket", "\"\""},
                      {"billing_path", (kSourceDir / "plugins/yandex/testdata/billing").string()}};
  expect_clean(options, {"inventory", "costs", "balance"});
}

}  // namespace
}  // namespace iz::test
