// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// The daemon's own work: when it is due, who does it, how it went.
#include <atomic>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "estate.hpp"
#include "harness/wait_until.hpp"
#include "jobs/daemon_jobs.hpp"
#include "jobs/job_loop.hpp"
#include "store/streams/job_book.hpp"

namespace iz::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST(Jobs, a_job_runs_when_it_is_due_and_says_how_it_went) {
  Estate estate;
  journal::Log log;
  int ran = 0;
  jobs::JobLoop loop(estate.database(), log,
                     {{"count", hours(1), [&](std::stop_token) { return "ran " + std::to_string(++ran); }}});
  EXPECT_EQ(loop.run_due({}), 1U);
  EXPECT_EQ(loop.run_due({}), 0U);  // not due for an hour
  EXPECT_EQ(ran, 1);
  EXPECT_TRUE(loop.run_now("count"));
  EXPECT_EQ(ran, 2);
  const auto states = store::load_jobs(estate.database());
  ASSERT_EQ(states.size(), 1U);
  EXPECT_EQ(states[0].last_report, "ran 2");
  EXPECT_TRUE(states[0].last_success && !states[0].last_failure);
}

TEST(Jobs, one_that_cannot_be_claimed_has_failed_too) {
  Estate estate;
  journal::Log log;
  jobs::JobLoop loop(estate.database(), log, {{"count", hours(1), [](std::stop_token) { return std::string("ran"); }}});
  (void)estate.as_superuser("ALTER TABLE infrazen.jobs RENAME TO jobs_elsewhere");
  EXPECT_EQ(loop.run_due({}), 0U);
  EXPECT_EQ(loop.failed(), 1U);
  (void)estate.as_superuser("ALTER TABLE infrazen.jobs_elsewhere RENAME TO jobs");
  EXPECT_EQ(loop.run_due({}), 1U);
  EXPECT_EQ(loop.failed(), 1U);
}

TEST(Jobs, a_failure_is_remembered_and_does_not_stop_the_others) {
  Estate estate;
  journal::Log log;
  bool second = false;
  jobs::JobLoop loop(
      estate.database(), log,
      {{"fails", seconds(60), [](std::stop_token) -> std::string { throw std::runtime_error("no luck"); }},
       {"works", seconds(60), [&](std::stop_token) {
          second = true;
          return std::string();
        }}});
  EXPECT_EQ(loop.run_due({}), 2U);
  EXPECT_TRUE(second);
  EXPECT_THROW((void)loop.run_now("fails"), std::runtime_error);
  const auto states = store::load_jobs(estate.database());
  EXPECT_EQ(states[0].last_error, "no luck");
  EXPECT_EQ(states[0].failures, 2);
  EXPECT_FALSE(states[0].last_success);
  EXPECT_GT(states[0].next_due, *states[0].last_failure + seconds(100));  // 60 s, doubled
}

TEST(Jobs, two_daemons_share_one_schedule) {
  Estate estate;
  journal::Log log;
  store::Database other_database(estate.daemon_conninfo());
  jobs::JobLoop* other = nullptr;
  int ran = 0;
  std::size_t ran_by_other = 99;
  const auto work = [&](std::stop_token) {
    if (++ran == 1) ran_by_other = other->run_due({});
    return std::string();
  };
  jobs::JobLoop first(estate.database(), log, {{"once", hours(1), work}});
  jobs::JobLoop second(other_database, log, {{"once", hours(1), work}});
  other = &second;
  EXPECT_EQ(first.run_due({}), 1U);
  EXPECT_EQ(ran_by_other, 0U);
  EXPECT_EQ(second.run_due({}), 0U);
  EXPECT_EQ(ran, 1);
}

TEST(Jobs, the_loop_ends_soon_after_it_is_asked_to_and_can_be_woken) {
  Estate estate;
  journal::Log log;
  std::atomic<int> ran = 0;
  jobs::JobLoop loop(estate.database(), log, {{"often", seconds(0), [&](std::stop_token) {
                                                 ++ran;
                                                 return std::string();
                                               }}});
  std::jthread thread([&](std::stop_token stop) { loop.run(std::move(stop)); });
  ASSERT_TRUE(wait_until([&] { return ran >= 1; }));
  const int before = ran;
  loop.wake();
  ASSERT_TRUE(wait_until([&] { return ran > before; }));
  const auto asked = std::chrono::steady_clock::now();
  thread.request_stop();
  thread.join();
  EXPECT_LT(std::chrono::steady_clock::now() - asked, seconds(20));
}

TEST(Jobs, the_daemon_s_jobs_do_their_work_on_an_estate) {
  Estate estate;
  journal::Log log;
  const std::int64_t memory = 4'000'000'000;
  for (int day = 0; day < 2; ++day) {
    estate.push_regular({.external_id = "vm"}, kMonday + day * kDay, 60 * kMinute, {10, 20, 30, 40});
    estate.push_regular({.external_id = "vm", .metric_name = "memory_utilization"}, kMonday + day * kDay, 60 * kMinute,
                        {25, 75});
    estate.push_regular({.external_id = "vm", .metric_name = "network_in_bytes", .unit = "bytes/second"},
                        kMonday + day * kDay, 60 * kMinute, {1000, 3000});
  }
  estate.mark();
  estate.as_superuser("UPDATE infrazen.resource_items SET memory_bytes = " + std::to_string(memory));
  jobs::JobSettings settings;
  settings.retention.metrics = std::chrono::days(400);
  settings.now = [] { return kMondayDate + std::chrono::days(1) + hours(4); };  // Tuesday, 04:00
  {
    jobs::JobLoop loop(estate.database(), log, jobs::daemon_jobs(estate.database(), settings));
    loop.run_due({});
  }
  for (const auto& job : store::load_jobs(estate.database())) EXPECT_EQ(job.last_error, "") << job.job;
  estate.expect_truth("after the jobs");
  EXPECT_EQ(estate.scalar("SELECT string_agg(DISTINCT day::text, ' ') FROM infrazen.metric_sealed"), "2025-09-15");
  EXPECT_EQ(
      estate.scalar(
          "SELECT concat_ws(' ', period_start AT TIME ZONE 'UTC', avg_cpu_utilization, max_cpu_utilization, "
          "avg_memory_usage_gb, "
          "max_memory_usage_gb, ingress_traffic_gb, data_transfer_gb, coalesce(egress_traffic_gb::text, 'unknown')) "
          "FROM infrazen.resource_usage_summary"),
      "2025-09-15 00:00:00 25.00 40.00 2.000 3.000 0.172800 0.172800 unknown");
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.partitions_of('infrazen.metric_segments') "
                          "WHERE range_start >= date_trunc('day', now())"),
            "2");

  settings.now = [] { return kMondayDate + std::chrono::days(500); };
  jobs::JobLoop much_later(estate.database(), log, jobs::daemon_jobs(estate.database(), settings));
  ASSERT_TRUE(much_later.run_now("metrics.seal"));
  ASSERT_TRUE(much_later.run_now("retention"));
  EXPECT_EQ(estate.scalar("SELECT count(*) FROM infrazen.resource_metrics"), "0");
}

}  // namespace
}  // namespace iz::test
