// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gtest/gtest.h>

#include "integration/beget/account.hpp"

// Accruals of days in the database, by a real daemon; a day goes by when the cursor says that it did.
namespace iz::test {
namespace {

// What the fake has: three servers, two databases, a snapshot, the plan. Domains draw nothing, the bucket has no price.
constexpr const char* kDay = "132.33";  // 7 + 42.5 + 16.25 + 26 + 31.5 + 0.75 + 8.33
constexpr const char* kSum = "SELECT trim_scale(sum(\"BilledCost\"))::text FROM focus_charges";

class BegetDays : public ::testing::Test {
 protected:
  // Per day before today and status.
  [[nodiscard]] std::string by_day() const {
    return account_.scalar(
        "SELECT string_agg(ago || ':' || status || ':' || billed, ' ' ORDER BY ago DESC, status) FROM (SELECT"
        " (now() AT TIME ZONE 'Europe/Moscow')::date - (\"ChargePeriodStart\" AT TIME ZONE 'Europe/Moscow')::date AS "
        "ago,"
        " \"ChargeStatus\" AS status, trim_scale(sum(\"BilledCost\")) AS billed FROM focus_charges GROUP BY 1, 2) "
        "days");
  }
  BegetAccount account_;
};

TEST_F(BegetDays, a_day_is_charged_once_however_often_it_is_read) {
  account_.start("costs");
  EXPECT_EQ(account_.scalar(kSum), kDay);
  account_.sync("costs");
  account_.daemon.sync("shop", "costs", "full");
  EXPECT_EQ(account_.outcome("costs"), "succeeded");
  EXPECT_EQ(account_.scalar(kSum), kDay);
  EXPECT_EQ(account_.scalar("SELECT count(*) FROM cost_changes"), "0");
  EXPECT_EQ(account_.scalar("SELECT count(*) FROM findings WHERE rule NOT IN ('not_priced')"), "0") << account_.scalar(
      "SELECT string_agg(DISTINCT rule || ' ' || coalesce(column_name, '') || ' ' || message, '; ') FROM findings");
  EXPECT_EQ(account_.scalar("SELECT count(*) FROM findings WHERE rule = 'not_priced'"), "2")
      << "a bucket and addresses";
}

TEST_F(BegetDays, three_days_add_up_and_agree_with_the_balance) {
  account_.start("costs");
  // As if that had been three days ago, with two days of rest since.
  account_.age_cursor("costs", 3);
  account_.hosting.set_balance("942.58");  // 1339.57 - 3 * 132.33
  account_.sync("costs");
  ASSERT_EQ(account_.outcome("costs"), "succeeded");
  EXPECT_EQ(by_day(), std::string("2:estimated:132.33 1:estimated:132.33 0:preliminary:132.33"));
  EXPECT_EQ(account_.scalar(kSum), "396.99");
  EXPECT_EQ(account_.scalar("SELECT count(*) FROM findings WHERE rule IN ('balance_unexplained', 'top_up_inferred')"),
            "0");

  // A day later, after a top-up.
  account_.age_cursor("costs", 1);
  account_.hosting.set_balance("1310.25");  // 942.58 - 132.33 + 500
  account_.sync("costs");
  ASSERT_EQ(account_.outcome("costs"), "succeeded");
  EXPECT_EQ(account_.scalar("SELECT value FROM findings WHERE rule = 'top_up_inferred'"), "500");
  EXPECT_EQ(account_.scalar(kSum), "396.99") << "a top-up costs nothing";
}

TEST_F(BegetDays, what_the_balance_lost_besides_is_an_adjustment) {
  account_.start("costs");
  account_.age_cursor("costs", 1);
  account_.hosting.set_balance("1202.24");  // 1339.57 - 132.33 - 5
  account_.sync("costs");
  EXPECT_EQ(account_.scalar("SELECT count(*) FROM focus_charges WHERE \"ChargeCategory\" = 'Adjustment'"), "0");
  account_.age_cursor("costs", 1);
  account_.hosting.set_balance("1069.91");
  account_.sync("costs");
  ASSERT_EQ(account_.outcome("costs"), "succeeded");
  EXPECT_EQ(account_.scalar("SELECT trim_scale(\"BilledCost\") || ' ' || \"ChargeStatus\" FROM focus_charges WHERE"
                            " \"ChargeCategory\" = 'Adjustment'"),
            "5 adjusted");
  EXPECT_EQ(account_.scalar("SELECT value FROM findings WHERE rule = 'balance_unexplained'"), "5");
}

TEST_F(BegetDays, a_server_that_is_deleted_today_stays_in_today_s_charges_and_leaves_the_inventory) {
  account_.start("inventory,costs");
  account_.cloud.set_servers({{.id = "vps-1", .name = "web-1"}});
  account_.sync("inventory");
  account_.sync("costs");
  ASSERT_EQ(account_.outcome("costs"), "succeeded");
  EXPECT_EQ(account_.scalar(kSum), kDay);
  EXPECT_EQ(account_.scalar("SELECT count(*) FROM resource_items WHERE raw_type = 'vps' AND retired_at IS NULL"), "1");
  EXPECT_EQ(account_.scalar("SELECT count(*) FROM resource_items WHERE raw_type = 'vps'"), "4");
}

TEST_F(BegetDays, a_listing_that_fails_is_carried_on_and_the_run_says_so) {
  account_.start("costs");
  account_.age_cursor("costs", 1);
  account_.hosting.set_balance("1207.24");
  account_.cloud.say("/v1/cloud", R"({"error":{"code":"INTERNAL_ERROR","message":"database on fire"}})");
  account_.sync("costs");
  EXPECT_NE(account_.outcome("costs").find("database on fire"), std::string::npos) << account_.outcome("costs");
  EXPECT_EQ(account_.scalar(kSum), kDay);
  EXPECT_EQ(by_day(), "0:estimated:57.5 0:preliminary:74.83");
  account_.cloud.say("/v1/cloud", "");
  account_.sync("costs");
  EXPECT_EQ(by_day(), "0:preliminary:132.33");
}

}  // namespace
}  // namespace iz::test
