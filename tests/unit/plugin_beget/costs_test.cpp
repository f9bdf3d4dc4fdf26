// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget_run.hpp"

// The stream `costs` over days.
namespace iz::beget::test {
namespace {

using ::testing::IsEmpty;

class BegetCosts : public ::testing::Test {
 protected:
  BegetCosts() {
    connection_.host().http().load(kFolder / "testdata");
    connection_.host().json_setting("accrue_domains", "false");
  }
  // What the account says from the next call on.
  void set_balance(const std::string& balance) {
    std::string body = read_text(kFolder / "testdata/account.http");
    body = body.substr(body.find('{'));
    body.replace(body.find("\"-17.25\""), 8, '"' + balance + '"');
    connection_.hosting("user/getAccountInfo", body);
    (void)connection_.run("balance");  // uses up the one before
  }
  Recording on(int month, int day, int hour = 12) {
    connection_.host().clock(at(month, day, hour));
    return connection_.run("costs");
  }
  Connection connection_;
  const std::string kDay = "107.75";
};

TEST_F(BegetCosts, a_day_is_delivered_again_and_again_until_it_is_over) {
  EXPECT_EQ(sum(on(3, 1, 1).of(Kind::charge), "BilledCost").to_string(), kDay);
  const auto later = on(3, 1, 23);
  EXPECT_TRUE(later.completed(Kind::charge, "day/2026-03-01"));
  EXPECT_EQ(sum(later.of(Kind::charge), "BilledCost").to_string(), kDay);
  EXPECT_EQ(later.scopes.size(), 1U) << "no other day";
  const auto next = on(3, 2, 0);
  EXPECT_TRUE(next.completed(Kind::charge, "day/2026-03-02"));
  EXPECT_FALSE(next.completed(Kind::charge, "day/2026-03-01")) << "it is over";
}

TEST_F(BegetCosts, missed_days_are_delivered_estimated) {
  (void)on(3, 1);
  const auto run = on(3, 4);
  ASSERT_TRUE(run.ok()) << run.message;
  for (const Row& row : run.of(Kind::charge))
    EXPECT_EQ(row["ChargeStatus"], row.scope == "day/2026-03-04" ? "preliminary" : "estimated") << row.scope;
  for (const char* scope : {"day/2026-03-02", "day/2026-03-03", "day/2026-03-04"})
    EXPECT_TRUE(run.completed(Kind::charge, scope)) << scope;
  EXPECT_EQ(rules_of(run), std::vector<std::string>{"days_estimated"});
}

TEST_F(BegetCosts, what_the_balance_lost_beside_the_accrual_becomes_one_adjustment) {
  set_balance("1000");
  (void)on(3, 1);
  set_balance("891.25");  // 107.75 and a rouble
  EXPECT_EQ(rules_of(on(3, 2)), std::vector<std::string>{});
  set_balance("783.5");
  const auto third = on(3, 3);
  ASSERT_TRUE(third.ok()) << third.message;
  EXPECT_THAT(third.problems, IsEmpty());
  EXPECT_EQ(rules_of(third), std::vector<std::string>{"balance_unexplained"});
  const Row& adjustment = third.row(Kind::charge, "ChargeCategory", "Adjustment");
  EXPECT_EQ(adjustment["BilledCost"], "1");
  EXPECT_EQ(adjustment["ChargeStatus"], "adjusted");
  EXPECT_EQ(adjustment.scope, "true-up/2026-03-01");
  EXPECT_EQ(adjustment["ChargePeriodStart"], "2026-02-28T21:00:00Z");
  set_balance("675.75");
  EXPECT_EQ(rules_of(on(3, 4)), std::vector<std::string>{});
}

TEST_F(BegetCosts, a_difference_is_only_reported_where_that_is_wanted) {
  connection_.host().setting("true_up", "report");
  set_balance("1000");
  (void)on(3, 1);
  set_balance("891.25");
  (void)on(3, 2);
  set_balance("783.5");
  const auto third = on(3, 3);
  EXPECT_EQ(rules_of(third), std::vector<std::string>{"balance_unexplained"});
  for (const Row& row : third.of(Kind::charge)) EXPECT_EQ(row["ChargeCategory"], "Usage");
}

TEST_F(BegetCosts, a_window_fills_in_days_before_the_first_and_none_that_was_looked_at) {
  (void)on(3, 1);
  const auto run = connection_.window("costs", at(2, 18, 0), at(3, 3, 0));
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_TRUE(run.completed(Kind::charge, "day/2026-02-18"));
  EXPECT_TRUE(run.completed(Kind::charge, "day/2026-02-28"));
  EXPECT_FALSE(run.completed(Kind::charge, "day/2026-03-01"));
  for (const Row& row : run.of(Kind::charge)) {
    EXPECT_EQ(row["ChargeStatus"], "estimated");
    if (row["ResourceId"] == "2c3d") EXPECT_GE(row.scope, "day/2026-02-20") << "the server was made on the twentieth";
  }
  for (const auto& cursor : run.cursors) EXPECT_EQ(cursor, connection_.cursor("costs"));
}

TEST_F(BegetCosts, a_full_run_keeps_what_is_known_and_mends_a_cursor_that_is_damaged) {
  (void)on(3, 1);
  connection_.host().clock(at(3, 2));
  auto run = connection_.run("costs", IZ_SYNC_FULL);
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_TRUE(run.completed(Kind::charge, "day/2026-03-02"));
  connection_.cursor("costs") = "nonsense";
  EXPECT_EQ(connection_.run("costs").error_class, static_cast<std::uint32_t>(IZ_ERR_INTERNAL));
  run = connection_.run("costs", IZ_SYNC_FULL);
  EXPECT_TRUE(run.ok()) << run.message;
}

TEST_F(BegetCosts, the_cursor_holds_nothing_of_a_mark_that_did_not_come) {
  connection_.host().cancel_after(3);
  const auto run = on(3, 1);
  EXPECT_THAT(run.rows, IsEmpty());
  EXPECT_EQ(connection_.cursor("costs"), "");
}

}  // namespace
}  // namespace iz::beget::test
