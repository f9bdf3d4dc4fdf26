// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/conformance/judges/values.hpp"
#include "cli/conformance/manifest_lint.hpp"
#include "cli/conformance/rules.hpp"
#include "harness/paths.hpp"

namespace iz::cli::conformance {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ConformanceRules, are_documented_word_for_word) {
  std::ifstream in(test::kSourceDir / "docs/connector-conformance.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(page, HasSubstr(rules_markdown())) << "the page lacks this table:\n" << rules_markdown();
}

TEST(ConformanceRules, are_found_by_id) {
  for (const auto& one : rules()) EXPECT_EQ(rule(one.id).demand, one.demand);
  EXPECT_THROW(static_cast<void>(rule("run.no-such")), std::logic_error);
}

TEST(Digits, of_a_binary_fraction_are_told_from_a_providers) {
  for (const char* text : {"0.30000000000000004", "36.299999999999997", "0.69999999999999996", "-12.100000000000001",
                           "1e-07", "1.5E-7", "1234.5600000000001"}) {
    EXPECT_TRUE(looks_like_double(text)) << text;
  }
  for (const char* text : {"0.3", "12.50", "0.000000012345", "1000000000000000", "33.333333333333333333",
                           "0.1234567890123456", "-7.25", "99999999.99", "0.00000001"}) {
    EXPECT_FALSE(looks_like_double(text)) << text;
  }
}

TEST(Values, are_what_their_field_says) {
  using records::FieldType;
  EXPECT_EQ(fault_of(FieldType::instant, "2026-09-01T00:00:00Z"), ValueFault::none);
  EXPECT_EQ(fault_of(FieldType::instant, "2026-09-01T03:00:00+03:00"), ValueFault::not_utc);
  EXPECT_EQ(fault_of(FieldType::instant, "yesterday"), ValueFault::malformed);
  EXPECT_EQ(fault_of(FieldType::date, "2026-09-01"), ValueFault::none);
  EXPECT_EQ(fault_of(FieldType::date, "2026-9-1"), ValueFault::malformed);
  EXPECT_EQ(fault_of(FieldType::decimal, "12,5"), ValueFault::malformed);
  EXPECT_EQ(fault_of(FieldType::integer, "12.0"), ValueFault::malformed);
  EXPECT_EQ(fault_of(FieldType::json_object, "{\"a\":1}"), ValueFault::none);
  EXPECT_EQ(fault_of(FieldType::json_object, "[1]"), ValueFault::malformed);
  EXPECT_EQ(fault_of(FieldType::json_array, "[1"), ValueFault::malformed);
}

std::vector<std::string> linted(const records::Manifest& manifest, const std::string& file = "acme.so") {
  Findings findings;
  lint(manifest, file, findings);
  std::vector<std::string> rules;
  for (const auto& finding : findings.take()) rules.push_back(finding.rule);
  return rules;
}

records::Manifest sound() {
  records::Manifest manifest;
  manifest.id = "acme";
  manifest.hosts = {"api.acme.example"};
  manifest.streams = {{"inventory", std::chrono::minutes(15), {}, {}, "lists everything", {IZ_KIND_RESOURCE}}};
  return manifest;
}

TEST(ManifestLint, passes_a_sound_one) {
  EXPECT_THAT(linted(sound()), IsEmpty());
}

TEST(ManifestLint, names_what_is_wrong) {
  EXPECT_THAT(linted(sound(), "acme-1.0.so"), Contains("file.name"));
  auto manifest = sound();
  manifest.streams.clear();
  EXPECT_THAT(linted(manifest), Contains("manifest.no-streams"));
  manifest = sound();
  manifest.streams[0].interval = std::chrono::seconds(10);
  EXPECT_THAT(linted(manifest), Contains("manifest.eager"));
  manifest = sound();
  manifest.streams[0].incremental.clear();
  EXPECT_THAT(linted(manifest), Contains("manifest.wordless"));
  manifest = sound();
  manifest.hosts = {"*"};
  EXPECT_THAT(linted(manifest), Contains("manifest.any-host"));
  manifest = sound();
  manifest.secrets = {{"token", true, true, "API token"}};
  EXPECT_THAT(linted(manifest), Contains("manifest.reveal"));
  manifest = sound();
  manifest.unknown_keys = {"strems"};
  EXPECT_THAT(linted(manifest), Contains("manifest.unknown-key"));
}

}  // namespace
}  // namespace iz::cli::conformance
