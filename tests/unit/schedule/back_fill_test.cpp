// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schedule/back_fill_window.hpp"
#include "schedule/planner.hpp"

// Back-fills: the days that are asked for, and when a run for them starts.
namespace iz::schedule {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using testing::HasSubstr;

constexpr sys_days day(int year, unsigned month, unsigned of_month) {
  return std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(of_month);
}
constexpr sys_days kToday = day(2026, 3, 10);

store::DayWindow window(std::string_view since, std::string_view until) {
  const auto found = back_fill_window(since, until, kToday);
  if (const auto* wrong = std::get_if<std::string>(&found)) ADD_FAILURE() << *wrong;
  return std::holds_alternative<std::string>(found) ? store::DayWindow{} : std::get<store::DayWindow>(found);
}

std::string wrong(std::string_view since, std::string_view until) {
  const auto found = back_fill_window(since, until, kToday);
  return std::holds_alternative<std::string>(found) ? std::get<std::string>(found) : "accepted";
}

TEST(BackFillWindow, until_is_the_first_day_that_is_left_out) {
  EXPECT_EQ(window("2026-01-01", "2026-02-01"), (store::DayWindow{day(2026, 1, 1), day(2026, 2, 1)}));
  EXPECT_EQ(window("2026-01-01", "2026-01-02").until_us() - window("2026-01-01", "2026-01-02").since_us(),
            std::chrono::microseconds(std::chrono::days(1)).count());
  EXPECT_EQ(window("2024-02-29", "2024-03-01").since, day(2024, 2, 29));
}

TEST(BackFillWindow, without_until_today_is_the_last_day) {
  EXPECT_EQ(window("2026-03-10", "").until, day(2026, 3, 11));
  EXPECT_EQ(window("2026-03-10", "2026-03-11"), window("2026-03-10", ""));
}

TEST(BackFillWindow, what_is_no_day_is_quoted_with_the_form_that_is) {
  for (const char* text : {"2026-02-30", "2026-1-1", "yesterday", "2026-01", "2026-01-01T00:00:00Z", "01.02.2026", "",
                           "2026-01-01 ", "20260101"}) {
    EXPECT_THAT(wrong(text, ""), HasSubstr("like 2026-03-01")) << text;
    if (*text != '\0') {
      EXPECT_THAT(wrong(text, ""), HasSubstr(std::string("since: \"") + text + '"'));
      EXPECT_THAT(wrong("2026-01-01", text), HasSubstr(std::string("until: \"") + text + '"'));
    }
  }
  EXPECT_THAT(wrong("1969-12-31", ""), HasSubstr("before 1970-01-02"));
  EXPECT_THAT(wrong("1970-01-01", ""), HasSubstr("before 1970-01-02")) << "0 means no window to a connector";
}

TEST(BackFillWindow, a_window_without_a_day_says_what_until_means) {
  EXPECT_THAT(wrong("2026-03-01", "2026-03-01"), HasSubstr("the day 2026-03-01 alone is until 2026-03-02"));
  EXPECT_THAT(wrong("2026-03-02", "2026-03-01"), HasSubstr("no day lies between"));
}

TEST(BackFillWindow, days_that_have_not_begun_are_refused_with_today) {
  EXPECT_THAT(wrong("2026-03-11", ""), HasSubstr("has not begun; today is 2026-03-10 in UTC"));
  EXPECT_THAT(wrong("2026-03-01", "2026-03-12"), HasSubstr("until may be 2026-03-11 at most"));
}

constexpr Instant kNow{std::chrono::milliseconds(1'790'000'000'000)};
const StreamKey kInventory{"a", "inventory"};
const StreamKey kCosts{"a", "costs"};

class BackFills : public ::testing::Test {
 protected:
  BackFills() {
    StreamRule rule;
    rule.connector = "simulator";
    planner.put(kInventory, rule, {.next_due = kNow + hours(1)}, kNow);
    rule.back_fills = true;
    rule.after = {"inventory"};
    planner.put(kCosts, rule, {.next_due = kNow + hours(1)}, kNow);
  }
  Planner planner{Limits{}};
};

TEST_F(BackFills, go_beside_the_schedule_and_leave_it_alone) {
  planner.back_fill_waiting(kCosts, kNow);
  EXPECT_EQ(planner.status(kCosts, kNow).state, State::waiting);
  const auto run = planner.next(kNow);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->key, kCosts);
  EXPECT_EQ(run->work, Work::back_fill);
  EXPECT_EQ(run->mode, Mode::incremental);
  EXPECT_FALSE(run->manual) << "a request for a plain run is something else";
  planner.back_fill_ended(kCosts, std::nullopt);
  EXPECT_EQ(planner.status(kCosts, kNow).next_due, kNow + hours(1));
  EXPECT_FALSE(planner.next(kNow + minutes(59)));
}

TEST_F(BackFills, go_one_at_a_time_and_the_next_when_it_is_due) {
  planner.back_fill_waiting(kCosts, kNow);
  ASSERT_TRUE(planner.next(kNow));
  planner.back_fill_waiting(kCosts, kNow + seconds(1));  // asked for meanwhile
  EXPECT_FALSE(planner.next(kNow + seconds(2)));
  planner.back_fill_ended(kCosts, kNow + minutes(5));  // the first failed and waits
  ASSERT_TRUE(planner.next(kNow + seconds(3)));
  planner.back_fill_ended(kCosts, kNow + minutes(5));
  EXPECT_FALSE(planner.next(kNow + minutes(4)));
  EXPECT_EQ(planner.wake_at(kNow + minutes(4)), kNow + minutes(5));
  EXPECT_TRUE(planner.next(kNow + minutes(5)));
}

TEST_F(BackFills, neither_starve_regular_runs_nor_are_starved_by_them) {
  const Instant late = kNow + hours(1);
  planner.finished(kInventory, {}, late);
  planner.back_fill_waiting(kCosts, late);
  // The inventory goes first, as always; then the regular run, due for as long.
  auto run = planner.next(late);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->key, kInventory);
  EXPECT_FALSE(planner.next(late)) << "a back-fill waits for the inventory, too";
  planner.finished(kInventory, {RunEnd::Kind::succeeded, late + hours(1), {}, false}, late);
  run = planner.next(late);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->work, Work::sync);
  // It took longer than its interval and is due again at once; now the back-fill has waited longer.
  planner.finished(kCosts, {RunEnd::Kind::succeeded, late + minutes(30), {}, false}, late + minutes(30));
  run = planner.next(late + minutes(30));
  ASSERT_TRUE(run);
  EXPECT_EQ(run->work, Work::back_fill);
}

TEST_F(BackFills, a_request_for_a_plain_run_goes_first) {
  planner.back_fill_waiting(kCosts, kNow);
  ASSERT_EQ(planner.request(kCosts, Mode::full), Planner::RequestAnswer::accepted);
  const auto run = planner.next(kNow);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->work, Work::sync);
  EXPECT_EQ(run->mode, Mode::full);
}

TEST_F(BackFills, are_an_operators_request_that_back_off_does_not_hold_but_pause_and_quarantine_do) {
  ASSERT_EQ(planner.request(kCosts, Mode::incremental), Planner::RequestAnswer::accepted);
  ASSERT_TRUE(planner.next(kNow));
  planner.finished(kCosts, {RunEnd::Kind::blocked, {}, "the token expired", false}, kNow);
  planner.set_paused("a", true);
  planner.back_fill_waiting(kCosts, kNow + seconds(1));
  EXPECT_EQ(planner.wake_at(kNow), std::nullopt);
  EXPECT_FALSE(planner.next(kNow + seconds(1)));
  planner.set_paused("a", false);
  EXPECT_EQ(planner.wake_at(kNow), kNow + seconds(1));
  planner.set_quarantined("a", "five crashes");
  EXPECT_FALSE(planner.next(kNow + seconds(1)));
  planner.clear_quarantine("a");
  const auto run = planner.next(kNow + seconds(1));
  ASSERT_TRUE(run);
  EXPECT_EQ(run->work, Work::back_fill);
  planner.back_fill_ended(kCosts, std::nullopt);
  EXPECT_EQ(planner.status(kCosts, kNow + seconds(1)).state, State::blocked) << "what blocks the stream is as it was";
}

TEST_F(BackFills, one_that_could_not_start_is_tried_again) {
  planner.back_fill_waiting(kCosts, kNow);
  const auto run = planner.next(kNow);
  ASSERT_TRUE(run);
  planner.postponed(*run, kNow + seconds(30), "another daemon holds the lease");
  EXPECT_FALSE(planner.next(kNow + seconds(29)));
  EXPECT_EQ(planner.status(kCosts, kNow + seconds(29)).next_due, kNow + hours(1));
  EXPECT_TRUE(planner.next(kNow + seconds(30)));
}

TEST_F(BackFills, may_be_asked_for_where_the_stream_has_them_and_its_connection_runs) {
  using Answer = Planner::RequestAnswer;
  EXPECT_EQ(planner.may_back_fill(kCosts), Answer::accepted);
  EXPECT_EQ(planner.may_back_fill(kInventory), Answer::cannot);
  EXPECT_EQ(planner.may_back_fill({"a", "logs"}), Answer::unknown);
  planner.set_paused("a", true);
  EXPECT_EQ(planner.may_back_fill(kCosts), Answer::paused);
  planner.set_quarantined("a", "five crashes");
  EXPECT_EQ(planner.may_back_fill(kCosts), Answer::quarantined);
}

}  // namespace
}  // namespace iz::schedule
