// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// How long the inbox remembers.
#include "jobs/retention.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/webhooks/hooked_daemon.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;

TEST(WebhookRetention, forgets_what_is_settled_long_since_and_never_what_waits) {
  HookedDaemon hooked(shared_cluster());
  hooked.connection("bell", "secret: hook, content_types: [application/json], attempts: 1");
  hooked.start("bell");
  for (const char* id : {"done-old", "done-new", "dead-old", "dead-new"}) {
    const bool fails = std::string_view(id).starts_with("dead");
    EXPECT_EQ(hooked.post("bell", std::string(fails ? "fail permanent " : "log ") + id, id).status, 202);
  }
  ASSERT_TRUE(hooked.wait_states("done-old done, done-new done, dead-old dead, dead-new dead"))
      << hooked.states() << hooked.daemon.log();
  EXPECT_EQ(hooked.daemon.post("/v1/connections/bell/pause").status, 200);
  EXPECT_EQ(hooked.post("bell", "log waits", "waits").status, 202);
  EXPECT_EQ(
      hooked.daemon.scalar("WITH older AS (UPDATE infrazen.webhook_events SET received_at = now() - interval '400 "
                           "days', settled_at = settled_at - CASE WHEN event_id LIKE '%-old' THEN interval '31 "
                           "days' ELSE interval '29 days' END RETURNING 1) SELECT count(*) FROM older"),
      "5");

  store::Database database(hooked.daemon.conninfo() + " user=infrazen");
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  config::Retention forever;
  forever.webhooks.reset();
  (void)jobs::apply_retention(database, forever, today, {});
  EXPECT_EQ(hooked.states("event_id LIKE '%-old'"), "done-old done, dead-old dead") << "kept for ever";
  EXPECT_EQ(jobs::apply_retention(database, config::Retention(), today, {}), "0 partitions and 2 rows had expired");
  EXPECT_EQ(hooked.states(), "done-new done, dead-new dead, waits pending");
  EXPECT_EQ(jobs::apply_retention(database, config::Retention(), today, {}), "") << "there is nothing left to do";

  EXPECT_EQ(hooked.daemon.post("/v1/connections/bell/resume").status, 200);
  EXPECT_TRUE(hooked.wait_states("done-new done, dead-new dead, waits done")) << hooked.states();
  EXPECT_EQ(hooked.post("bell", "log done-new", "done-new").status, 200) << "so long a repetition is known";
  EXPECT_EQ(hooked.post("bell", "log done-old", "done-old").status, 202);
}

}  // namespace
}  // namespace iz::test
