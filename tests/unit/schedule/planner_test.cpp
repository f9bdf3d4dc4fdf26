// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "schedule/planner.hpp"

#include <gtest/gtest.h>

namespace iz::schedule {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Instant kNow{std::chrono::milliseconds(1'790'000'000'000)};

class PlannerTest : public ::testing::Test {
 protected:
  Planner planner{Limits{}};

  static StreamRule hourly(std::vector<std::string> after = {}) {
    StreamRule rule;
    rule.connector = "simulator";
    rule.after = std::move(after);
    return rule;
  }
  void succeed(const StreamKey& key, Instant started, Instant at) {
    planner.finished(key, {RunEnd::Kind::succeeded, next_start(hourly(), started, at, 0.5), {}, false}, at);
  }
  static RunEnd retry(Instant at) { return {RunEnd::Kind::retry_at, at, "provider answered 503", false}; }
};

const StreamKey kInventory{"a", "inventory"};
const StreamKey kCosts{"a", "costs"};

TEST_F(PlannerTest, a_stream_that_never_ran_is_due_at_once_and_runs_once_at_a_time) {
  planner.put(kInventory, hourly(), {}, kNow);
  const auto run = planner.next(kNow);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->key, kInventory);
  EXPECT_FALSE(planner.next(kNow + hours(5)));
  EXPECT_EQ(planner.status(kInventory, kNow).state, State::running);
}

TEST_F(PlannerTest, the_interval_counts_from_the_start_of_the_run) {
  planner.put(kInventory, hourly(), {}, kNow);
  ASSERT_TRUE(planner.next(kNow));
  succeed(kInventory, kNow, kNow + minutes(20));
  EXPECT_EQ(planner.wake_at(kNow + minutes(20)), kNow + hours(1));
  EXPECT_FALSE(planner.next(kNow + minutes(59)));
  EXPECT_TRUE(planner.next(kNow + minutes(60)));
}

TEST_F(PlannerTest, jitter_moves_a_start_by_its_share_either_way) {
  const StreamRule rule = hourly();
  EXPECT_EQ(next_start(rule, kNow, kNow, 0.0), kNow + minutes(54));
  EXPECT_EQ(next_start(rule, kNow, kNow, 0.5), kNow + minutes(60));
  EXPECT_EQ(next_start(rule, kNow, kNow, 1.0), kNow + minutes(66));
  EXPECT_EQ(next_start(rule, kNow, kNow + hours(3), 0.5), kNow + hours(3));  // a run longer than its interval
}

TEST_F(PlannerTest, what_was_missed_while_down_is_caught_up_by_one_run) {
  planner.put(kInventory, hourly(), {kNow - hours(48), kNow - hours(49), {}}, kNow);
  ASSERT_TRUE(planner.next(kNow));
  succeed(kInventory, kNow, kNow + minutes(1));
  EXPECT_FALSE(planner.next(kNow + minutes(1)));
}

TEST_F(PlannerTest, the_longest_overdue_goes_first_and_a_request_before_all) {
  planner.put({"b", "inventory"}, hourly(), {kNow - hours(1), {}, {}}, kNow);
  planner.put({"a", "inventory"}, hourly(), {kNow - hours(2), {}, {}}, kNow);
  planner.put({"c", "inventory"}, hourly(), {kNow + hours(1), {}, {}}, kNow);
  EXPECT_EQ(planner.request({"c", "inventory"}, Mode::full), Planner::RequestAnswer::accepted);
  const auto first = planner.next(kNow);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->key.connection, "c");
  EXPECT_EQ(first->mode, Mode::full);
  EXPECT_TRUE(first->manual);
  EXPECT_EQ(planner.next(kNow)->key.connection, "a");
  EXPECT_EQ(planner.next(kNow)->key.connection, "b");
}

TEST_F(PlannerTest, a_dependant_waits_while_its_forerunner_is_due_or_running_and_no_longer) {
  planner.put(kInventory, hourly(), {}, kNow);
  planner.put(kCosts, hourly({"inventory"}), {}, kNow);
  EXPECT_EQ(planner.next(kNow)->key, kInventory);
  EXPECT_FALSE(planner.next(kNow));
  EXPECT_EQ(planner.status(kCosts, kNow).reason, "for inventory to finish");
  planner.finished(kInventory, retry(kNow + minutes(5)), kNow);
  EXPECT_EQ(planner.next(kNow)->key, kCosts);
}

TEST_F(PlannerTest, limits_hold_for_all_a_connection_and_a_connector) {
  planner.set_limits({3, 2, 2});
  for (const char* stream : {"costs", "inventory", "logs"}) planner.put({"a", stream}, hourly(), {}, kNow);
  planner.put({"b", "costs"}, hourly(), {}, kNow);
  StreamRule other = hourly();
  other.connector = "focus";
  planner.put({"c", "costs"}, other, {}, kNow);
  planner.put({"d", "costs"}, other, {}, kNow);
  std::vector<std::string> started;
  while (const auto run = planner.next(kNow)) started.push_back(run->key.connection);
  EXPECT_EQ(started, (std::vector<std::string>{"a", "a", "c"}));  // a: per connection; b: per connector; d: total
  EXPECT_EQ(planner.status({"b", "costs"}, kNow).reason, "for a free place");
}

TEST_F(PlannerTest, a_failed_run_backs_off_and_a_request_overrides_it) {
  planner.put(kInventory, hourly(), {}, kNow);
  ASSERT_TRUE(planner.next(kNow));
  planner.finished(kInventory, retry(kNow + minutes(7)), kNow);
  EXPECT_EQ(planner.status(kInventory, kNow).state, State::backing_off);
  EXPECT_EQ(planner.status(kInventory, kNow).reason, "provider answered 503");
  EXPECT_FALSE(planner.next(kNow + minutes(6)));
  EXPECT_EQ(planner.request(kInventory, Mode::incremental), Planner::RequestAnswer::accepted);
  EXPECT_EQ(planner.request(kInventory, Mode::incremental), Planner::RequestAnswer::already_requested);
  EXPECT_TRUE(planner.next(kNow + minutes(6)));
}

TEST_F(PlannerTest, a_blocked_stream_runs_again_after_a_request_or_a_changed_rule) {
  planner.put(kInventory, hourly(), {}, kNow);
  ASSERT_TRUE(planner.next(kNow));
  planner.finished(kInventory, {RunEnd::Kind::blocked, {}, "setting folder is unknown", false}, kNow);
  EXPECT_FALSE(planner.next(kNow + hours(100)));
  EXPECT_EQ(planner.status(kInventory, kNow).state, State::blocked);
  EXPECT_FALSE(planner.wake_at(kNow));
  StreamRule changed = hourly();
  changed.interval = minutes(30);
  planner.put(kInventory, changed, {}, kNow + hours(1));
  EXPECT_TRUE(planner.next(kNow + hours(1)));
}

TEST_F(PlannerTest, pause_and_quarantine_hold_everything_and_refuse_requests) {
  planner.put(kInventory, hourly(), {}, kNow);
  planner.set_paused("a", true);
  EXPECT_EQ(planner.request(kInventory, Mode::full), Planner::RequestAnswer::paused);
  EXPECT_FALSE(planner.next(kNow));
  EXPECT_EQ(planner.status(kInventory, kNow).state, State::paused);
  planner.set_paused("a", false);
  planner.set_quarantined("a", "5 crashes in 10 min");
  EXPECT_EQ(planner.request(kInventory, Mode::full), Planner::RequestAnswer::quarantined);
  EXPECT_FALSE(planner.next(kNow));
  EXPECT_EQ(planner.status(kInventory, kNow).reason, "5 crashes in 10 min");
  planner.clear_quarantine("a");
  EXPECT_TRUE(planner.next(kNow));
}

TEST_F(PlannerTest, a_stream_held_by_another_daemon_is_looked_at_again_and_keeps_its_request) {
  planner.put(kInventory, hourly(), {}, kNow);
  ASSERT_EQ(planner.request(kInventory, Mode::full), Planner::RequestAnswer::accepted);
  const auto run = planner.next(kNow);
  ASSERT_TRUE(run);
  planner.postponed(*run, kNow + seconds(30), "another daemon holds the lease");
  EXPECT_EQ(planner.running(), 0U);
  EXPECT_FALSE(planner.next(kNow + seconds(29)));
  EXPECT_EQ(planner.status(kInventory, kNow + seconds(29)).reason, "another daemon holds the lease");
  EXPECT_EQ(planner.wake_at(kNow + seconds(29)), kNow + seconds(30));
  const auto again = planner.next(kNow + seconds(30));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->mode, Mode::full);
  planner.ran_elsewhere(kInventory, {kNow + hours(1), kNow, {}});
  EXPECT_FALSE(planner.next(kNow + minutes(59)));
  EXPECT_TRUE(planner.next(kNow + hours(1)));
}

TEST_F(PlannerTest, events_are_handled_between_the_scheduled_runs_and_leave_the_schedule_alone) {
  planner.put(kInventory, hourly(), {.next_due = kNow + hours(1)}, kNow);
  planner.events_waiting(kInventory, kNow + seconds(1));
  EXPECT_FALSE(planner.next(kNow));
  EXPECT_EQ(planner.wake_at(kNow), kNow + seconds(1));
  const auto run = planner.next(kNow + seconds(1));
  ASSERT_TRUE(run);
  EXPECT_EQ(run->work, Work::events);
  EXPECT_EQ(run->mode, Mode::targeted);
  planner.events_waiting(kInventory, kNow + seconds(5));  // another came meanwhile
  planner.events_ended(kInventory, kNow + seconds(9));
  EXPECT_EQ(planner.wake_at(kNow + seconds(2)), kNow + seconds(5));
  ASSERT_TRUE(planner.next(kNow + seconds(5)));
  planner.events_ended(kInventory, std::nullopt);
  EXPECT_FALSE(planner.next(kNow + seconds(20)));
  const auto scheduled = planner.next(kNow + hours(1));
  ASSERT_TRUE(scheduled);
  EXPECT_EQ(scheduled->work, Work::sync);
}

TEST_F(PlannerTest, events_wait_while_the_stream_is_paused_blocked_or_backs_off) {
  planner.put(kInventory, hourly(), {}, kNow);
  ASSERT_TRUE(planner.next(kNow));
  planner.events_waiting(kInventory, kNow);
  planner.finished(kInventory, retry(kNow + minutes(5)), kNow);
  EXPECT_FALSE(planner.next(kNow + minutes(4)));
  const auto first = planner.next(kNow + minutes(5));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->work, Work::sync) << "what backed off goes first";
  planner.finished(kInventory, {RunEnd::Kind::blocked, {}, "the token expired", false}, kNow + minutes(5));
  EXPECT_FALSE(planner.next(kNow + hours(5)));
  EXPECT_EQ(planner.request(kInventory, Mode::incremental), Planner::RequestAnswer::accepted);
  ASSERT_TRUE(planner.next(kNow + hours(5)));
  succeed(kInventory, kNow + hours(5), kNow + hours(5));
  planner.set_paused("a", true);
  EXPECT_FALSE(planner.next(kNow + hours(5)));
  planner.set_paused("a", false);
  ASSERT_TRUE(planner.next(kNow + hours(5)));
}

TEST_F(PlannerTest, a_full_run_comes_by_itself_when_the_last_one_is_old_enough) {
  StreamRule rule = hourly();
  rule.full_every = hours(24);
  planner.put(kInventory, rule, {}, kNow);
  EXPECT_EQ(planner.next(kNow)->mode, Mode::full);
  const RunEnd end{RunEnd::Kind::succeeded, kNow + hours(1), {}, true};
  planner.finished(kInventory, end, kNow);
  EXPECT_EQ(planner.next(kNow + hours(1))->mode, Mode::incremental);
  succeed(kInventory, kNow + hours(1), kNow + hours(1));
  EXPECT_EQ(planner.next(kNow + hours(24))->mode, Mode::full);
}

TEST_F(PlannerTest, a_reload_that_drops_a_running_stream_lets_it_end) {
  planner.put(kInventory, hourly(), {}, kNow);
  ASSERT_TRUE(planner.next(kNow));
  planner.retain([](const StreamKey&) { return false; });
  EXPECT_TRUE(planner.keys().empty());
  EXPECT_EQ(planner.running(), 1U);
  succeed(kInventory, kNow, kNow);
  EXPECT_EQ(planner.running(), 0U);
  EXPECT_FALSE(planner.next(kNow + hours(10)));
}

}  // namespace
}  // namespace iz::schedule
