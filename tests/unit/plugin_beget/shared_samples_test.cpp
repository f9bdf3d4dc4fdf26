// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/costs/reconciliation.hpp"
#include "beget_run.hpp"
#include "harness/shared_data.hpp"
#include "support/json.hpp"

// The samples beside the checkout and what they are said to give.
namespace iz::beget::test {
namespace {

using ::testing::IsEmpty;

constexpr const char* kSamples = "providers/samples/beget";

std::string sample(const std::string& name) {
  return read_text(iz::test::shared_data(kSamples) / name);
}

class BegetSamples : public ::testing::Test {
 protected:
  void SetUp() override {
    IZ_REQUIRE_SHARED("providers/samples/beget/EXPECTED.json");
    expected_.emplace(sample("EXPECTED.json"), "EXPECTED.json");
    connection_.json("accrue_domains", "false");
    connection_.answer("POST", "/v1/auth", sample("auth_ok.json"));
    for (const char* offset : {"0", "1"})
      connection_.get("/v1/vps/server/list?offset=" + std::string(offset) + "&limit=100", sample("vps_list.json"));
    connection_.get("/v1/vps/server/statuses", sample("vps_statuses.json"));
    connection_.get("/v1/cloud?view=SERVICE_VIEW_FULL&offset=0&limit=100", sample("cloud_list.json"));
    connection_.get("/v1/vps/snapshot", sample("vps_snapshot.json"));
    connection_.get("/v1/vps/network", sample("vps_network.json"));
    connection_.get("/v1/cloud/projects/list?offset=0&limit=100", sample("projects.json"));
    connection_.get("/v1/vps/sshKey", R"({"keys":[]})");
    for (const char* list : {"domain_getList", "mysql_getList", "site_getList", "stat_getSitesListLoad"}) {
      std::string method = list;
      method[method.find('_')] = '/';
      connection_.hosting(method, sample("classic_" + std::string(list) + ".json"));
    }
  }

  struct Settable : Connection {
    void json(std::string_view name, std::string_view value) { host().json_setting(name, value); }
  };

  [[nodiscard]] support::JsonValue expected() const { return expected_->root(); }

  Settable connection_;
  std::optional<support::JsonDocument> expected_;
};

TEST_F(BegetSamples, a_day_costs_what_is_expected_object_by_object) {
  connection_.hosting("user/getAccountInfo", sample("classic_getAccountInfo.json"));
  const auto run = connection_.run("costs");
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, IsEmpty());
  const auto charges = run.of(Kind::charge);
  EXPECT_EQ(charges.size(), expected()["daily_accrual"].size());
  for (const auto object : expected()["daily_accrual"]) {
    const Row& row = run.row(Kind::charge, "ResourceId", object["id"].text());
    EXPECT_EQ(row["BilledCost"], object["per_day"].text()) << object["name"].text();
    EXPECT_EQ(row["ResourceName"], object["name"].text());
    EXPECT_EQ(row["BillingCurrency"], "RUB");
    EXPECT_EQ(row["ChargePeriodStart"], "2026-02-28T21:00:00Z") << "a day in Moscow";
    EXPECT_EQ(row["BillingPeriodStart"], "2026-02-28T21:00:00Z");
    EXPECT_EQ(row["BillingPeriodEnd"], "2026-03-31T21:00:00Z");
  }
  EXPECT_EQ(sum(charges, "BilledCost").to_string(), expected()["daily_total"].text());
  EXPECT_TRUE(run.completed(Kind::charge, "day/2026-03-01"));
}

TEST_F(BegetSamples, what_has_no_price_is_named) {
  connection_.json("accrue_domains", "true");
  connection_.hosting("domain/getZoneList", R"({"status":"success","answer":{"status":"success","result":[]}})");
  connection_.hosting("user/getAccountInfo", sample("classic_getAccountInfo.json"));
  const auto run = connection_.run("costs");
  ASSERT_TRUE(run.ok()) << run.message;
  std::string said;
  for (const auto& finding : run.findings) {
    EXPECT_EQ(finding.rule, "not_priced");
    said += finding.message + '\n';
  }
  EXPECT_EQ(run.findings.size(), expected()["not_priced"].size()) << said;
  for (const char* name :
       {"s3_bucket media: price_day 0", "additional IPs 198.51.100.20 and 198.51.100.99: no price field",
        "domain example.test: domain/getZoneList has no price"}) {
    EXPECT_NE(said.find(name), std::string::npos) << name << " in " << said;
  }
  EXPECT_THAT(connection_.run("costs").findings, IsEmpty()) << "said once, until it changes";
}

TEST_F(BegetSamples, three_days_add_up_and_agree_with_the_balance_and_its_top_up) {
  Decimal total;
  int day = 0;
  for (const auto balance : expected()["balance"]) {
    connection_.hosting("user/getAccountInfo", sample(std::string(balance["file"].text())));
    if (++day > 1) (void)connection_.run("balance");  // the answer before is used up
    connection_.host().clock(at(3, day));
    const auto reading = connection_.run("balance");
    EXPECT_EQ(reading.row(Kind::balance, "account_id", "demo")["amount"], balance["user_balance"].text());
    EXPECT_EQ(reading.row(Kind::balance, "account_id", "demo")["days_left"], balance["user_days_to_block"].text());
    const auto run = connection_.run("costs");
    ASSERT_TRUE(run.ok()) << run.message;
    for (const Row& row : run.of(Kind::charge)) EXPECT_EQ(row.scope, "day/2026-03-0" + std::to_string(day));
    total += sum(run.of(Kind::charge), "BilledCost");
    for (const auto& finding : run.findings) {
      if (finding.rule == "not_priced") continue;
      EXPECT_EQ(day, 3) << finding.message;
      EXPECT_EQ(finding.rule, "top_up_inferred");
      EXPECT_EQ(finding.value, expected()["balance_drop"].size() == 2 ? "500" : "");
    }
  }
  EXPECT_EQ(day, 3);
  EXPECT_EQ(total.to_string(), expected()["three_days"].text());
}

TEST_F(BegetSamples, the_balance_is_reconciled_as_expected) {
  std::map<std::string, Decimal> readings;
  for (const auto reading : expected()["balance"])
    readings[std::string(reading["day"].text())] = *reading["user_balance"].decimal();
  for (const auto drop : expected()["balance_drop"]) {
    const auto result = reconcile(readings.at(std::string(drop["from"].text())),
                                  readings.at(std::string(drop["to"].text())), *drop["accrued"].decimal());
    EXPECT_EQ(result.drop, *drop["drop"].decimal());
    EXPECT_EQ(result.top_up, *drop["topups"].decimal());
    EXPECT_EQ(result.unexplained, *drop["unexplained"].decimal());
  }
}

TEST_F(BegetSamples, the_inventory_goes_in_and_no_secret_of_it) {
  connection_.hosting("user/getAccountInfo", sample("classic_getAccountInfo.json"));
  connection_.hosting("ftp/getList", R"({"status":"success","answer":{"status":"success","result":[]}})");
  connection_.hosting("mail/getMailboxList", R"({"status":"success","answer":{"status":"success","result":[]}})");
  const auto run = connection_.run("inventory");
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, IsEmpty());
  for (const Row& row : run.rows) {
    for (const auto& [field, text] : row.cells) {
      EXPECT_EQ(text.find("REDACT-ME"), std::string::npos) << field << ": " << text;
      EXPECT_EQ(text.find("secret"), std::string::npos) << field << ": " << text;
    }
  }
  EXPECT_EQ(run.row(Kind::resource, "name", "shop-db")["disk_used_bytes"], "3221225472");
  EXPECT_EQ(run.row(Kind::resource, "name", "web-1")["memory_bytes"], "2147483648");
  EXPECT_NE(run.row(Kind::resource, "type", "hosting")["attributes"].find("\"plan_domain\":null"), std::string::npos);
}

TEST_F(BegetSamples, statistics_are_series_of_twelve_points) {
  connection_.host().clock(at(3, 1, 10));
  connection_.json("statistics", R"(["cpu","memory","disk","disk-usage","network","load-average"])");
  const std::string id = "b0006fef-f721-5b51-a513-d494a786dcad";
  for (const auto& [name, file] : std::map<std::string, std::string>{{"cpu", "stat_cpu"},
                                                                     {"memory", "stat_memory"},
                                                                     {"disk", "stat_disk"},
                                                                     {"disk-usage", "stat_disk_usage"},
                                                                     {"network", "stat_network"},
                                                                     {"load-average", "stat_load_average"}}) {
    connection_.get("/v1/vps/statistic/" + name + "/" + id + "?period=DAY", sample(file + ".json"));
    connection_.get("/v1/cloud/mysql/7403b719-d1dc-5465-bfb0-8d95360c5713/statistic/" + name + "?period=DAY",
                    sample(file + ".json"));
  }
  for (const char* name : {"quota", "count-request", "network"})
    connection_.get("/v1/cloud/s3/e9c3649b-0708-5562-bf14-d57e183ba50e/statistic/" + std::string(name) + "?period=DAY",
                    "{}");
  connection_.get("/v1/cloud/s3/e9c3649b-0708-5562-bf14-d57e183ba50e/statistic/traffic-usage?period=DAY",
                  sample("s3_stat_traffic.json"));
  connection_.hosting("stat/getSiteLoad",
                      R"({"status":"success","answer":{"status":"success","result":{"days":[],"hours":[]}}})");
  connection_.hosting("stat/getDbListLoad", R"({"status":"success","answer":{"status":"success","result":[]}})");
  const auto run = connection_.run("metrics");
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, IsEmpty());
  std::size_t of_server = 0;
  for (const auto& segment : run.segments) {
    EXPECT_EQ(segment.points.size(), 12U) << segment.metric_name;
    EXPECT_EQ(infrazen::to_text(segment.points.front().at), "2026-03-01T06:00:00Z");
    if (segment.external_id == id) ++of_server;
  }
  EXPECT_EQ(of_server, 12U) << "cpu, memory, two of disks, usage, four of networks, three of load";
}

}  // namespace
}  // namespace iz::beget::test
