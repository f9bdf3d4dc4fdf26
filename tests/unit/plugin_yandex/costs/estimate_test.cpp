// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "harness/temp_dir.hpp"
#include "small_export.hpp"
#include "unit/plugin_yandex/yandex_run.hpp"

namespace iz::yandex {
namespace {

using infrazen::Kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kNow = "2026-09-02T03:00:00Z";  // 06:00 of the 2nd in UTC+3
constexpr const char* kInstances = R"({"instances":[
  {"id":"vm-1","folderId":"f-1","name":"web","createdAt":"2026-08-01T00:00:00Z","labels":{"team":"shop"},"platformId":"standard-v3","status":"RUNNING",
   "resources":{"cores":"2","coreFraction":"100","memory":"4294967296"},"schedulingPolicy":{}},
  {"id":"vm-2","folderId":"f-1","createdAt":"2026-09-01T22:30:00Z","platformId":"standard-v3","status":"RUNNING",
   "resources":{"cores":"2","coreFraction":"100","memory":"4294967296"}},
  {"id":"vm-3","folderId":"f-1","platformId":"standard-v3","status":"STOPPED","resources":{"cores":"8","coreFraction":"100","memory":"4294967296"}}]})";

std::string sku(const std::string& id, const std::string& unit, const std::string& price) {
  return R"({"id":")" + id + R"(","name":")" + id + R"( name","serviceId":"s","pricingUnit":")" + unit +
         R"(","pricingVersions":[{"type":"STREET_PRICE","effectiveTime":"2025-01-01T00:00:00Z","pricingExpressions":[{"rates":[{"unitPrice":")" +
         price + R"(","currency":"RUB"}]}]}]})";
}

struct Estimates : testing::Test {
  void SetUp() override {
    cloud.host.json_setting("folders", R"(["f-1"])").json_setting("estimates", "true");
    cloud.host.clock(*infrazen::parse_instant(kNow));
    const std::string in = "?folderId=f-1&pageSize=1000";
    cloud
        .get("resource-manager", "/resource-manager/v1/folders/f-1",
             R"({"id":"f-1","cloudId":"c-1","name":"prod","status":"ACTIVE"})")
        .get("resource-manager", "/resource-manager/v1/clouds/c-1", R"({"id":"c-1","name":"main"})")
        .get("compute", "/compute/v1/instances" + in, kInstances)
        .get("compute", "/compute/v1/disks" + in,
             R"({"disks":[{"id":"d-1","folderId":"f-1","typeId":"network-ssd","size":"10737418240"}]})")
        .get("compute", "/compute/v1/snapshots" + in, "{}")
        .get(
            "vpc", "/vpc/v1/addresses" + in,
            R"({"addresses":[{"id":"ip-1","folderId":"f-1","externalIpv4Address":{"address":"203.0.113.5"},"reserved":true},
             {"id":"ip-2","internalIpv4Address":{"address":"10.0.0.5"}}]})")
        .get("billing", "/billing/v1/billingAccounts?pageSize=1000",
             R"({"billingAccounts":[{"id":"acc-1","name":"a","currency":"RUB","active":true,"balance":"1"}]})")
        .get(
            "billing", "/billing/v1/billingAccounts/acc-1/billableObjectBindings?pageSize=1000",
            R"({"billableObjectBindings":[{"effectiveTime":"2025-01-01T00:00:00Z","billableObject":{"id":"c-1","type":"cloud"}}]})")
        .get("billing", "/billing/v1/skus?currency=RUB&billingAccountId=acc-1&pageSize=1000",
             R"({"skus":[)" + sku("sku-cpu", "core*hour", "1.5") + "," + sku("sku-ram", "gbyte*hour", "0.25") + "," +
                 sku("sku-ip", "fip*hour", "0.5") + "]}");
  }
  Recording run() {
    Recording recording = cloud.run({.stream = "costs", .cursor = cursor});
    if (!recording.cursors.empty()) cursor = recording.cursors.back();
    cloud.host.checkpoint(recording.checkpoint);
    return recording;
  }
  void bill(const std::string& date) {
    std::ofstream(folder.path() / (date + ".csv")) << test::small_export(
        {{.date = date, .cost = "72", .sku_name = "Ice Lake", .quantity = "48", .unit = "core*hour", .sku = "sku-cpu"},
         {.date = date, .cost = "24", .sku_name = "Ice Lake RAM", .quantity = "96", .sku = "sku-ram"}});
    cloud.host.grant("billing_path", folder.path());
  }
  YandexRun cloud;
  iz::test::TempDir folder;
  std::string cursor;
};

std::vector<infrazen::testkit::Row> of(const Recording& run, const std::string& scope) {
  std::vector<infrazen::testkit::Row> rows;
  for (const auto& row : run.rows) {
    if (row.scope == scope) rows.push_back(row);
  }
  return rows;
}

TEST_F(Estimates, what_a_bill_showed_is_estimated_for_the_days_after_it_and_nothing_else_is_guessed) {
  bill("2026-08-31");
  const Recording run = this->run();
  ASSERT_TRUE(run.ok()) << run.message;
  const auto today = of(run, "estimate/acc-1/2026-09-02");
  ASSERT_EQ(today.size(), 4U);  // two machines, cores and memory; the third is stopped
  EXPECT_EQ(today[0]["SkuId"], "sku-cpu");
  EXPECT_EQ(today[0]["ResourceId"], "vm-1");
  EXPECT_EQ(today[0]["PricingQuantity"], "12");  // 2 cores, 6 hours
  EXPECT_EQ(today[0]["BilledCost"], "18");
  EXPECT_EQ(today[0]["ChargeStatus"], "estimated");
  EXPECT_EQ(today[0]["Tags"], R"({"team":"shop"})");
  EXPECT_EQ(today[1]["PricingQuantity"], "24");  // 4 GiB, 6 hours
  EXPECT_EQ(today[1]["BilledCost"], "6");
  EXPECT_EQ(today[2]["ResourceId"], "vm-2");
  EXPECT_EQ(today[2]["PricingQuantity"], "9");  // made at 01:30
  const auto yesterday = of(run, "estimate/acc-1/2026-09-01");
  ASSERT_EQ(yesterday.size(), 2U);
  EXPECT_EQ(yesterday[0]["PricingQuantity"], "48");
  std::vector<std::string> unmapped;
  for (const auto& finding : run.findings) {
    EXPECT_EQ(finding.rule, "sku_unmapped");
    unmapped.push_back(finding.value);
  }
  EXPECT_THAT(unmapped, ElementsAre("compute.disk/network-ssd gbyte*hour", "vpc.address/idle fip*hour"));
}

TEST_F(Estimates, give_way_to_the_bill) {
  bill("2026-08-31");
  ASSERT_TRUE(run().ok());
  bill("2026-09-01");
  const Recording later = run();
  ASSERT_TRUE(later.ok()) << later.message;
  EXPECT_TRUE(later.completed(Kind::charge, "acc-1/2026-09-01"));
  EXPECT_TRUE(later.completed(Kind::charge, "estimate/acc-1/2026-09-01"));
  EXPECT_TRUE(of(later, "estimate/acc-1/2026-09-01").empty());
  EXPECT_EQ(of(later, "estimate/acc-1/2026-09-02").size(), 4U);
}

TEST_F(Estimates, what_was_learnt_is_remembered_and_the_settings_name_the_rest) {
  bill("2026-08-31");
  ASSERT_TRUE(run().ok());
  cloud.host.json_setting("sku_map", R"({"vpc.address/idle fip*hour":"sku-ip"})");
  const Recording later = run();  // no bill is read in this run
  ASSERT_TRUE(later.ok()) << later.message;
  const auto today = of(later, "estimate/acc-1/2026-09-02");
  ASSERT_EQ(today.size(), 5U);
  EXPECT_EQ(today[4]["ResourceId"], "ip-1");
  EXPECT_EQ(today[4]["BilledCost"], "3");
}

TEST_F(Estimates, without_an_export_the_settings_alone_choose) {
  cloud.host.json_setting("sku_map", R"({"compute.instance/standard-v3/100 core*hour":"sku-cpu"})");
  const Recording run = this->run();
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(of(run, "estimate/acc-1/2026-09-02").size(), 2U);
}

TEST_F(Estimates, half_a_listing_is_no_estimate_and_the_bill_is_taken_all_the_same) {
  cloud.host.json_setting("folders", R"(["f-1","f-2"])");  // of the second nothing can be read
  bill("2026-08-31");
  const Recording run = this->run();
  EXPECT_FALSE(run.ok());
  EXPECT_THAT(run.message, HasSubstr("f-2"));
  EXPECT_EQ(of(run, "acc-1/2026-08-31").size(), 2U);
  EXPECT_TRUE(of(run, "estimate/acc-1/2026-09-02").empty());
}

}  // namespace
}  // namespace iz::yandex
