// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>

#include "cost_run.hpp"
#include "small_export.hpp"
#include "yandex/reports/imported_sums.hpp"

// Which files are read when, and which of several is taken.
namespace iz::yandex::test {
namespace {

using infrazen::Kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ExportDelivery, a_file_that_did_not_change_is_not_read_again) {
  CostConnection connection;
  connection.put("20261014.csv", small_export({{}}));
  EXPECT_EQ(connection.run().rows.size(), 1U);
  const Recording again = connection.run();
  EXPECT_TRUE(again.ok());
  EXPECT_THAT(again.rows, IsEmpty());
  EXPECT_THAT(again.cursors, IsEmpty());
}

TEST(ExportDelivery, a_changed_file_replaces_its_days_and_those_no_longer_in_it_become_empty) {
  CostConnection connection;
  connection.put("20261014.csv", small_export({{}, {.date = "2026-10-15", .updated_at = "1792000001"}}));
  EXPECT_THAT(completed(connection.run()), ElementsAre("acc-1/2026-10-14", "acc-1/2026-10-15"));
  connection.put("20261014.csv", small_export({{.cost = "11"}}));
  const Recording run = connection.run();
  EXPECT_THAT(completed(run), ElementsAre("acc-1/2026-10-14", "acc-1/2026-10-15"));
  ASSERT_EQ(run.rows.size(), 1U);
  EXPECT_EQ(run.rows[0].scope, "acc-1/2026-10-14");
}

TEST(ExportDelivery, a_day_that_became_empty_is_compared_with_the_report_as_empty) {
  CostConnection connection;
  connection.host().setting("reconcile_every", "1d");  // no closed day of this month is known: nothing is asked for
  const auto sums = [](const Recording& run) {
    return ImportedSums(std::string_view(run.checkpoint).substr(run.checkpoint.find('\f') + 1));
  };
  const AccountDay kept{"acc-1", Day(std::chrono::year(2026) / 10 / 14)};
  const AccountDay emptied{"acc-1", Day(std::chrono::year(2026) / 10 / 15)};
  connection.put("20261014.csv", small_export({{}, {.date = "2026-10-15", .cost = "7"}}));
  const Recording first = connection.run();
  ASSERT_TRUE(first.ok()) << first.message;
  EXPECT_EQ(sums(first).days().at(emptied).size(), 1U);
  connection.put("20261014.csv", small_export({{.cost = "11"}}));
  const Recording run = connection.run();
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(sums(run).days().at(kept).begin()->second.to_string(), "11");
  EXPECT_THAT(sums(run).days().at(emptied), IsEmpty()) << "what the file said before is no import any more";
}

TEST(ExportDelivery, of_two_languages_one_is_taken_and_keeps_being_taken) {
  CostConnection connection;
  connection.put("en/20261014.csv", small_export({{.locale = "en", .updated_at = "1792000000"}}));
  EXPECT_EQ(connection.run().rows.size(), 1U);
  connection.put("ru/20261014.csv", small_export({{.locale = "ru", .updated_at = "1792000500"}}));
  const Recording other = connection.run();
  EXPECT_TRUE(other.ok()) << other.message;
  EXPECT_THAT(other.rows, IsEmpty());
  EXPECT_THAT(rules_of(other), ElementsAre("duplicate_day"));
  EXPECT_THAT(other.findings[0].message, HasSubstr("en/20261014.csv"));
  // Both are rewritten every hour; that is said once.
  connection.put("ru/20261014.csv", small_export({{.locale = "ru", .updated_at = "1792000900"}}));
  const Recording later = connection.run();
  EXPECT_THAT(later.rows, IsEmpty());
  EXPECT_THAT(rules_of(later), IsEmpty());
}

TEST(ExportDelivery, the_language_of_the_settings_is_taken) {
  CostConnection connection;
  connection.host().setting("billing_locale", "ru");
  connection.put("ru/20261014.csv", small_export({{.sku_name = "Память", .locale = "ru"}}));
  connection.put("en/20261014.csv", small_export({{.sku_name = "RAM", .locale = "en"}}));
  const Recording run = connection.run();
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(connection.run().rows.size(), 0U);
  EXPECT_EQ(run.rows.back()["ChargeDescription"], "Память");
}

TEST(ExportDelivery, when_the_file_that_was_taken_goes_the_other_one_is_taken) {
  CostConnection connection;
  connection.put("a/20261014.csv", small_export({{.updated_at = "1792000100"}}));
  connection.put("b/20261014.csv", small_export({{.cost = "9", .updated_at = "1792000000"}}));
  ASSERT_TRUE(connection.run().ok());
  connection.remove("a/20261014.csv");
  const Recording run = connection.run();
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(rules_of(run), ElementsAre("vanished_export"));
  ASSERT_EQ(run.rows.size(), 1U);
  EXPECT_EQ(run.rows[0]["BilledCost"], "9");
}

TEST(ExportDelivery, stray_rows_of_another_files_day_do_not_replace_that_day) {
  CostConnection connection;
  connection.put("20261014.csv", small_export({{}, {.resource = "vm-2"}}));
  ASSERT_TRUE(connection.run().ok());
  connection.put("20261015.csv", small_export({{.cost = "1", .updated_at = "1799999999"},
                                               {.date = "2026-10-15"},
                                               {.date = "2026-10-15", .resource = "vm-2"}}));
  const Recording run = connection.run();
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(completed(run), ElementsAre("acc-1/2026-10-15"));
  EXPECT_THAT(rules_of(run), ElementsAre("stray_day"));
  EXPECT_EQ(run.findings[0].severity, infrazen::Severity::rejected);
}

TEST(ExportDelivery, a_file_that_is_cut_off_is_not_taken_and_the_others_are) {
  CostConnection connection;
  const std::string whole = small_export({{.date = "2026-10-15"}, {.date = "2026-10-15", .resource = "vm-2"}});
  connection.put("20261014.csv", small_export({{}}));
  connection.put("20261015.csv", whole.substr(0, whole.size() - 30));
  const Recording run = connection.run();
  EXPECT_EQ(run.error_class, static_cast<std::uint32_t>(IZ_ERR_TRANSIENT));
  EXPECT_THAT(run.message, HasSubstr("20261015.csv"));
  EXPECT_THAT(completed(run), ElementsAre("acc-1/2026-10-14"));
  connection.put("20261015.csv", whole);
  EXPECT_THAT(completed(connection.run()), ElementsAre("acc-1/2026-10-15"));
}

TEST(ExportDelivery, a_file_that_is_no_export_is_refused_and_what_it_delivered_stays) {
  CostConnection connection;
  connection.put("20261014.csv", small_export({{}}));
  ASSERT_TRUE(connection.run().ok());
  connection.put("20261014.csv", "a,b\n1,2\n");
  const Recording run = connection.run();
  EXPECT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(completed(run), IsEmpty());
  EXPECT_THAT(rules_of(run), ::testing::Contains("missing_column"));
  connection.put("20261014.csv", small_export({{.cost = "12"}}));
  EXPECT_EQ(connection.run().rows.size(), 1U);
}

TEST(ExportDelivery, a_day_is_preliminary_for_two_days_and_then_said_to_be_billed) {
  CostConnection connection("2026-10-15T20:59:00Z");  // still the 15th of UTC+3
  connection.put("20261014.csv", small_export({{}}));
  EXPECT_EQ(connection.run().rows.at(0)["ChargeStatus"], "preliminary");
  EXPECT_THAT(connection.run().rows, IsEmpty());
  connection.clock("2026-10-15T21:00:00Z");
  const Recording run = connection.run();
  ASSERT_EQ(run.rows.size(), 1U);
  EXPECT_EQ(run.rows[0]["ChargeStatus"], "billed");
  EXPECT_THAT(connection.run().rows, IsEmpty());
}

TEST(ExportDelivery, a_full_run_reads_everything_again) {
  CostConnection connection("2026-12-20T00:00:00Z");
  connection.put("20261014.csv", small_export({{}}));
  EXPECT_EQ(connection.run().rows.size(), 1U);
  EXPECT_THAT(connection.run().rows, IsEmpty());
  EXPECT_EQ(connection.run(IZ_SYNC_FULL).rows.size(), 1U);
}

TEST(ExportDelivery, a_cursor_that_cannot_be_read_stops_the_run_until_a_full_one) {
  CostConnection connection;
  connection.put("20261014.csv", small_export({{}}));
  ASSERT_TRUE(connection.run().ok());
  const std::string cursor = connection.cursor();
  for (const std::string& odd :
       {std::string("page=3"), "izyandex9" + cursor.substr(9), cursor.substr(0, cursor.size() / 2)}) {
    const Recording stopped = connection.host().sync(infrazen_module_v1, {.stream = "costs", .cursor = odd});
    EXPECT_EQ(stopped.error_class, static_cast<std::uint32_t>(IZ_ERR_INTERNAL));
    EXPECT_THAT(stopped.message, HasSubstr("full")) << "what to do";
    const Recording full =
        connection.host().sync(infrazen_module_v1, {.stream = "costs", .mode = IZ_SYNC_FULL, .cursor = odd});
    ASSERT_TRUE(full.ok()) << full.message;
    EXPECT_EQ(full.rows.size(), 1U);
    EXPECT_EQ(full.cursors.back(), cursor);
  }
}

TEST(ExportDelivery, an_empty_place_is_said_and_retires_nothing) {
  CostConnection connection;
  connection.put("20261014.csv", small_export({{}}));
  ASSERT_TRUE(connection.run().ok());
  connection.remove("20261014.csv");
  const Recording run = connection.run();
  EXPECT_THAT(rules_of(run), ElementsAre("no_exports"));
  EXPECT_THAT(run.scopes, IsEmpty());
}

TEST(ExportDelivery, a_cancelled_run_goes_on_where_it_was) {
  CostConnection connection;
  for (const char* const date : {"2026-10-10", "2026-10-11", "2026-10-12", "2026-10-13"}) {
    const std::vector<SmallRow> rows(2'000, SmallRow{.date = date});
    connection.put(std::string(date) + ".csv", small_export(rows));
  }
  connection.host().cancel_after(3'000);
  const Recording cut = connection.run();
  EXPECT_EQ(cut.error_class, static_cast<std::uint32_t>(IZ_ERR_CANCELLED));
  connection.host().cancel_after(0);
  const Recording rest = connection.run();
  ASSERT_TRUE(rest.ok()) << rest.message;
  EXPECT_EQ(cut.rows.size() + rest.rows.size(), 8'000U);
}

TEST(ExportDelivery, thousands_of_files_fit_the_cursor_and_the_oldest_are_forgotten_not_read_again) {
  CostConnection connection;
  constexpr std::size_t kFiles = 4000;
  for (std::size_t i = 0; i < kFiles; ++i) {
    const auto day = std::chrono::sys_days(std::chrono::year(2014) / 1 / 1) + std::chrono::days(i);
    char text[infrazen::kDateChars];
    infrazen::write_date(text, std::chrono::year_month_day(day));
    const std::string date(text, sizeof text);
    connection.put(date + ".csv", small_export({{.date = date, .updated_at = std::to_string(1388534400 + i * 86400)}}));
  }
  const Recording run = connection.run();
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(run.rows.size(), kFiles);
  EXPECT_LE(connection.cursor().size(), std::size_t{IZ_CURSOR_MAX});
  EXPECT_THAT(connection.run().rows, IsEmpty());
}

}  // namespace
}  // namespace iz::yandex::test
