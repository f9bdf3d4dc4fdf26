// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/conformance/rules.hpp"
#include "integration/conformance/rehearsal.hpp"

// Every connector of tests/connectors/faulty-* breaks one rule, and the kit says which.
namespace iz::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Fault {
  std::string connector;
  std::string rule;
  std::string variant;  // of connectors that have several
};

void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.connector << " breaks " << fault.rule;
}

const std::vector<Fault> kFaults = {
    {"faulty-back-fill-ignored", "mode.back-fill-ignored"},
    {"faulty-cancel-ignored", "run.cancel-ignored"},
    {"faulty-charge-outside", "scope.bill"},
    {"faulty-check-blind", "check.blind"},
    {"faulty-check-crash", "run.crash"},
    {"faulty-check-none", "check.none"},
    {"faulty-child", "process.child"},
    {"faulty-column-undeclared", "record.extension-undeclared"},
    {"faulty-constructor", "file.constructor"},
    {"faulty-crash", "run.crash"},
    {"faulty-descriptor-leaked", "process.descriptors"},
    {"faulty-destroy-crash", "run.destroy-crash"},
    {"faulty-duplicate", "record.duplicate"},
    {"faulty-endless", "http.endless"},
    {"faulty-error-class", "http.error-class"},
    {"faulty-exponent-money", "record.float"},
    {"faulty-false-complete", "scope.false-complete"},
    {"faulty-file-access", "process.files"},
    {"faulty-float-money", "record.float"},
    {"faulty-flood", "mark.flood"},
    {"faulty-full-ignored", "mode.full-ignored"},
    {"faulty-hang", "run.hang"},
    {"faulty-host-undeclared", "http.host-undeclared"},
    {"faulty-internal", "run.internal"},
    {"faulty-junk-config", "config.junk-accepted"},
    {"faulty-kind-undeclared", "record.kind-undeclared"},
    {"faulty-local-time", "record.time"},
    {"faulty-lost", "mark.lost"},
    {"faulty-missing-field", "record.missing-field"},
    {"faulty-nan", "record.refused"},
    {"faulty-negative-size", "record.negative-size"},
    {"faulty-never-marks", "mark.none"},
    {"faulty-not-utf8", "record.malformed"},
    {"faulty-output", "run.output"},
    {"faulty-own-retry", "http.own-retry"},
    {"faulty-own-socket", "process.child"},
    {"faulty-random-keys", "cursor.replay-differs"},
    {"faulty-resume", "cursor.resume-loses"},
    {"faulty-scope-left-open", "scope.left-open"},
    {"faulty-scope-twice", "scope.not-open"},
    {"faulty-secret-in-cursor", "secret.in-cursor"},
    {"faulty-secret-in-error", "secret.in-error"},
    {"faulty-secret-in-log", "secret.in-log"},
    {"faulty-secret-in-record", "secret.in-record"},
    {"faulty-shared-state", "instance.shared-state"},
    {"faulty-swallowed", "run.failure-swallowed"},
    {"faulty-targeted", "mode.targeted-scope"},
    {"faulty-thread-leaked", "process.threads"},
    {"faulty-unreleased", "http.unreleased"},
    {"faulty-wordless", "run.wordless"},
    {"faulty-wrong-thread", "abi.wrong-thread"},
    // Made for other tests.
    {"wrong-abi", "file.note"},
    {"duplicate-note", "file.note"},
    {"no-manifest", "file.load"},
    {"wrong-id", "file.load"},
    {"garbage", "run.protocol", "frame"},
    {"crash", "run.crash", "segv"},
};

class Faulty : public ::testing::TestWithParam<Fault> {};

TEST_P(Faulty, is_caught_by_the_name_of_its_rule_and_of_no_other) {
  const auto& [connector, rule, variant] = GetParam();
  const TempDir dir;
  KitOptions options = kit_for(under_its_id(dir, connector));
  options.testdata = kSourceDir / "tests/connectors/support/estate";
  if (!variant.empty()) options.settings["variant"] = variant;
  const auto findings = cli::conformance::check_connector(options);
  if (cli::conformance::rule(rule).fatal) {
    EXPECT_THAT(broken_rules(findings), ElementsAre(rule)) << in_full(findings);
  } else {
    EXPECT_THAT(broken_rules(findings), IsEmpty()) << in_full(findings);
    EXPECT_THAT(broken_rules(findings, Verdict::warning), ElementsAre(rule)) << in_full(findings);
  }
}

INSTANTIATE_TEST_SUITE_P(connectors, Faulty, ::testing::ValuesIn(kFaults), [](const auto& one) {
  std::string name = one.param.connector;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(FaultyConnectors, are_all_tried) {
  std::set<std::string> tried;
  for (const auto& fault : kFaults) tried.insert(fault.connector);
  for (const auto& entry : std::filesystem::directory_iterator(kSourceDir / "tests/connectors")) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("faulty-")) EXPECT_THAT(tried, Contains(name));
  }
}

// Rules about the manifest and the sample are tried in tests/unit/cli.
TEST(FaultyConnectors, break_every_rule_about_what_a_connector_does) {
  std::set<std::string> broken;
  for (const auto& fault : kFaults) broken.insert(fault.rule);
  for (const auto& rule : cli::conformance::rules()) {
    const std::string id(rule.id);
    if (id.starts_with("manifest.") || id == "sample.invalid" || id == "file.name" || id == "secret.suspect") continue;
    EXPECT_THAT(broken, Contains(id));
  }
}

}  // namespace
}  // namespace iz::test
