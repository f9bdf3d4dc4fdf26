// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/rates/shared_budget.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace iz::host {
namespace {

using namespace std::chrono_literals;
using Clock = RateBudget::Clock;

class SharedBudget : public ::testing::Test {
 protected:
  void grant(std::vector<Clock::time_point> slots, bool limited = true, Clock::time_point not_before = {},
             bool answers = true) {
    wire::RateGrant message{"a", answers, limited, nanoseconds(not_before), {}};
    for (const auto slot : slots) message.slots.push_back(nanoseconds(slot));
    budget_.granted(message);
  }
  static std::int64_t nanoseconds(Clock::time_point at) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
  }

  std::vector<std::uint32_t> asked_;
  std::vector<std::int64_t> reported_;
  int changes_ = 0;
  SharedRateBudget budget_{{[this](const wire::RateAsk& ask) { asked_.push_back(ask.wanted); },
                            [this](const wire::RateThrottled& report) { reported_.push_back(report.retry_after_ms); },
                            {}}};
  Clock::time_point now_ = Clock::now();
};

TEST_F(SharedBudget, asks_once_and_waits_for_the_answer) {
  budget_.on_change([this] { ++changes_; });
  EXPECT_EQ(budget_.ready_at("a", now_, 3), RateBudget::kUnknown);
  EXPECT_EQ(budget_.ready_at("a", now_, 4), RateBudget::kUnknown);
  EXPECT_EQ(asked_, std::vector<std::uint32_t>{3});
  grant({now_, now_ + 150ms});
  EXPECT_EQ(changes_, 1);
  EXPECT_EQ(budget_.ready_at("a", now_, 2), now_);
  budget_.take("a", now_);
  EXPECT_EQ(budget_.ready_at("a", now_, 1), now_ + 150ms);
}

TEST_F(SharedBudget, asks_for_more_before_it_has_run_out) {
  (void)budget_.ready_at("a", now_, 9);
  grant({now_, now_ + 50ms, now_ + 400ms});
  (void)budget_.ready_at("a", now_, 9);
  EXPECT_EQ(asked_.size(), 1U) << "what it has lasts for a while";
  (void)budget_.ready_at("a", now_ + 301ms, 9);
  EXPECT_EQ(asked_.size(), 2U);
}

TEST_F(SharedBudget, a_slot_that_was_missed_is_gone) {
  (void)budget_.ready_at("a", now_, 2);
  grant({now_, now_ + 200ms});
  EXPECT_EQ(budget_.ready_at("a", now_ + 20ms, 1), now_) << "a little late is in time";
  EXPECT_EQ(budget_.ready_at("a", now_ + 150ms, 1), now_ + 200ms);
}

TEST_F(SharedBudget, a_429_is_reported_and_makes_void_what_was_granted_before_the_pause_ends) {
  (void)budget_.ready_at("a", now_, 2);
  grant({now_, now_ + 10ms});
  budget_.throttled("a", now_, 500ms);
  EXPECT_EQ(reported_, std::vector<std::int64_t>{500});
  EXPECT_EQ(budget_.ready_at("a", now_ + 1ms, 1), now_ + 500ms);
  grant({now_ + 20ms, now_ + 510ms});  // was under way
  EXPECT_EQ(budget_.ready_at("a", now_ + 500ms, 1), now_ + 510ms);
  budget_.throttled("a", now_ + 600ms, std::nullopt);
  EXPECT_EQ(reported_.back(), -1);
}

TEST_F(SharedBudget, another_run_s_429_pauses_this_one_and_ends_its_freedom) {
  (void)budget_.ready_at("a", now_, 1);
  grant({}, false);
  EXPECT_EQ(budget_.ready_at("a", now_, 1), now_) << "no limit is known";
  grant({}, true, now_ + 2s, false);
  EXPECT_EQ(budget_.ready_at("a", now_ + 1s, 1), now_ + 2s);
  EXPECT_EQ(budget_.ready_at("a", now_ + 2s, 1), RateBudget::kUnknown) << "slots are needed from then on";
  EXPECT_EQ(asked_.size(), 2U);
}

}  // namespace
}  // namespace iz::host
