// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/yandex/yandex_daemon.hpp"

namespace iz::test {
namespace {

using YandexInventory = YandexDaemon;

TEST_F(YandexInventory, everything_the_cloud_has_is_known_and_a_second_look_changes_nothing) {
  connect("page_size: 10");
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "inventory", "succeeded")) << error_of_last_run() << daemon.log();
  std::size_t listed = 10;  // hosts of databases
  for (const auto& collection : yandex_collections()) listed += cloud.count(collection);
  EXPECT_EQ(active(), std::to_string(listed));
  EXPECT_EQ(daemon.scalar("SELECT count(DISTINCT raw_type) FROM infrazen.resource_items WHERE NOT is_placeholder"),
            std::to_string(yandex_collections().size() - 3 + 8))
      << "every collection that has something, and hosts of eight engines";
  EXPECT_EQ(daemon.query("SELECT y.instance_type, y.cpu_cores, y.memory_gb, y.disk_size_gb, y.disk_type, y.platform, "
                         "y.operating_system, y.ip_addresses, y.folder_id, y.cloud_id, y.organization_id FROM "
                         "infrazen.yandex_resources y JOIN infrazen.resource_items i ON i.id = y.resource_id "
                         "WHERE external_id = 'fhmvmshop00000000001'"),
            (PgRows{{"standard-v3", "4", "8", "30", "network-ssd", "Intel Ice Lake", "LINUX debian-12",
                     R"(["10.1.0.10", "203.0.113.10"])", kYandexFolder, kYandexCloudId, "bpforg00000000000001"}}));
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.accounts WHERE account_type IN ('cloud', 'folder')"), "5");
  EXPECT_EQ(cloud.tokens_issued(), 1U);
  const std::string before = changes();
  daemon.sync("yc", "inventory");
  EXPECT_EQ(changes(), before);
  EXPECT_EQ(error_of_last_run(), "");
}

TEST_F(YandexInventory, what_is_made_changed_and_deleted_between_runs_is_seen) {
  connect();
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "inventory", "succeeded")) << error_of_last_run() << daemon.log();
  cloud.remove("/compute/v1/disks", "fhmdiskforgotten0001");
  cloud.change("/compute/v1/instances", "fhmvmshop00000000001", "status", "STOPPED");
  cloud.put("/compute/v1/snapshots",
            R"({"id":"fd8new","folderId":"b1gfolder00000000002","name":"new","storageSize":"5","status":"READY"})");
  daemon.sync("yc", "inventory");
  EXPECT_FALSE(is_active("fhmdiskforgotten0001"));
  EXPECT_TRUE(is_active("fd8new"));
  EXPECT_EQ(daemon.scalar("SELECT raw_status FROM infrazen.resource_items WHERE external_id = 'fhmvmshop00000000001'"),
            "STOPPED");
}

TEST_F(YandexInventory, a_refused_kind_of_one_folder_retires_nothing_there_and_says_which_role_is_missing) {
  connect();
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "inventory", "succeeded")) << error_of_last_run() << daemon.log();
  cloud.deny("/compute/v1/disks", kYandexFolder);
  cloud.remove("/compute/v1/disks", "fhmdiskforgotten0001");
  cloud.remove("/compute/v1/snapshots", "fd8snapshot000000001");
  daemon.sync("yc", "inventory");
  EXPECT_TRUE(is_active("fhmdiskforgotten0001"));
  EXPECT_FALSE(is_active("fd8snapshot000000001")) << "the rest goes on";
  const std::string error = error_of_last_run();
  EXPECT_NE(error.find("compute.viewer"), std::string::npos) << error;
  EXPECT_NE(error.find(kYandexFolder), std::string::npos) << error;
  cloud.allow_all();
  daemon.sync("yc", "inventory");
  EXPECT_FALSE(is_active("fhmdiskforgotten0001"));
  EXPECT_EQ(error_of_last_run(), "");
}

TEST_F(YandexInventory, a_service_that_is_not_to_be_had_is_passed_over_and_retires_nothing) {
  connect();
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "inventory", "succeeded")) << error_of_last_run() << daemon.log();
  cloud.without("/ydb/v1");
  daemon.sync("yc", "inventory");
  EXPECT_EQ(error_of_last_run(), "");
  EXPECT_TRUE(is_active("etnydb00000000000001"));
}

TEST_F(YandexInventory, a_token_that_ends_in_the_middle_is_replaced_once) {
  for (int i = 0; i < 40; ++i) {
    cloud.put("/compute/v1/snapshots",
              R"({"id":"fd8s)" + std::to_string(100 + i) +
                  R"(","folderId":"b1gfolder00000000001","name":"s","storageSize":"5","status":"READY"})");
  }
  bool ended = false;
  cloud.before_next_page([&](const std::string& collection) {
    if (collection == "/compute/v1/snapshots" && !ended) {
      ended = true;
      cloud.end_tokens();
    }
  });
  connect("page_size: 10");
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "inventory", "succeeded")) << error_of_last_run() << daemon.log();
  EXPECT_TRUE(ended);
  EXPECT_EQ(cloud.tokens_issued(), 2U);
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.resource_items WHERE raw_type = 'compute.snapshot'"), "41");
}

TEST_F(YandexInventory, a_wrong_clock_is_noticed_and_made_up_for) {
  cloud.clock_ahead(std::chrono::hours(-3));
  connect();
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "inventory", "succeeded")) << error_of_last_run() << daemon.log();
  EXPECT_NE(daemon.log().find("s ahead of the provider's"), std::string::npos) << daemon.log();
}

TEST_F(YandexInventory, a_folder_that_was_deleted_takes_its_resources_along_and_one_that_is_hidden_does_not) {
  cloud.put("/compute/v1/disks",
            R"({"id":"fhmdiskdev","folderId":"b1gfolder00000000002","name":"d","size":"1","status":"READY"})");
  cloud.put("/compute/v1/disks",
            R"({"id":"fhmdisklab","folderId":"b1gfolder00000000003","name":"d","size":"1","status":"READY"})");
  connect();
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "inventory", "succeeded")) << error_of_last_run() << daemon.log();
  cloud.remove("/resource-manager/v1/folders", "b1gfolder00000000002");
  cloud.change("/resource-manager/v1/folders", "b1gfolder00000000003", "cloudId", "b1gcloudofsomebodyelse");
  daemon.sync("yc", "inventory");
  EXPECT_FALSE(is_active("fhmdiskdev"));
  EXPECT_TRUE(is_active("fhmdisklab"));
}

TEST_F(YandexInventory, no_secret_and_no_token_is_in_the_journal_or_the_database) {
  connect();
  cloud.deny("/compute/v1/images");
  daemon.start();
  ASSERT_TRUE(daemon.wait_outcome("yc", "inventory", "failed")) << daemon.log();
  const std::string log = daemon.log();
  EXPECT_EQ(log.find("t1.fake"), std::string::npos);
  EXPECT_EQ(log.find(YandexCloud::private_key_pem().substr(60, 40)), std::string::npos);
  EXPECT_EQ(error_of_last_run().find("t1.fake"), std::string::npos);
}

}  // namespace
}  // namespace iz::test
