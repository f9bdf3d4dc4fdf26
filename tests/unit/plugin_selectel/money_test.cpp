// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel_run.hpp"
#include <infrazen/json.hpp>

namespace iz::selectel::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// 2026-09-04 03:00 in Moscow: August is over for three days, and counts.
constexpr infrazen::Micros kNow{std::chrono::sys_days(std::chrono::year(2026) / 9 / 4)};

std::string hour(std::string_view period, std::string_view value, std::string_view balance = "") {
  infrazen::JsonObject row;
  row.raw("account_id", "100001").text("provider_key", "vpc").raw("value", value).text("period", period);
  row.raw("project", infrazen::JsonObject().text("id", kProject).text("name", "shop").str());
  row.raw("metric", R"({"id":"compute_cores","name":"vCPU","quantity":3,"unit":"item","region":"ru-9a"})");
  row.raw("object", R"({"id":"srv-1","name":"front","type":"cloud_vm","type_name":"Server","parent_id":"vm-parent"})");
  balance.empty() ? row.raw("balance", "null") : row.text("balance", balance);
  return row.str();
}

// Answers for each day from `first` on, one request a day; days without rows are empty.
void answer_days(Connection& connection, std::chrono::sys_days first, std::chrono::sys_days last,
                 const std::map<std::string, std::string>& rows) {
  connection.host.setting("costs_chunk", "24h");
  for (auto day = first; day <= last; day += std::chrono::days(1)) {
    char buffer[infrazen::kDateChars];
    const std::string name(buffer, infrazen::write_date(buffer, std::chrono::year_month_day(day)));
    const auto found = rows.find(name);
    connection.host.http().get(
        "https://api.selectel.ru/v1/cloud_billing/statistic/consumption?provider_keys=vpc&provider_keys=mks&"
        "provider_keys=dbaas&provider_keys=craas&provider_keys=storage&provider_keys=cdn&start=" +
            name + "T00%3A00%3A00&end=" + name +
            "T23%3A59%3A59&locale=ru&group_type=project_object_region_metric&period_group_type=hour",
        R"({"status":"success","data":[)" + (found == rows.end() ? "" : found->second) + "]}");
  }
}

constexpr std::chrono::sys_days day(unsigned month, unsigned of_month) {
  return std::chrono::year(2026) / std::chrono::month(month) / std::chrono::day(of_month);
}

TEST(SelectelCosts, an_hour_becomes_a_charge_with_its_day_its_place_and_an_exact_amount) {
  Connection connection;
  connection.host.clock(kNow).setting("costs_since", "2026-09-03");
  answer_days(connection, day(9, 3), day(9, 4), {{"2026-09-03", hour("2026-09-03T00:00:00", "100")}});
  const Recording run = connection.run("costs");
  EXPECT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, IsEmpty());
  const auto& charge = run.row(Kind::charge, "ResourceId", "srv-1");
  EXPECT_EQ(charge.scope, "consumption/2026-09-03");
  EXPECT_EQ(charge["BilledCost"], "1");
  EXPECT_EQ(charge["ListUnitPrice"], "0.333333");
  EXPECT_EQ(charge["ChargePeriodStart"], "2026-09-02T21:00:00Z");
  EXPECT_EQ(charge["ChargePeriodEnd"], "2026-09-02T22:00:00Z");
  EXPECT_EQ(charge["BillingPeriodStart"], "2026-08-31T21:00:00Z");
  EXPECT_EQ(charge["BillingPeriodEnd"], "2026-09-30T21:00:00Z");
  EXPECT_EQ(charge["RegionId"] + " " + charge["AvailabilityZone"], "ru-9 ru-9a");
  EXPECT_EQ(charge["ServiceName"] + " " + charge["ServiceCategory"], "Cloud Servers Compute");
  EXPECT_EQ(charge["SubAccountName"], "shop");
  EXPECT_EQ(charge["x_ParentResourceId"], "vm-parent");
  EXPECT_TRUE(run.completed(Kind::charge, "consumption/2026-09-03"));
  EXPECT_TRUE(run.completed(Kind::charge, "consumption/2026-09-04"));
}

TEST(SelectelCosts, hours_outside_of_what_was_asked_for_are_not_counted_twice) {
  Connection connection;
  connection.host.clock(kNow).setting("costs_since", "2026-09-03");
  // A service that rounds the range up to more.
  const std::string both = hour("2026-09-03T23:00:00", "100") + "," + hour("2026-09-04T00:00:00", "7");
  answer_days(connection, day(9, 3), day(9, 4), {{"2026-09-03", both}, {"2026-09-04", both}});
  const Recording run = connection.run("costs");
  EXPECT_TRUE(run.ok()) << run.message;
  ASSERT_EQ(run.of(Kind::charge).size(), 2U);
}

TEST(SelectelCosts, an_answer_with_hours_of_another_day_alone_is_not_an_empty_day) {
  Connection connection;
  connection.host.clock(kNow).setting("costs_since", "2026-09-03");
  answer_days(connection, day(9, 3), day(9, 4), {{"2026-09-03", hour("2026-09-01T10:00:00", "100")}});
  const Recording run = connection.run("costs");
  EXPECT_EQ(run.error_class, static_cast<std::uint32_t>(IZ_ERR_TRANSIENT));
  EXPECT_THAT(run.message, HasSubstr("hours of other days alone (2026-09-01T10:00:00)"));
  EXPECT_FALSE(run.completed(Kind::charge, "consumption/2026-09-03"));
  EXPECT_TRUE(run.completed(Kind::charge, "consumption/2026-09-04"));
}

TEST(SelectelCosts, a_settled_month_is_held_against_the_report) {
  Connection connection("money");
  connection.host.clock(kNow).setting("costs_since", "2026-08-01");
  answer_days(connection, day(8, 1), day(9, 4),
              {{"2026-08-05", hour("2026-08-05T10:00:00", "149") + "," + hour("2026-08-05T11:00:00", "20", "bonus")}});
  const Recording run = connection.run("costs");
  EXPECT_TRUE(run.ok()) << run.message;
  ASSERT_EQ(run.findings.size(), 1U) << "the bonus is as reported";
  EXPECT_EQ(run.findings[0].rule, "report_differs");
  EXPECT_THAT(run.findings[0].message, HasSubstr("2026-08, project shop, balance main: the provider's report says 1.50 "
                                                 "RUB, its hours sum up to 1.49 RUB, a difference of 0.01 RUB"));
  EXPECT_EQ(connection.cursor, "first=2026-08-01 next=2026-09-04 month=2026-09-01");

  const Recording later = connection.run("costs");
  EXPECT_TRUE(later.ok()) << later.message;
  EXPECT_THAT(later.findings, IsEmpty()) << "a month is settled once";
  EXPECT_EQ(later.scopes.size(), 3U) << "the days of the window are read again";
}

TEST(SelectelCosts, an_answer_that_says_error_within_200_fails_its_day_and_is_read_next_time) {
  const std::string broken =
      "https://api.selectel.ru/v1/cloud_billing/statistic/"
      "consumption?provider_keys=vpc&provider_keys=mks&provider_keys="
      "dbaas&provider_keys=craas&provider_keys=storage&provider_keys=cdn&start=2026-09-02T00%3A00%3A00&end=2026-09-"
      "02T23%"
      "3A59%3A59&locale=ru&group_type=project_object_region_metric&period_group_type=hour";
  Connection failing;
  failing.host.clock(kNow).setting("costs_since", "2026-09-01").setting("costs_window", "24h");
  failing.host.http().get(broken, R"({"status":"error","code":"X","error":{"start":["bad"]}})");
  answer_days(failing, day(9, 1), day(9, 4), {});
  const Recording run = failing.run("costs");
  EXPECT_EQ(run.error_class, static_cast<std::uint32_t>(IZ_ERR_TRANSIENT));
  EXPECT_THAT(run.message, HasSubstr("1 of 4 parts of the bill failed: consumption of 2026-09-02"));
  EXPECT_FALSE(run.completed(Kind::charge, "consumption/2026-09-02"));
  EXPECT_TRUE(run.completed(Kind::charge, "consumption/2026-09-04"));
  EXPECT_THAT(failing.cursor, HasSubstr("again=2026-09-02"));
  const Recording later = failing.run("costs");
  EXPECT_TRUE(later.ok()) << later.message;
  EXPECT_TRUE(later.completed(Kind::charge, "consumption/2026-09-02"));
}

TEST(SelectelCosts, a_back_fill_reads_the_billing_days_that_its_days_touch_and_no_others) {
  Connection connection;
  connection.host.clock(kNow).setting("costs_since", "2026-09-03");
  connection.cursor = "first=2026-09-03 next=2026-09-04 month=2026-09-01";
  // A day of UTC reaches into two of Moscow. Other days are not answered.
  answer_days(connection, day(8, 20), day(8, 21), {{"2026-08-20", hour("2026-08-20T10:00:00", "149")}});
  const Recording run = connection.back_fill("costs", day(8, 20), day(8, 21));
  EXPECT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(run.of(Kind::charge).size(), 1U);
  EXPECT_EQ(run.scopes.size(), 2U);
  EXPECT_TRUE(run.completed(Kind::charge, "consumption/2026-08-20"));
  EXPECT_TRUE(run.completed(Kind::charge, "consumption/2026-08-21"));
  EXPECT_EQ(run.cursors.size(), 2U) << "a mark a day";
}

TEST(SelectelDocuments, a_back_fill_asks_for_the_transactions_of_its_days) {
  Connection connection;
  connection.host.clock(kNow);
  connection.cursor = "2026-09-03T12:00:00Z";
  connection.host.http().get(
      "https://api.selectel.ru/v2/billing/transactions?created_from=2026-08-20T03%3A00%3A00&created_to=2026-08-"
      "22T03%3A00%3A00&without_removed=true&offset=0&limit=500",
      R"({"status":"success","data":[{"id_meta":{"id":[7]},"created":"2026-08-20T12:00:00","price":-1500,"state":"done",)"
      R"("transaction_type":"topup","transaction_group":"income"}]})");
  const Recording run = connection.back_fill("documents", day(8, 20), day(8, 22));
  EXPECT_TRUE(run.ok()) << run.message;
  ASSERT_EQ(run.of(Kind::document).size(), 1U);
  EXPECT_EQ(run.of(Kind::document)[0]["issued_at"], "2026-08-20T09:00:00Z");
}

// Of the main balance, after a run.
std::string days_left(const Recording& run) {
  const auto& row = run.row(Kind::balance, "balance_kind", "main");
  return row.has("days_left") ? row["days_left"] : "none";
}

TEST(SelectelBalance, a_prediction_that_cannot_be_read_does_not_take_the_last_one_back_for_a_day) {
  constexpr std::string_view kBalances = "https://api.selectel.ru/v3/balances";
  constexpr std::string_view kPrediction = "https://api.selectel.ru/v2/billing/prediction";
  constexpr std::string_view kAnswer =
      R"({"data":{"billings":[{"billing_type":"primary","balances":[{"balance_type":"main","value":150}]}]}})";
  Connection connection;
  connection.host.clock(kNow);
  connection.host.http().get(kBalances, kAnswer);
  connection.host.http().get(kPrediction, R"({"status":"success","data":{"primary":250}})");
  const Recording first = connection.run("balance");
  EXPECT_TRUE(first.ok()) << first.message;
  EXPECT_EQ(days_left(first), "250");

  // Another host of the same memory: the service of predictions is gone.
  const auto later = [&](std::chrono::hours after) {
    Connection without;
    without.cursor = connection.cursor;
    without.host.clock(kNow + after);
    without.host.http().get(kBalances, kAnswer);
    const Recording run = without.run("balance");
    EXPECT_THAT(run.message, HasSubstr("1 of 2 parts of the balance failed: prediction"));
    connection.cursor = without.cursor;
    return days_left(run);
  };
  EXPECT_EQ(later(std::chrono::hours(1)), "250");
  EXPECT_EQ(later(std::chrono::hours(24)), "250");
  EXPECT_EQ(later(std::chrono::hours(25)), "none") << "nobody says so any more";
}

TEST(SelectelSettings, what_is_wrong_is_named) {
  const auto message = [](const std::string& name, const std::string& value) {
    Connection connection;
    connection.host.setting(name, value);
    return connection.run("costs").message;
  };
  EXPECT_THAT(message("billing_offset", "MSK"), HasSubstr("setting 'billing_offset' is no offset from UTC"));
  EXPECT_THAT(message("costs_since", "1.3.2026"), HasSubstr("setting 'costs_since' is no day"));
  EXPECT_THAT(message("costs_chunk", "5h"), HasSubstr("setting 'costs_chunk' does not divide a day"));
  EXPECT_THAT(message("auth_url", "cloud"), HasSubstr("setting 'auth_url' is no address"));
}

TEST(SelectelSettings, without_a_user_only_the_bill_is_read) {
  Connection connection;
  connection.host.setting("user", "").clock(kNow).setting("costs_since", "2026-09-04");
  answer_days(connection, day(9, 4), day(9, 4), {{"2026-09-04", hour("2026-09-04T01:00:00", "100")}});
  EXPECT_EQ(connection.run("costs").of(Kind::charge).size(), 1U);
  Connection other;
  other.host.setting("user", "");
  const Recording inventory = other.run("inventory");
  EXPECT_TRUE(inventory.ok()) << inventory.message;
  EXPECT_THAT(inventory.scopes, IsEmpty());
}

}  // namespace
}  // namespace iz::selectel::test
