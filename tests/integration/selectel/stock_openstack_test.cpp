// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// A stock OpenStack, without any of Selectel's services, by a settings file alone.
#include <chrono>
#include <thread>

#include <gmock/gmock.h>

#include "integration/selectel/openstack_estate.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class StockOpenStack : public OpenStackEstate {
 protected:
  void fill() {
    for (int i = 1; i <= 5; ++i) {
      cloud.put("servers", "RegionOne", "p1", server_json("s" + std::to_string(i), "web-" + std::to_string(i)));
      cloud.put("volumes", "RegionOne", "p1",
                volume_json("v" + std::to_string(i), "disk-" + std::to_string(i), "s" + std::to_string(i)));
    }
    cloud.put("servers", "RegionOne", "p2", server_json("d1", "dev-1"));
    cloud.put("networks", "RegionOne", "p1", R"({"id":"n1","name":"net","status":"ACTIVE"})");
    cloud.put("networks", "RegionOne", "p2", R"({"id":"n0","name":"public","status":"ACTIVE","shared":true})");
    cloud.put("subnets", "RegionOne", "p1", R"({"id":"sub1","network_id":"n1","cidr":"10.0.0.0/24"})");
    cloud.put("ports", "RegionOne", "p1",
              R"({"id":"port1","network_id":"n1","device_id":"s1","device_owner":"compute:nova",)"
              R"("fixed_ips":[{"subnet_id":"sub1","ip_address":"10.0.0.5"}],"security_groups":["g1"]})");
    cloud.put("floatingips", "RegionOne", "p1",
              R"({"id":"f1","floating_ip_address":"203.0.113.7","port_id":"port1","status":"ACTIVE"})");
    cloud.put("floatingips", "RegionOne", "p1",
              R"({"id":"f2","floating_ip_address":"203.0.113.8","port_id":null,"status":"DOWN"})");
    cloud.put("security_groups", "RegionOne", "p1", R"({"id":"g1","name":"default"})");
    cloud.put("images", "RegionOne", "p1", R"({"id":"i1","name":"golden","status":"active","size":4096})");
  }
};

TEST_F(StockOpenStack, is_listed_whole_over_many_pages_with_what_hangs_together) {
  fill();
  connect();
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("os", "inventory", "succeeded")) << last_run() << daemon.log();
  EXPECT_EQ(active("compute.server"), "d1,s1,s2,s3,s4,s5");
  EXPECT_EQ(active("block.volume"), "v1,v2,v3,v4,v5");
  EXPECT_EQ(active("network.network"), "n0,n1") << "a shared network belongs to one project";
  EXPECT_EQ(active("image.image"), "i1");
  EXPECT_EQ(relations(), "f1>port1,f1>s1,port1>s1,v1>s1,v2>s2,v3>s3,v4>s4,v5>s5");
  EXPECT_EQ(relations("protects"), "g1>port1");
  EXPECT_EQ(
      daemon.scalar("SELECT x.flavor || ' ' || x.cpu_cores || ' ' || x.memory_gb || ' ' || x.datacenter || ' ' || "
                    "x.ip_addresses || ' ' || x.security_groups FROM infrazen.selectel_resources x JOIN "
                    "infrazen.resource_items r ON r.id = x.resource_id WHERE r.external_id = 's1'"),
      R"(m1.small 2 2 nova ["10.0.0.5"] ["default"])");
  EXPECT_EQ(
      daemon.scalar("SELECT string_agg(account_type || ' ' || account_id || ' ' || name, ', ' ORDER BY account_id)"
                    " FROM infrazen.accounts"),
      "billing_account Default Harbour Cloud Default, project p1 production, project p2 dev");
  EXPECT_THAT(daemon.log(), Not(HasSubstr("correct horse")));
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.findings"), "0");
}

TEST_F(StockOpenStack, what_changed_comes_by_changes_and_deleted_servers_are_retired) {
  fill();
  connect();
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("os", "inventory", "succeeded")) << last_run();
  const auto before = provider.requests("/RegionOne/compute/v2.1/servers/detail").size();

  cloud.remove("servers", "s2");
  cloud.put("servers", "RegionOne", "p1", server_json("s9", "web-9"));
  cloud.change("servers", "s3", "status", "SHUTOFF");
  cloud.change("volumes", "v2", "attachments", boost::json::array{});
  cloud.remove("volumes", "v5");
  daemon.sync("os", "inventory");
  ASSERT_TRUE(daemon.wait_outcome("os", "inventory", "succeeded")) << last_run();
  EXPECT_EQ(active("compute.server"), "d1,s1,s3,s4,s5,s9");
  EXPECT_EQ(daemon.scalar("SELECT raw_status FROM infrazen.resources WHERE resource_id = 's3'"), "SHUTOFF");
  EXPECT_EQ(daemon.scalar("SELECT retired_reason FROM infrazen.resources WHERE resource_id = 's2'"), "reported");
  // A volume that changed has all of them listed again: which hang on what, and which are gone.
  EXPECT_EQ(active("block.volume"), "v1,v2,v3,v4");
  EXPECT_THAT(relations(), HasSubstr("v1>s1,v3>s3,v4>s4"));
  const auto requests = provider.requests("/RegionOne/compute/v2.1/servers/detail");
  for (std::size_t i = before; i < requests.size(); ++i) EXPECT_THAT(requests[i].query, HasSubstr("changes-since="));

  // A server that Nova forgot without saying so: the listing of the whole, once a day, finds it out.
  cloud.change("servers", "s9", "updated", "2020-01-01T00:00:00Z");
  daemon.sync("os", "inventory", "full");
  ASSERT_TRUE(daemon.wait_outcome("os", "inventory", "succeeded")) << last_run();
  EXPECT_EQ(active("compute.server"), "d1,s1,s3,s4,s5,s9");
}

TEST_F(StockOpenStack, a_part_that_cannot_be_read_retires_nothing_and_is_named) {
  fill();
  connect();
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("os", "inventory", "succeeded")) << last_run();
  cloud.refuse("/compute/", 403);
  cloud.remove("networks", "n1");
  daemon.sync("os", "inventory");
  ASSERT_TRUE(daemon.wait_outcome("os", "inventory", "failed"));
  EXPECT_EQ(active("compute.server"), "d1,s1,s2,s3,s4,s5");
  EXPECT_EQ(active("network.network"), "n0") << "the others go on";
  EXPECT_THAT(last_run(), HasSubstr("2 of 22 parts of the inventory failed, the first is p"));
  EXPECT_THAT(last_run(), HasSubstr("/RegionOne/servers"));
  EXPECT_THAT(last_run(), HasSubstr("403"));

  // A service that is not there is no failure, and no deletion.
  cloud.refuse("/compute/", 404);
  daemon.sync("os", "inventory");
  ASSERT_TRUE(daemon.wait_outcome("os", "inventory", "succeeded")) << last_run();
  EXPECT_EQ(active("compute.server"), "d1,s1,s2,s3,s4,s5");

  cloud.refuse("/compute/", 0);
  cloud.remove("servers", "s1");
  daemon.sync("os", "inventory");
  ASSERT_TRUE(daemon.wait_outcome("os", "inventory", "succeeded")) << last_run();
  EXPECT_EQ(active("compute.server"), "d1,s2,s3,s4,s5");
}

TEST_F(StockOpenStack, a_wrong_password_is_for_the_operator) {
  connect();
  daemon.secret("os-password", "wrong-battery");
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("os", "inventory", "failed"));
  EXPECT_THAT(last_run(), HasSubstr("user reader of domain Default got no token"));
  EXPECT_THAT(daemon.get("/v1/connections/os").body, HasSubstr(R"("last_error_class":"auth")"));
  EXPECT_THAT(daemon.log(), Not(HasSubstr("wrong-battery")));
}

}  // namespace
}  // namespace iz::test
