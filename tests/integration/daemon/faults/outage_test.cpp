// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What operators see of a database that goes away and comes back, and how soon work goes on.
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
using testing::Not;

bool database_up(const Infrazend& daemon) {
  return status_of(daemon).at("database").at("up").as_bool();
}

TEST(Outage, is_told_in_one_line) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.connection("a", pages_connection(20, 5, 50));
  daemon.start();
  ASSERT_TRUE(wait_marks(daemon, "a", 2));
  cluster.stop(PgStop::immediate);
  ASSERT_TRUE(wait_until([&] { return !database_up(daemon); }));
  // Of the connection that broke first, of the refused ones after it.
  for (const char* words : {"lost", "cannot connect to PostgreSQL"}) {
    EXPECT_TRUE(wait_until([&] {
      const std::string reason = status_of(daemon).at("reasons").at(0).as_string().c_str();
      EXPECT_THAT(reason, Not(HasSubstr("\n")));
      EXPECT_THAT(reason, Not(HasSubstr("\t")));
      return reason.find(words) != std::string::npos || daemon.log().find(words) != std::string::npos;
    })) << words;
  }
  EXPECT_THAT(daemon.log(), Not(HasSubstr("x0a")));
  EXPECT_THAT(daemon.get("/v1/runs").body, Not(HasSubstr("\\n")));
}

TEST(Outage, that_ends_lets_runs_go_on_at_once) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"pages"}, quick_limits());
  daemon.connection("a", pages_connection(30, 5, 30));
  daemon.start();
  ASSERT_TRUE(wait_marks(daemon, "a", 3));
  cluster.stop(PgStop::immediate);
  ASSERT_TRUE(wait_until([&] { return !database_up(daemon); })) << daemon.log();
  EXPECT_TRUE(wait_stream_state(daemon, "a", "balance", "waiting")) << "the run's end follows the outage";
  EXPECT_EQ(stream_status(daemon, "a", "balance").at("reason").as_string(), "for the database");
  cluster.start();
  ASSERT_TRUE(wait_until([&] { return database_up(daemon); })) << daemon.log();
  // The same moment that shows the database up starts what it interrupted.
  EXPECT_NE(stream_status(daemon, "a", "balance").at("state").as_string(), "backing_off") << daemon.log();
  ASSERT_TRUE(daemon.wait_outcome("a", "balance", "succeeded")) << daemon.log();
  EXPECT_EQ(wrong_with_pages(daemon, "a", 30, 5), "");
  // It is no fault of the connection's.
  EXPECT_EQ(stream_status(daemon, "a", "balance").at("runs_failed").as_int64(), 0);
  EXPECT_THAT(daemon.log(), HasSubstr("next try when the database is back"));
}

}  // namespace
}  // namespace iz::test
