// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>

#include "focus_run.hpp"

// plugins/focus/testdata, file by file.
namespace iz::focus::test {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::string> rules_of(const Recording& run) {
  std::vector<std::string> rules;
  for (const auto& finding : run.findings) rules.push_back(finding.rule + " " + finding.column);
  return rules;
}

TEST(FocusReplay, files_of_every_version_go_in_as_they_are) {
  for (const char* name : {"v1_1.csv", "v1_2.csv", "v1_3.csv", "v1_4/cost_and_usage.csv"}) {
    const auto run = run_once(kTestdata / name);
    EXPECT_TRUE(run.ok()) << run.message;
    EXPECT_THAT(run.problems, IsEmpty()) << name;
    EXPECT_THAT(rules_of(run), IsEmpty()) << name;
    EXPECT_EQ(run.rows.size(), 5U) << name;
    EXPECT_TRUE(closed(run, std::filesystem::path(name).filename().string()));
    EXPECT_EQ(run.discarded, 0U);
    EXPECT_EQ(run.rows[2]["ChargeDescription"], "resized, \"burst\" mode\nsee note");
    EXPECT_EQ(run.rows[2]["BilledCost"], "0.09375");
    EXPECT_EQ(run.rows[2].position, 4U);
    EXPECT_EQ(run.rows[3].position, 6U) << "the description above spans two lines";
    EXPECT_FALSE(run.rows[3].has("SkuId"));
    EXPECT_EQ(run.rows[4]["Tags"], R"({"env":"prod","команда":"витрина"})");
  }
}

TEST(FocusReplay, a_database_dump_goes_in_whole_and_its_habits_are_counted) {
  const auto run = run_once(kTestdata / "v1_0_database_dump.csv");
  EXPECT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, IsEmpty());
  ASSERT_EQ(run.rows.size(), 5U);
  EXPECT_FALSE(run.rows[0].has("ChargeClass")) << "NULL is null";
  EXPECT_EQ(run.rows[0]["ChargePeriodStart"], "2026-05-01T00:00:00Z");
  EXPECT_EQ(run.rows[0]["x_RowNumber"], "100") << "unknown columns are kept";

  const auto dates = findings_of(run, "date_format");
  ASSERT_EQ(dates.size(), 4U) << "one for each of the four columns";
  EXPECT_EQ(dates[0].value, "2026-06-01 00:00:00");
  EXPECT_EQ(dates[0].position, 2U);
  EXPECT_NE(dates[0].message.find("5 rows"), std::string::npos) << dates[0].message;
  EXPECT_THAT(rules_of(run), Contains("unknown_column RowNumber"));
  EXPECT_THAT(rules_of(run), Contains("literal_null ChargeClass"));
}

TEST(FocusReplay, other_datasets_of_1_4_are_named_and_passed_over) {
  const auto run = run_once(kTestdata / "v1_4");
  EXPECT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(run.rows.size(), 5U);
  std::vector<std::string> passed;
  for (const auto& finding : findings_of(run, "other_dataset")) passed.push_back(finding.origin + ": " + finding.value);
  EXPECT_THAT(passed,
              UnorderedElementsAre("billing_period.csv: Billing Period", "contract_commitment.csv: Contract Commitment",
                                   "invoice_detail.csv: Invoice Detail"));
  ASSERT_EQ(run.scopes.size(), 1U);
  EXPECT_EQ(run.scopes[0].scope, "cost_and_usage.csv");
}

TEST(FocusReplay, the_version_comes_from_the_metadata_beside_the_files) {
  iz::test::TempDir folder;
  folder.write("bill.csv", read_text(kTestdata / "v1_1.csv"));  // its columns alone say 1.1
  folder.write("metadata/schema.json", R"({"SchemaId":"s","FocusVersion":"1.2","ColumnDefinition":[]})");
  folder.write("metadata/delivery.json", R"({"SchemaId":"s","data_location":[{"filepath":"../bill.csv"}]})");
  EXPECT_THAT(rules_of(run_once(folder.path())), IsEmpty()) << "1.2 has no mandatory column that 1.1 lacks";

  folder.write("metadata/schema.json", R"({"SchemaId":"s","FocusVersion":"1.3","ColumnDefinition":[]})");
  EXPECT_THAT(rules_of(run_once(folder.path())),
              UnorderedElementsAre("missing_column HostProviderName", "missing_column ServiceProviderName"));

  Connection stated(folder.path());
  stated.host().setting("version", "1.1");
  EXPECT_THAT(rules_of(stated.run()), IsEmpty()) << "the setting is stronger";
}

TEST(FocusReplay, the_provider_of_the_setting_replaces_or_adds_the_one_of_the_file) {
  iz::test::TempDir folder;
  folder.write("old.csv", read_text(kTestdata / "v1_2.csv"));
  folder.write("new.csv", read_text(kTestdata / "v1_4/cost_and_usage.csv"));
  Connection connection(folder.path());
  connection.host().setting("provider", "Pond Cloud");
  const auto run = connection.run();
  for (const auto& row : run.rows) {
    EXPECT_EQ(row[row.scope == "old.csv" ? "ProviderName" : "ServiceProviderName"], "Pond Cloud");
  }
}

TEST(FocusReplay, check_says_whether_a_file_can_be_read) {
  infrazen::testkit::Host host;
  host.grant("path", kTestdata);
  const auto good = host.check(infrazen_module_v1);
  ASSERT_EQ(good.verdicts.size(), 2U);
  EXPECT_EQ(good.verdicts[1].verdict, IZ_CHECK_PASSED);

  iz::test::TempDir empty;
  host.grant("path", empty.path());
  const auto none = host.check(infrazen_module_v1);
  ASSERT_EQ(none.verdicts.size(), 1U);
  EXPECT_EQ(none.verdicts[0].verdict, IZ_CHECK_FAILED);
}

TEST(FocusReplay, a_setting_that_makes_no_sense_is_a_config_error_that_names_it) {
  Connection connection(kTestdata);
  connection.host().setting("delimiter", "::");
  const auto run = connection.run();
  EXPECT_EQ(run.error_class, static_cast<std::uint32_t>(IZ_ERR_CONFIG));
  EXPECT_NE(run.message.find("delimiter"), std::string::npos);
}

}  // namespace
}  // namespace iz::focus::test
