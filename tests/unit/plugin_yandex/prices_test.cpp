// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "harness/shared_data.hpp"
#include "yandex/prices/sku.hpp"
#include "yandex_run.hpp"

namespace iz::yandex {
namespace {

constexpr const char* kAccounts = R"({"billingAccounts":[
  {"id":"dn2rub","name":"romb-rub","currency":"RUB","active":true,"balance":"-12.50"},
  {"id":"dn2two","name":"romb-two","currency":"RUB","active":false,"balance":"0"}]})";

std::string skus(const std::string& body) {
  return R"({"skus":[)" + body + "]}";
}

struct Prices : testing::Test {
  void SetUp() override {
    cloud.get("billing", "/billing/v1/billingAccounts?pageSize=1000", kAccounts)
        .get("billing", "/billing/v1/services?pageSize=1000",
             R"({"services":[{"id":"dn2svc","name":"Compute Cloud"}]})");
  }
  void answer(const std::string& account, const std::string& body) {
    cloud.get("billing", "/billing/v1/skus?currency=RUB&billingAccountId=" + account + "&pageSize=1000", body);
  }
  YandexRun cloud;
};

constexpr const char* kTiered =
    R"({"id":"dn2a","name":"Egress traffic","serviceId":"dn2svc","pricingUnit":"gbyte","pricingVersions":[
  {"type":"STREET_PRICE","effectiveTime":"2025-01-01T00:00:00Z","pricingExpressions":[{"rates":[{"unitPrice":"1.50","currency":"RUB"}]}]},
  {"type":"STREET_PRICE","effectiveTime":"2027-01-01T00:00:00Z","pricingExpressions":[{"rates":[
     {"startPricingQuantity":"100","unitPrice":"1.8666","currency":"RUB"},{"startPricingQuantity":"0","unitPrice":"0","currency":"RUB"}]}]},
  {"type":"CONTRACT_PRICE","effectiveTime":"2026-04-01T00:00:00Z","pricingExpressions":[{"rates":[{"unitPrice":"1.2","currency":"RUB"}]}]}]})";

TEST(ReadSku, of_two_versions_that_begin_at_once_the_later_in_the_answer_is_named) {
  const std::string version = R"({"type":"STREET_PRICE","effectiveTime":"20%Y-01-01T00:00:00Z","pricingExpressions":)"
                              R"([{"rates":[{"unitPrice":"%P","currency":"RUB"}]}]})";
  const auto of = [&](const char* year, const char* price) {
    std::string text = version;
    text.replace(text.find("%Y"), 2, year);
    return text.replace(text.find("%P"), 2, price);
  };
  const support::JsonDocument json(R"({"id":"dn2a","pricingVersions":[)" + of("25", "1") + "," + of("27", "3") + "," +
                                       of("25", "2") + "," + of("26", "4") + "]}",
                                   "a SKU");
  std::vector<std::string> faults;
  const Sku sku = read_sku(json.root(), faults);
  EXPECT_THAT(faults, testing::ElementsAre("a second price from 2025-01-01T00:00:00Z"));
  std::vector<std::string> prices;
  for (const auto& one : sku.versions) prices.push_back(one.tiers.at(0).price.to_string());
  EXPECT_THAT(prices, testing::ElementsAre("1", "4", "3"));
}

TEST_F(Prices, every_version_and_tier_is_a_price_with_its_own_time) {
  answer("dn2rub", skus(kTiered));
  answer("dn2two", R"({})");
  const Recording run = cloud.run({.stream = "prices"});
  ASSERT_TRUE(run.ok()) << run.message;
  ASSERT_EQ(run.rows.size(), 4U);
  const auto& old = run.rows[0];
  EXPECT_EQ(old["sku_id"], "dn2a");
  EXPECT_EQ(old["service_name"], "Compute Cloud");
  EXPECT_EQ(old["unit"], "gbyte");
  EXPECT_EQ(old["unit_price"], "1.5");
  EXPECT_EQ(old["price_kind"], "list");
  EXPECT_EQ(old["valid_from"], "2025-01-01T00:00:00Z");
  EXPECT_EQ(old["valid_to"], "2027-01-01T00:00:00Z");
  EXPECT_EQ(run.rows[1]["tier_from"], "0");
  EXPECT_EQ(run.rows[1]["unit_price"], "0");
  EXPECT_EQ(run.rows[2]["tier_from"], "100");
  EXPECT_FALSE(run.rows[2].has("valid_to"));
  EXPECT_EQ(run.rows[3]["price_kind"], "contract");
  EXPECT_EQ(run.rows[3]["account_id"], "dn2rub");
  EXPECT_EQ(run.rows[3]["valid_from"], "2026-04-01T00:00:00Z");
}

TEST_F(Prices, street_prices_are_pushed_once_per_currency_and_contract_prices_per_account) {
  answer("dn2rub", skus(kTiered));
  answer("dn2two", skus(kTiered));
  const Recording run = cloud.run({.stream = "prices"});
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(run.rows.size(), 5U);
  EXPECT_EQ(run.rows[4]["account_id"], "dn2two");
}

TEST_F(Prices, a_price_that_cannot_be_read_is_left_out_and_named) {
  answer("dn2rub", skus(R"({"id":"dn2b","name":"x","serviceId":"dn2svc","pricingUnit":"hour","pricingVersions":[
    {"type":"STREET_PRICE","effectiveTime":"soon","pricingExpressions":[{"rates":[{"unitPrice":"1","currency":"RUB"}]}]},
    {"type":"STREET_PRICE","effectiveTime":"2025-01-01T00:00:00Z","pricingExpressions":[{"rates":[{"unitPrice":"2","currency":"RUB"}]}]}]})"));
  answer("dn2two", R"({})");
  const Recording run = cloud.run({.stream = "prices"});
  ASSERT_TRUE(run.ok()) << run.message;
  ASSERT_EQ(run.rows.size(), 1U);
  EXPECT_EQ(run.rows[0]["unit_price"], "2");
  ASSERT_EQ(run.findings.size(), 1U);
  EXPECT_EQ(run.findings[0].rule, "price_format");
}

TEST_F(Prices, balances_keep_the_providers_digits) {
  const Recording run = cloud.run({.stream = "balance"});
  ASSERT_TRUE(run.ok()) << run.message;
  const auto balances = run.of(infrazen::Kind::balance);
  ASSERT_EQ(balances.size(), 2U);
  EXPECT_EQ(balances[0]["amount"], "-12.50");
  EXPECT_EQ(run.row(infrazen::Kind::account, "account_id", "dn2two")["status"], "inactive");
}

TEST_F(Prices, a_billing_account_that_is_named_but_not_seen_is_said) {
  cloud.host.json_setting("billing_accounts", R"(["dn2rub","dn2gone"])");
  const Recording run = cloud.run({.stream = "balance"});
  EXPECT_EQ(run.error_class, static_cast<std::uint32_t>(IZ_ERR_CONFIG));
  EXPECT_THAT(run.message, ::testing::HasSubstr("dn2gone"));
}

TEST(SamplePrices, both_pages_of_the_sample_are_read_with_tiers_and_future_prices) {
  constexpr const char* kSamples = "providers/samples/yandex";
  IZ_REQUIRE_SHARED(kSamples);
  const auto sample = [&](const std::string& name) { return file_text(iz::test::shared_data(kSamples) / name); };
  YandexRun cloud;
  const std::string path = "/billing/v1/skus?currency=RUB&billingAccountId=dn216jv74oletnji48e6&pageSize=1000";
  cloud.get("billing", "/billing/v1/billingAccounts?pageSize=1000", sample("billing_accounts.json"))
      .get("billing", "/billing/v1/services?pageSize=1000", sample("billing_services.json"))
      .get("billing", path, sample("billing_skus_page1.json"))
      .get("billing", path + "&pageToken=ZG4yc2t1LXBhZ2UtMg%3D%3D", sample("billing_skus_page2.json"));
  const Recording run = cloud.run({.stream = "prices"});
  ASSERT_TRUE(run.ok()) << run.message;
  std::set<std::string> ids;
  for (const auto& row : run.rows) ids.insert(row["sku_id"]);
  EXPECT_EQ(ids.size(), 37U);
  EXPECT_EQ(run.rows.size(), 44U);  // 37, one more version each of three, and tiers
  EXPECT_TRUE(run.findings.empty());
}

}  // namespace
}  // namespace iz::yandex
