// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What a daemon keeps between the runs of a stream instead of reading it again.
#include <gtest/gtest.h>

#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"

namespace iz::test {
namespace {

TEST(Kept, an_unchanged_inventory_is_not_read_again_until_it_is_listed_in_full) {
  PgCluster cluster;
  Infrazend daemon(cluster, {"simulator"});
  daemon.connection("a",
                    "connector: simulator\nsettings: {resources: 50, growth: 0, churn: 0, now: \"2026-09-01\", since: "
                    "\"2026-09-01\"}\nstreams: {inventory: {interval: 300d}, metrics: false, costs: false, logs: false, "
                    "components: false, prices: false, rates: false, balance: false, documents: false}\n");
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("a", "inventory", "succeeded")) << daemon.log();
  const auto tamper_and_sync = [&](const std::string& mode) {
    (void)daemon.query("UPDATE infrazen.resource_sightings SET row_hash = '00000000-0000-0000-0000-000000000000'");
    daemon.sync("a", "inventory", mode);
    return daemon.scalar(
        "SELECT count(*) FROM infrazen.resource_sightings WHERE row_hash <> '00000000-0000-0000-0000-000000000000'");
  };
  EXPECT_EQ(tamper_and_sync("incremental"), "0") << "what the database says was read";
  EXPECT_EQ(tamper_and_sync("full"), "50");
}

}  // namespace
}  // namespace iz::test
