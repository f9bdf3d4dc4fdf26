// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget_run.hpp"

// plugins/beget/testdata: an account with everything.
namespace iz::beget::test {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class BegetReplay : public ::testing::Test {
 protected:
  BegetReplay() {
    connection_.host().http().load(kFolder / "testdata");
    connection_.host().clock(at(3, 1, 12));
    connection_.host().json_setting("statistics", R"(["cpu","memory"])");
  }
  // Nothing of the answers that is a secret is anywhere.
  static void expect_no_secret(const Recording& run) {
    std::string all = run.message;
    for (const Row& row : run.rows) {
      for (const auto& [field, text] : row.cells) all += text + '\n';
    }
    for (const auto& line : run.log) all += line.text + '\n';
    for (const auto& finding : run.findings) all += finding.message + finding.value + '\n';
    for (const auto& cursor : run.cursors) all += cursor + '\n';
    for (const auto& verdict : run.verdicts) all += verdict.subject + verdict.detail + '\n';
    EXPECT_EQ(all.find("planted-s3cret"), std::string::npos);
  }
  static std::vector<std::string> relations(const Recording& run) {
    std::vector<std::string> found;
    for (const Row& row : run.of(Kind::relation))
      found.push_back(row["from_type"] + ' ' + row["from_id"] + ' ' + row["relation"] + ' ' + row["to_type"] + ' ' +
                      row["to_id"]);
    return found;
  }

  Connection connection_;
};

TEST_F(BegetReplay, the_inventory_of_both_apis_goes_in_listing_by_listing) {
  const auto run = connection_.run("inventory");
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, IsEmpty());
  expect_no_secret(run);
  std::map<std::string, int> types;
  for (const Row& row : run.of(Kind::resource)) ++types[row["type"]];
  const std::map<std::string, int> expected{{"vps", 3},     {"postgresql", 1},     {"s3_bucket", 1},
                                            {"cdn", 1},     {"snapshot", 1},       {"additional_ip", 2},
                                            {"project", 1}, {"ssh_key", 1},        {"hosting", 1},
                                            {"site", 1},    {"mysql_database", 1}, {"domain", 2},
                                            {"mailbox", 1}, {"ftp_account", 1},    {"private_network", 1}};
  EXPECT_EQ(types, expected);
  for (const char* scope : {"cloud/vps", "cloud/services", "cloud/snapshots", "cloud/network", "cloud/projects",
                            "cloud/ssh-keys", "hosting/account", "hosting/sites", "hosting/databases",
                            "hosting/domains", "hosting/ftp", "hosting/mailboxes"}) {
    EXPECT_TRUE(run.completed(Kind::resource, scope)) << scope;
    EXPECT_TRUE(run.completed(Kind::relation, scope)) << scope;
  }
  EXPECT_THAT(
      relations(run),
      UnorderedElementsAre("vps 0a1b member_of project p-1", "vps 0a1b attached_to private_network net-7",
                           "postgresql s-1 member_of project p-1", "postgresql s-1 attached_to private_network net-7",
                           "cdn s-3 uses s3_bucket s-2", "snapshot sn-1 protects vps 0a1b",
                           "additional_ip 203.0.113.20 attached_to vps 0a1b", "ssh_key 11 attached_to vps 0a1b",
                           "domain 110 attached_to site 108", "domain 111 attached_to site 108"));
}

TEST_F(BegetReplay, what_is_said_of_a_server_and_of_a_plan) {
  const auto run = connection_.run("inventory");
  const Row& web = run.row(Kind::resource, "external_id", "0a1b");
  EXPECT_EQ(web["list_price"], "16");
  EXPECT_EQ(web["price_month"], "480");
  EXPECT_EQ(web["billing_period"], "day");
  EXPECT_EQ(web["memory_bytes"], "4294967296");
  EXPECT_EQ(web["storage_bytes"], "42949672960");
  EXPECT_EQ(web["disk_used_bytes"], "4294967296");
  EXPECT_EQ(web["created_at"], "2026-01-15T09:30:00Z") << "dates without a zone are Moscow's";
  EXPECT_EQ(web["account_id"], "demo");
  EXPECT_EQ(web["attributes"],
            R"({"software":"n8n","software_version":"1.0","software_status":"INSTALLED",)"
            R"("additional_ip_addresses":["203.0.113.20"],"bandwidth_public":250,"manage_enabled":true})");
  EXPECT_EQ(run.row(Kind::resource, "external_id", "2c3d")["name"], "harbour-db") << "without a name its slug";
  EXPECT_EQ(run.row(Kind::resource, "external_id", "s-1")["disk_used_bytes"], "3221225472");
  EXPECT_FALSE(run.row(Kind::resource, "external_id", "s-2").has("list_price")) << "a bucket has no day's price";

  const Row& plan = run.row(Kind::resource, "external_id", "plan:Great");
  EXPECT_EQ(plan["list_price"], "12.5");
  EXPECT_NE(plan["attributes"].find(R"("plan_site":25,"plan_domain":null,"plan_mysql":null)"), std::string::npos)
      << "unlimited is null, as a number and as a text: " << plan["attributes"];
  EXPECT_EQ(run.row(Kind::resource, "external_id", "info@harbour.example")["type"], "mailbox");
}

TEST_F(BegetReplay, a_day_of_costs_knows_what_is_charged_and_what_is_not) {
  const auto run = connection_.run("costs");
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, IsEmpty());
  expect_no_secret(run);
  std::map<std::string, std::string> billed;
  for (const Row& row : run.of(Kind::charge)) billed[row["ResourceId"]] = row["BilledCost"];
  const std::map<std::string, std::string> expected{
      {"0a1b", "16"}, {"0a1b/license/l-1", "10"}, {"2c3d", "42.5"}, {"s-1", "26"},
      {"s-2", "0"},   {"sn-1", "0.75"},           {"110", "0"},     {"plan:Great", "12.5"}};
  EXPECT_EQ(billed, expected) << "the archived server and the suspended CDN are not charged";
  const Row& domain = run.row(Kind::charge, "ResourceId", "110");
  EXPECT_EQ(domain["EffectiveCost"], "0.81") << "299 roubles over 365 days, spread to kopecks";
  const Row& web = run.row(Kind::charge, "ResourceId", "0a1b");
  EXPECT_EQ(web["ChargeStatus"], "preliminary");
  EXPECT_EQ(web["AmountBasis"], "gross");
  EXPECT_EQ(web["SkuId"], "vps:std-2");
  EXPECT_EQ(web["ListUnitPrice"], "16");
  EXPECT_EQ(web["SubAccountId"], "p-1");
}

TEST_F(BegetReplay, the_rules_of_charging_are_settings) {
  connection_.host()
      .json_setting("charge_stopped", "false")
      .json_setting("charge_archived", "true")
      .json_setting("charge_suspended", "true")
      .json_setting("additional_ip_price", "5.5")
      .json_setting("accrue_domains", "false");
  const auto run = connection_.run("costs");
  ASSERT_TRUE(run.ok()) << run.message;
  std::map<std::string, std::string> billed;
  for (const Row& row : run.of(Kind::charge)) billed[row["ResourceId"]] = row["BilledCost"];
  EXPECT_FALSE(billed.contains("2c3d"));
  EXPECT_FALSE(billed.contains("110"));
  EXPECT_EQ(billed["s-3"], "3.5");
  EXPECT_EQ(billed["203.0.113.99"], "5.5");
  EXPECT_EQ(rules_of(run), std::vector<std::string>{"not_priced"}) << "the bucket";
}

TEST_F(BegetReplay, a_plan_paid_for_a_year_draws_nothing_a_day) {
  connection_.hosting("user/getAccountInfo", "");  // the answer of testdata is used up by this one
  std::string yearly = read_text(kFolder / "testdata/account.http");
  yearly = yearly.substr(yearly.find('{'));
  yearly.replace(yearly.find(R"("user_is_year_plan": "0")"), 24, R"("user_is_year_plan": "1")");
  connection_.hosting("user/getAccountInfo", yearly);
  (void)connection_.run("balance");
  (void)connection_.run("balance");
  const auto run = connection_.run("costs");
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(run.row(Kind::charge, "ResourceId", "plan:Great")["BilledCost"], "0");
  EXPECT_EQ(run.row(Kind::charge, "ResourceId", "plan:Great")["EffectiveCost"], "12.5");
}

TEST_F(BegetReplay, a_balance_may_be_negative_and_knows_its_days) {
  const auto run = connection_.run("balance");
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, IsEmpty());
  const Row& balance = run.row(Kind::balance, "account_id", "demo");
  EXPECT_EQ(balance["amount"], "-17.25");
  EXPECT_EQ(balance["currency"], "RUB");
  EXPECT_EQ(balance["days_left"], "0");
}

TEST_F(BegetReplay, prices_have_the_names_that_charges_have) {
  const auto run = connection_.run("prices");
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, IsEmpty());
  EXPECT_EQ(run.row(Kind::price, "sku_id", "vps:std-2")["unit_price"], "16");
  EXPECT_EQ(run.row(Kind::price, "sku_id", "vps:std-2:month")["unit_price"], "480");
  EXPECT_EQ(run.row(Kind::price, "sku_id", "postgresql:c-1")["unit"], "Days");
  EXPECT_EQ(run.row(Kind::price, "sku_id", "domain:example")["unit_price"], "299");
  EXPECT_EQ(run.of(Kind::price).size(), 5U) << "what has no price is none";
}

TEST_F(BegetReplay, events_are_known_by_their_ids_and_told_once) {
  const auto run = connection_.run("logs");
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, IsEmpty());
  EXPECT_EQ(run.of(Kind::log).size(), 5U);
  const Row& created = run.row(Kind::log, "event_id", "vps/0a1b/2026-01-15 12:30:00/CREATE");
  EXPECT_EQ(created["level"], "error");
  EXPECT_EQ(created["timestamp"], "2026-01-15T09:30:00Z");
  EXPECT_EQ(run.row(Kind::log, "event_id", "snapshot-restore/r-1/COMPLETED")["timestamp"], "2026-02-21T07:05:00Z");
  EXPECT_EQ(run.row(Kind::log, "event_id", "backup-order/o-1/PROCESSING")["external_id"], "2c3d");
  EXPECT_THAT(connection_.run("logs").of(Kind::log), IsEmpty()) << "all of it is older than a day before the last run";
  EXPECT_EQ(connection_.window("logs", at(2, 20, 0), at(2, 21, 0)).of(Kind::log).size(), 1U);
}

TEST_F(BegetReplay, statistics_take_up_where_they_were) {
  const auto first = connection_.run("metrics");
  ASSERT_TRUE(first.ok()) << first.message;
  EXPECT_THAT(first.problems, IsEmpty());
  ASSERT_EQ(first.segments.size(), 5U);
  for (const auto& segment : first.segments) {
    std::vector<std::string> points;
    for (const auto& point : segment.points)
      points.push_back(infrazen::to_text(point.at).substr(11, 5) + ' ' + std::to_string(point.value));
    if (segment.metric_name == "cpu_utilization")
      EXPECT_EQ(points, (std::vector<std::string>{"08:25 1.500000", "08:30 2.500000"}))
          << "sorted; without the null and the date that has no value";
    if (segment.metric_name == "memory_used_bytes")
      EXPECT_EQ(points, std::vector<std::string>{"08:30 537395200.000000"});
    if (segment.metric_name == "site_load")
      EXPECT_EQ(points, (std::vector<std::string>{"07:00 0.250000", "08:00 0.500000"}))
          << "the hour that runs is not over";
  }

  connection_.get("/v1/vps/statistic/cpu/0a1b?period=HOUR",
                  R"({"cpu":{"date":["2026-03-01 11:30","2026-03-01 11:40"],"value":[9,3.5]}})");
  connection_.get("/v1/vps/statistic/memory/0a1b?period=HOUR", "{}");
  for (const char* name : {"quota", "traffic-usage"})
    connection_.get("/v1/cloud/s3/s-2/statistic/" + std::string(name) + "?period=DAY", "{}");
  connection_.host().clock(at(3, 1, 12) + std::chrono::minutes(10));
  const auto second = connection_.run("metrics");
  ASSERT_TRUE(second.ok()) << second.message;
  ASSERT_EQ(second.segments.size(), 1U) << "the hosting's hours are read once an hour";
  ASSERT_EQ(second.segments[0].points.size(), 1U) << "11:30 is stored";
  EXPECT_EQ(second.segments[0].points[0].value, 3.5);
}

TEST_F(BegetReplay, only_what_is_asked_for_is_pushed_and_what_is_gone_is_retired) {
  const auto run =
      connection_.run("inventory", IZ_SYNC_TARGETED, {{"vps", "0a1b"}, {"vps", "no-more"}, {"domain", "110"}});
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(run.of(Kind::resource).size(), 2U);
  EXPECT_THAT(run.scopes, IsEmpty());
  ASSERT_EQ(run.of(Kind::retirement).size(), 1U);
  EXPECT_EQ(run.row(Kind::retirement, "external_id", "no-more")["type"], "vps");
}

TEST_F(BegetReplay, check_goes_through_credentials_and_rights_one_by_one) {
  const auto run = connection_.host().check(infrazen_module_v1);
  expect_no_secret(run);
  EXPECT_EQ(run.verdicts.size(), 17U);
  for (const auto& verdict : run.verdicts)
    EXPECT_EQ(verdict.verdict, IZ_CHECK_PASSED) << verdict.subject << verdict.detail;
}

TEST_F(BegetReplay, passwords_are_in_no_address_and_go_by_name) {
  (void)connection_.run("inventory");
  for (const auto& sent : connection_.host().http().sent()) {
    EXPECT_EQ((sent.url + sent.body).find("-secret"), std::string::npos) << sent.url;
    if (sent.url.find("/api/") == std::string::npos) continue;
    EXPECT_EQ(sent.method, "POST");
    EXPECT_EQ(sent.auth, IZ_AUTH_FORM);
    EXPECT_EQ(sent.auth_ref, "api_password");
    EXPECT_EQ(sent.auth_name, "passwd");
  }
  EXPECT_EQ(connection_.host().http().sent().front().body, R"({"login":"demo","password":"${secret:cloud_password}"})");
}

TEST_F(BegetReplay, a_cursor_of_statistics_or_events_that_cannot_be_read_costs_reading_everything_again) {
  for (const char* stream : {"metrics", "logs"}) {
    const auto first = connection_.run(stream);
    ASSERT_TRUE(first.ok()) << stream << ": " << first.message;
    ASSERT_FALSE(first.rows.empty() && first.segments.empty()) << stream;
    const std::string cursor = std::exchange(connection_.cursor(stream), "page=3");
    const auto again = connection_.run(stream);
    ASSERT_TRUE(again.ok()) << stream << ": " << again.message;
    EXPECT_EQ(again.rows.size(), first.rows.size()) << stream;
    EXPECT_EQ(again.segments.size(), first.segments.size()) << stream;
    EXPECT_EQ(connection_.cursor(stream), cursor) << stream;
  }
}

}  // namespace
}  // namespace iz::beget::test
