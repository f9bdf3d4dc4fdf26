// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <sysexits.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/pg_cluster.hpp"
#include "harness/wait_until.hpp"
#include "integration/back_fill/tool.hpp"
#include "integration/beget/account.hpp"

// Days of an account at Beget before the first that was looked at, and what cannot be back-filled.
namespace iz::test {
namespace {

using std::chrono::days;
using testing::HasSubstr;

class BackFilledCharges : public ::testing::Test {
 protected:
  [[nodiscard]] std::string charges() const {
    return account_.scalar(
        "SELECT string_agg(concat_ws(' ', \"ChargePeriodStart\", \"ResourceId\", \"ChargeStatus\", "
        "trim_scale(\"BilledCost\"),"
        " trim_scale(\"EffectiveCost\")), E'\\n' ORDER BY \"ChargePeriodStart\", \"ResourceId\", \"EffectiveCost\") "
        "FROM "
        "focus_charges");
  }
  // How many charges of the days before today have which status, by days of Moscow.
  [[nodiscard]] std::string before_today() const {
    return account_.scalar(
        "SELECT string_agg(DISTINCT concat_ws(' ', (now() AT TIME ZONE 'Europe/Moscow')::date - (\"ChargePeriodStart\" "
        "AT TIME "
        "ZONE 'Europe/Moscow')::date, \"ChargeStatus\"), ', ') FROM focus_charges WHERE \"ChargePeriodStart\" < "
        "date_trunc('day', now() AT TIME ZONE 'Europe/Moscow') AT TIME ZONE 'Europe/Moscow'");
  }
  [[nodiscard]] std::string cursor() const {
    return account_.scalar("SELECT convert_from(cursor, 'UTF8') FROM streams WHERE stream = 'costs'");
  }
  ProcessResult ask(std::vector<std::string> more) {
    more.insert(more.begin(), {"connection", "sync", "shop"});
    return tool(account_.daemon, std::move(more));
  }

  const std::chrono::sys_days moscow_today_ =
      std::chrono::floor<days>(std::chrono::system_clock::now() + std::chrono::hours(3));
  BegetAccount account_;
};

TEST_F(BackFilledCharges, are_accrued_for_the_days_asked_for_and_today_is_left_alone) {
  account_.start("costs");
  const std::string today = charges();
  const std::string place = cursor();
  // In days of Moscow the window's last day of UTC reaches into the next.
  const auto since = iso(moscow_today_ - days(4));
  const auto until = iso(moscow_today_ - days(2));
  const auto filled = ask({"--stream", "costs", "--since", since, "--until", until, "--wait"});
  ASSERT_TRUE(filled.status.ok()) << filled.err << account_.daemon.log();
  EXPECT_EQ(before_today(), "2 estimated, 3 estimated, 4 estimated");
  EXPECT_THAT(charges(), HasSubstr(today));
  EXPECT_EQ(cursor(), place);

  const std::string once = charges();
  ASSERT_TRUE(ask({"--stream", "costs", "--since", since, "--until", until, "--wait"}).status.ok());
  EXPECT_EQ(charges(), once);
  account_.sync("costs");
  EXPECT_EQ(account_.outcome("costs"), "succeeded");
  EXPECT_EQ(charges(), once) << "the plain run goes on with today";
  EXPECT_EQ(account_.scalar("SELECT count(*) FROM cost_changes"), "0");
  EXPECT_EQ(account_.scalar("SELECT count(*) FROM findings WHERE rule NOT IN ('not_priced')"), "0");
}

TEST_F(BackFilledCharges, a_provider_that_fails_for_good_ends_it_and_leaves_the_stream_as_it_was) {
  account_.start("costs");
  const std::string before = charges();
  const std::string place = cursor();
  account_.cloud.say("/v1/cloud", R"({"error":{"code":"PERMISSION_DENIED","message":"not for you"}})");
  const auto result = ask({"--stream", "costs", "--since", iso(moscow_today_ - days(4)), "--wait"});
  EXPECT_EQ(result.status.code, 1) << result.err << account_.daemon.log();
  EXPECT_THAT(result.err, HasSubstr("not for you"));
  EXPECT_EQ(charges(), before);
  EXPECT_EQ(cursor(), place);
  EXPECT_EQ(account_.scalar("SELECT state || ' ' || attempts FROM back_fills"), "failed 1");
  EXPECT_EQ(account_.scalar("SELECT failures || last_error FROM streams WHERE stream = 'costs'"), "0");
  const auto listed = tool(account_.daemon, {"connection", "back-fills"});
  EXPECT_THAT(listed.out, HasSubstr("not for you"));
  EXPECT_TRUE(tool(account_.daemon, {"status", "--check"}).status.ok()) << "the stream itself is well";
}

TEST_F(BackFilledCharges, a_stream_without_one_is_named_with_those_that_have) {
  account_.start("costs,balance,logs");
  const auto refused = ask({"--stream", "balance", "--since", iso(moscow_today_ - days(4))});
  EXPECT_EQ(refused.status.code, EX_DATAERR) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("stream balance of connection shop has no back-fill"));
  EXPECT_THAT(refused.err, HasSubstr("ask for another (costs, logs can)"));
  EXPECT_EQ(account_.scalar("SELECT count(*) FROM back_fills"), "0");
  // All that can, and the others are named.
  const auto all = ask({"--since", iso(moscow_today_ - days(4)), "--wait"});
  ASSERT_TRUE(all.status.ok()) << all.err << account_.daemon.log();
  EXPECT_EQ(all.out, "costs\nlogs\n");
  EXPECT_THAT(all.err, HasSubstr("balance: has no back-fill, left out"));
}

}  // namespace
}  // namespace iz::test
