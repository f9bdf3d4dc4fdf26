// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>

#include "cost_run.hpp"
#include "small_export.hpp"

// A window of days is read again, whatever is known of the files. A day of UTC touches two of UTC+3.
namespace iz::yandex::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ExportBackFill, reads_the_files_that_hold_its_days_and_no_other_and_leaves_what_is_known) {
  CostConnection connection;
  for (const std::string day : {"12", "13", "14", "15", "16"})
    connection.put("202610" + day + ".csv", small_export({{.date = "2026-10-" + day}}));
  ASSERT_EQ(connection.run().rows.size(), 5U);
  const Recording again = connection.back_fill("2026-10-14", "2026-10-15");
  ASSERT_TRUE(again.ok()) << again.message;
  EXPECT_THAT(completed(again), ElementsAre("acc-1/2026-10-15", "acc-1/2026-10-14"));
  EXPECT_EQ(again.rows.size(), 2U);
  EXPECT_TRUE(again.checkpoint.empty());
  EXPECT_THAT(connection.run().rows, IsEmpty());
}

TEST(ExportBackFill, brings_days_of_files_that_were_never_read) {
  CostConnection connection;
  connection.put("20261014.csv", small_export({{}}));
  connection.put("20260914.csv", small_export({{.date = "2026-09-14"}}));
  const Recording run = connection.back_fill("2026-09-14", "2026-09-15");
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(completed(run), ElementsAre("acc-1/2026-09-14"));
  EXPECT_EQ(connection.run().rows.size(), 2U) << "a regular run does not know of it";
}

TEST(ExportBackFill, takes_the_days_of_its_window_alone_out_of_a_file_that_holds_more) {
  CostConnection connection;
  connection.put("export.csv", small_export({{.date = "2026-10-10"}, {.date = "2026-10-14"}, {.date = "2026-10-20"}}));
  const Recording never = connection.back_fill("2026-10-14", "2026-10-15");
  EXPECT_THAT(completed(never), ElementsAre("acc-1/2026-10-14"));
  ASSERT_EQ(connection.run().rows.size(), 3U);
  EXPECT_THAT(completed(connection.back_fill("2026-10-14", "2026-10-15")), ElementsAre("acc-1/2026-10-14"));
  // Days that a changed file has lost become empty, those of the window.
  connection.put("export.csv", small_export({{.date = "2026-10-20"}}));
  const Recording changed = connection.back_fill("2026-10-14", "2026-10-15");
  EXPECT_THAT(completed(changed), ElementsAre("acc-1/2026-10-14"));
  EXPECT_THAT(changed.rows, IsEmpty());
}

TEST(ExportBackFill, finds_a_day_in_a_file_that_was_read_before_it_had_it) {
  CostConnection connection;
  connection.put("export.csv", small_export({{.date = "2026-10-10"}}));
  ASSERT_EQ(connection.run().rows.size(), 1U);
  connection.put("export.csv", small_export({{.date = "2026-10-10"}, {.date = "2026-10-14"}}));
  EXPECT_THAT(completed(connection.back_fill("2026-10-14", "2026-10-15")), ElementsAre("acc-1/2026-10-14"));
}

TEST(ExportBackFill, takes_a_day_of_several_files_from_the_same_one_as_regular_runs) {
  CostConnection connection;
  connection.put("en/20261014.csv", small_export({{.locale = "en"}}));
  ASSERT_EQ(connection.run().rows.size(), 1U);
  connection.put("ru/20261014.csv", small_export({{.cost = "11", .locale = "ru", .updated_at = "1792000500"}}));
  ASSERT_THAT(connection.run().rows, IsEmpty());
  const Recording run = connection.back_fill("2026-10-14", "2026-10-15");
  ASSERT_TRUE(run.ok()) << run.message;
  ASSERT_EQ(run.rows.size(), 1U);
  EXPECT_EQ(run.rows[0]["BilledCost"], "10");
  EXPECT_THAT(rules_of(run), IsEmpty()) << "it was said when the other one came";
}

TEST(ExportBackFill, estimates_and_reports_are_not_asked_for) {
  CostConnection connection;
  connection.host().setting("estimates", "true").setting("reconcile_every", "1d");
  connection.put("20261014.csv", small_export({{}}));
  const Recording run = connection.back_fill("2026-10-14", "2026-11-20");
  ASSERT_TRUE(run.ok()) << run.message << ": asks what nobody answers here";
  EXPECT_EQ(run.rows.size(), 1U);
  EXPECT_TRUE(run.checkpoint.empty());
}

TEST(ExportBackFill, a_file_that_is_gone_is_the_regular_run_s_to_tell) {
  CostConnection connection;
  connection.put("20261013.csv", small_export({{.date = "2026-10-13"}}));
  connection.put("20261014.csv", small_export({{}}));
  ASSERT_EQ(connection.run().rows.size(), 2U);
  connection.remove("20261013.csv");
  EXPECT_THAT(rules_of(connection.back_fill("2026-10-14", "2026-10-15")), IsEmpty());
  EXPECT_THAT(rules_of(connection.run()), ElementsAre("vanished_export"));
}

TEST(ExportBackFill, without_an_export_there_is_nothing_to_read_again) {
  infrazen::testkit::Host host;
  host.setting("auth", "metadata").clock(*infrazen::parse_instant("2026-11-20T09:00:00Z"));
  const Recording run = host.sync(infrazen_module_v1, {.stream = "costs",
                                                       .mode = IZ_SYNC_INCREMENTAL,
                                                       .since = *infrazen::parse_instant("2026-10-14T00:00:00Z"),
                                                       .until = *infrazen::parse_instant("2026-10-15T00:00:00Z")});
  EXPECT_FALSE(run.ok());
  EXPECT_EQ(run.error_class, IZ_ERR_CONFIG);
  EXPECT_THAT(run.message, HasSubstr("billing_bucket"));
}

}  // namespace
}  // namespace iz::yandex::test
