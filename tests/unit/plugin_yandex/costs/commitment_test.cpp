// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>

#include "cost_run.hpp"
#include "small_export.hpp"

namespace iz::yandex::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SmallRow fee(const std::string& cost, const std::string& cores, const std::string& term = "1 year") {
  return {.cost = cost,
          .sku_name = "CVoS. Intel Ice Lake. 100% vCPU, " + term,
          .quantity = cores,
          .unit = "core*hour",
          .resource = "",
          .sku = "cvos-" + term};
}
SmallRow cores(const std::string& resource, const std::string& quantity, const std::string& cost,
               const std::string& cud) {
  return {.cost = cost,
          .sku_name = "Intel Ice Lake. 100% vCPU",
          .quantity = quantity,
          .unit = "core*hour",
          .cud = cud,
          .resource = resource,
          .sku = "cpu"};
}
Recording deliver(const std::vector<SmallRow>& rows) {
  CostConnection connection;
  connection.put("20261014.csv", small_export(rows));
  Recording run = connection.run();
  EXPECT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, IsEmpty());
  return run;
}
std::vector<Row> with(const Recording& run, std::string_view name, std::string_view value) {
  std::vector<Row> found;
  for (const Row& row : run.rows) {
    if (cell(row, name) == value) found.push_back(row);
  }
  return found;
}

TEST(Commitments, a_partly_covered_row_becomes_the_covered_part_and_the_rest) {
  const Recording run = deliver({fee("24", "24"), cores("vm-1", "36", "72", "-48")});
  ASSERT_EQ(run.rows.size(), 3U);
  const Row used = with(run, "CommitmentDiscountStatus", "Used").at(0);
  EXPECT_EQ(used["PricingQuantity"], "24");
  EXPECT_EQ(used["ListCost"], "48");
  EXPECT_EQ(used["BilledCost"], "0");
  EXPECT_EQ(used["EffectiveCost"], "24");
  EXPECT_EQ(used["ListUnitPrice"], "2");
  EXPECT_EQ(used["CommitmentDiscountId"], "acc-1/cvos-1 year");
  const Row rest = with(run, "PricingCategory", "Standard").at(1);
  EXPECT_EQ(rest["PricingQuantity"], "12");
  EXPECT_EQ(rest["BilledCost"], "24");
  EXPECT_FALSE(rest.has("CommitmentDiscountId"));
}

TEST(Commitments, what_rounding_leaves_over_goes_to_one_row_so_that_the_fee_is_met) {
  const Recording run = deliver({fee("100", "3"), cores("vm-1", "1", "50", "-50"), cores("vm-2", "1", "50", "-50"),
                                 cores("vm-3", "1", "50", "-50")});
  EXPECT_EQ(total(with(run, "CommitmentDiscountStatus", "Used"), "EffectiveCost").to_string(), "100");
  EXPECT_THAT(with(run, "CommitmentDiscountStatus", "Unused"), IsEmpty());
}

TEST(Commitments, a_commitment_that_nothing_uses_is_unused_whole) {
  const Recording run = deliver({fee("24", "24")});
  const Row unused = with(run, "CommitmentDiscountStatus", "Unused").at(0);
  EXPECT_EQ(unused["EffectiveCost"], "24");
  EXPECT_EQ(unused["BilledCost"], "0");
  EXPECT_EQ(unused["ResourceId"], unused["CommitmentDiscountId"]);
  EXPECT_EQ(unused["CommitmentDiscountQuantity"], "24");
}

TEST(Commitments, two_terms_of_one_family_share_what_they_cover_by_what_they_hold) {
  const Recording run =
      deliver({fee("30", "30", "1 year"), fee("12", "10", "6 months"), cores("vm-1", "40", "80", "-80")});
  const auto used = with(run, "CommitmentDiscountStatus", "Used");
  ASSERT_EQ(used.size(), 2U);
  std::map<std::string, std::string> effective;
  for (const Row& row : used) effective[row["CommitmentDiscountId"]] = row["EffectiveCost"];
  EXPECT_EQ(effective["acc-1/cvos-1 year"], "30");
  EXPECT_EQ(effective["acc-1/cvos-6 months"], "12");
  EXPECT_EQ(total(used, "ListCost").to_string(), "80");
  EXPECT_EQ(total(used, "PricingQuantity").to_string(), "40");
  EXPECT_THAT(with(run, "CommitmentDiscountStatus", "Unused"), IsEmpty());
}

TEST(Commitments, more_covered_than_held_is_said_and_the_fee_is_still_met) {
  const Recording run = deliver({fee("24", "24"), cores("vm-1", "48", "96", "-96")});
  EXPECT_THAT(rules_of(run), ElementsAre("commitment_overrun"));
  EXPECT_EQ(with(run, "CommitmentDiscountStatus", "Used").at(0)["EffectiveCost"], "24");
}

TEST(Commitments, coverage_without_a_fee_is_said_and_costs_nothing) {
  const Recording run = deliver({cores("vm-1", "24", "48", "-48")});
  EXPECT_THAT(rules_of(run), ElementsAre("commitment_without_fee"));
  ASSERT_EQ(run.rows.size(), 1U);
  EXPECT_EQ(run.rows[0]["EffectiveCost"], "0");
  EXPECT_EQ(run.rows[0]["CommitmentDiscountStatus"], "Used");
}

TEST(Commitments, credit_beyond_the_cost_of_the_row_is_a_credit) {
  const Recording run = deliver({fee("24", "24"), cores("vm-1", "24", "48", "-50")});
  const Row credit = with(run, "ChargeCategory", "Credit").at(0);
  EXPECT_EQ(credit["BilledCost"], "-2");
  EXPECT_EQ(credit["x_CreditKind"], "cud_credit");
  EXPECT_EQ(total(run.rows, "BilledCost").to_string(), "22");
}

TEST(ChargeRows, credits_change_no_price_and_a_volume_discount_does) {
  const Recording run = deliver({{.cost = "100", .quantity = "3", .grant = "-10", .volume = "-7", .misc = "-1"}});
  ASSERT_EQ(run.rows.size(), 3U);
  const Row usage = with(run, "ChargeCategory", "Usage").at(0);
  EXPECT_EQ(usage["ListCost"], "100");
  EXPECT_EQ(usage["ContractedCost"], "93");
  EXPECT_EQ(usage["BilledCost"], "93");
  EXPECT_EQ(usage["ContractedUnitPrice"], "31");
  EXPECT_EQ(usage["ConsumedQuantity"], "3");
  EXPECT_EQ(with(run, "x_CreditKind", "monetary_grant_credit").at(0)["ListCost"], "-10");
  EXPECT_EQ(with(run, "x_CreditKind", "misc_credit").at(0)["EffectiveCost"], "-1");
}

TEST(ChargeRows, a_credit_that_is_more_than_its_parts_is_kept_and_said) {
  const Recording run = deliver({{.cost = "100", .grant = "-10", .credit = "-15"}});
  EXPECT_THAT(rules_of(run), ElementsAre("credit_parts"));
  EXPECT_EQ(with(run, "x_CreditKind", "credit").at(0)["BilledCost"], "-5");
  EXPECT_EQ(total(run.rows, "BilledCost").to_string(), "85");
}

TEST(ChargeRows, only_what_cannot_be_represented_is_rejected) {
  const Recording run = deliver({{.cost = "a lot"},
                                 {.date = "14.10.2026"},
                                 {.account = ""},
                                 {.currency = ""},
                                 {.quantity = "many"},
                                 {.cost = "-5", .quantity = "1"}});
  EXPECT_EQ(run.rows.size(), 2U);
  EXPECT_THAT(rules_of(run),
              ElementsAre("decimal_format", "date_format", "no_account", "no_currency", "decimal_format"));
  EXPECT_EQ(with(run, "ChargeClass", "Correction").at(0)["BilledCost"], "-5");
}

TEST(ChargeRows, tax_follows_the_settings_and_the_day) {
  CostConnection connection;
  connection.host().setting("vat", "excluded");
  connection.put(
      "a.csv",
      small_export({{.date = "2025-12-31"}, {.date = "2026-01-01"}, {.date = "2026-01-01", .currency = "USD"}}));
  const Recording run = connection.run();
  ASSERT_EQ(run.rows.size(), 3U);
  std::multiset<std::string> rates;
  for (const Row& row : run.rows) {
    EXPECT_EQ(row["AmountBasis"], "net");
    rates.insert(row["ChargePeriodStart"] + " " + row["BillingCurrency"] + " " + cell(row, "TaxRate"));
  }
  EXPECT_THAT(
      rates, ElementsAre("2025-12-30T21:00:00Z RUB 0.2", "2025-12-31T21:00:00Z RUB 0.22", "2025-12-31T21:00:00Z USD "));
}

}  // namespace
}  // namespace iz::yandex::test
