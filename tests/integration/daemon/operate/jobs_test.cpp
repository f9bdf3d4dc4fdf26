// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/wait_until.hpp"
#include "integration/daemon/pages.hpp"

namespace iz::test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

std::int64_t jobs_failed(const Infrazend& daemon) {
  return status_of(daemon).at("counters").at("jobs_failed").as_int64();
}

bool every_job_has_run(const Infrazend& daemon) {
  return daemon.scalar(
             "SELECT count(*) = 5 AND bool_and(coalesce(last_success, last_failure) IS NOT NULL)"
             " FROM infrazen.jobs") == "t";
}

TEST(Jobs, one_that_fails_is_counted_where_operators_look_and_the_others_go_on) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"});
  daemon.start();
  ASSERT_TRUE(wait_until([&] { return every_job_has_run(daemon); }, seconds(30))) << daemon.log();
  EXPECT_EQ(jobs_failed(daemon), 0);
  EXPECT_THAT(daemon.get("/metrics").body, HasSubstr("\ninfrazen_jobs_failed_total 0\n"));
  ASSERT_TRUE(daemon.stop().ok());

  pg_query(daemon.conninfo(), "ALTER TABLE infrazen.rollup_dirty RENAME TO rollup_away");
  pg_query(daemon.conninfo(), "UPDATE infrazen.jobs SET next_due = now(), last_success = NULL");
  daemon.start();
  ASSERT_TRUE(wait_until([&] { return every_job_has_run(daemon); }, seconds(30))) << daemon.log();
  EXPECT_TRUE(wait_until([&] { return jobs_failed(daemon) >= 1; }));
  EXPECT_TRUE(wait_until(
      [&] { return daemon.get("/metrics").body.find("\ninfrazen_jobs_failed_total 0\n") == std::string::npos; }));
  EXPECT_EQ(daemon.scalar("SELECT string_agg(job, ',') FROM infrazen.jobs WHERE failures > 0"), "costs.rollup");
  EXPECT_THAT(daemon.log(), HasSubstr("rollup_dirty"));
  EXPECT_TRUE(wait_daemon_state(daemon, "ready"));
}

}  // namespace
}  // namespace iz::test
