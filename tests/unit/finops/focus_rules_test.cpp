// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "finops/focus_rules.hpp"

#include <gmock/gmock.h>

#include "charge_row.hpp"

namespace iz::finops::test {
namespace {

using enum FocusVersion;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(FocusRules, an_ordinary_row_breaks_nothing_in_any_version) {
  for (const FocusVersion version : {v1_0, v1_1, v1_2, v1_3, v1_4}) {
    EXPECT_THAT(ChargeRow::usage().rules(version), IsEmpty()) << to_string(version);
  }
}

// The trap of the published model: ChargeClass is null on normal rows, and null is not Correction.
TEST(FocusRules, null_rules_hold_on_rows_whose_charge_class_is_null) {
  EXPECT_THAT(ChargeRow::usage().set("SkuId", std::nullopt).rules(), ElementsAre("null_not_allowed SkuId"));
  EXPECT_THAT(ChargeRow::usage().set("PricingCategory", std::nullopt).rules(),
              ElementsAre("null_not_allowed PricingCategory"));
  EXPECT_THAT(ChargeRow::usage().set("ListUnitPrice", std::nullopt).rules(),
              ElementsAre("null_not_allowed ListUnitPrice"));
  EXPECT_THAT(ChargeRow::usage().without("ChargeClass").set("SkuId", std::nullopt).rules(),
              ElementsAre("null_not_allowed SkuId"))
      << "a file without the column";
  EXPECT_THAT(ChargeRow::usage().set("ChargeClass", "Correction").set("SkuId", std::nullopt).rules(), IsEmpty());
}

TEST(FocusRules, what_depends_on_a_quantity_is_null_with_it) {
  EXPECT_THAT(ChargeRow::usage().set("PricingQuantity", std::nullopt).rules(),
              UnorderedElementsAre("null_not_allowed PricingQuantity", "must_be_null PricingUnit"));
  EXPECT_THAT(ChargeRow::usage().set("ConsumedUnit", std::nullopt).rules(),
              ElementsAre("null_not_allowed ConsumedUnit"));
}

TEST(FocusRules, a_tax_has_no_price_sku_or_quantity) {
  auto tax = ChargeRow::usage().set("ChargeCategory", "Tax").set("ChargeFrequency", "Recurring");
  EXPECT_THAT(tax.rules(),
              UnorderedElementsAre("must_be_null SkuId", "must_be_null SkuPriceId", "must_be_null PricingQuantity",
                                   "must_be_null ListUnitPrice", "must_be_null ContractedUnitPrice",
                                   "must_be_null PricingCategory", "must_be_null ConsumedQuantity"));
}

TEST(FocusRules, from_1_3_on_a_row_without_a_price_id_needs_no_price) {
  auto row = ChargeRow::usage().set("SkuPriceId", std::nullopt).set("ListUnitPrice", std::nullopt);
  EXPECT_THAT(row.rules(v1_2), UnorderedElementsAre("null_not_allowed SkuPriceId", "null_not_allowed ListUnitPrice"));
  EXPECT_THAT(row.rules(v1_3), Contains("must_be_null PricingQuantity"));
  EXPECT_THAT(row.rules(v1_3), ::testing::Not(Contains("null_not_allowed ListUnitPrice")));
}

TEST(FocusRules, an_unknown_category_is_told_once_and_satisfies_no_condition) {
  const auto found = ChargeRow::usage().set("ChargeCategory", "usage").judge(v1_2);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].rule, "enum");
  EXPECT_EQ(found[0].value, "usage");
}

TEST(FocusRules, a_subcategory_belongs_under_its_category) {
  EXPECT_THAT(ChargeRow::usage().set("ServiceSubcategory", "Object Storage").rules(),
              ElementsAre("enum_parent ServiceSubcategory"));
  EXPECT_THAT(ChargeRow::usage().set("ServiceSubcategory", "Servers").rules(), ElementsAre("enum ServiceSubcategory"));
}

// 0.1 x 3 is 0.30000000000000004 in doubles.
TEST(FocusRules, price_times_quantity_is_exact_to_half_of_the_last_place_shown) {
  EXPECT_THAT(ChargeRow::usage().set("ListCost", "0.29").rules(), ElementsAre("cost_product ListCost"));
  EXPECT_THAT(ChargeRow::usage().set("ContractedCost", "0.31").rules(), ElementsAre("cost_product ContractedCost"));
  auto rounded = ChargeRow::usage().set("ListUnitPrice", "0.0333");  // x 3 = 0.0999
  EXPECT_THAT(rounded.set("ListCost", "0.10").rules(), IsEmpty());
  EXPECT_THAT(rounded.set("ListCost", "0.1").rules(), IsEmpty());
  EXPECT_THAT(rounded.set("ListCost", "0.100").rules(), IsEmpty());
  EXPECT_THAT(rounded.set("ListCost", "0.1000").rules(), ElementsAre("cost_product ListCost"));
  auto precise =
      ChargeRow::usage().set("ListUnitPrice", "0.12345678901234567").set("PricingQuantity", "1000000000000000003");
  EXPECT_THAT(precise.set("ListCost", "123456789012345670.37037036703703701")
                  .set("ContractedCost", "100000000000000000.3")
                  .rules(),
              IsEmpty());
  EXPECT_THAT(precise.set("ListCost", "123456789012345670.37037036703703702").rules(),
              ElementsAre("cost_product ListCost"));
}

TEST(FocusRules, corrections_are_free_of_the_product_until_1_2) {
  auto row = ChargeRow::usage().set("ChargeClass", "Correction").set("ListCost", "9");
  EXPECT_THAT(row.rules(v1_2), IsEmpty());
  EXPECT_THAT(row.rules(v1_3), ElementsAre("cost_product ListCost"));
}

TEST(FocusRules, a_row_without_price_is_not_multiplied) {
  EXPECT_THAT(ChargeRow::usage()
                  .set("ChargeClass", "Correction")
                  .set("ListUnitPrice", std::nullopt)
                  .set("ListCost", "9")
                  .rules(v1_3),
              IsEmpty());
}

TEST(FocusRules, unit_prices_are_not_negative) {
  EXPECT_THAT(ChargeRow::usage().set("ListUnitPrice", "-0.1").set("ListCost", "-0.3").rules(),
              ElementsAre("negative_price ListUnitPrice"));
  EXPECT_THAT(ChargeRow::usage().set("ListUnitPrice", "-0.0").set("ListCost", "0").rules(), IsEmpty());
}

TEST(FocusRules, the_billing_currency_is_national_money) {
  for (const char* wrong : {"RUR", "usd", "$", "XAU", "US", "USDT"}) {
    EXPECT_THAT(ChargeRow::usage().set("BillingCurrency", wrong).rules(), ElementsAre("currency BillingCurrency"))
        << wrong;
  }
  auto virtual_money = ChargeRow::usage().set("PricingCurrency", "credits");
  EXPECT_THAT(virtual_money.rules(v1_3), IsEmpty());
  EXPECT_THAT(virtual_money.rules(v1_4), ElementsAre("currency PricingCurrency"));
}

TEST(FocusRules, periods_end_after_they_start) {
  EXPECT_THAT(ChargeRow::usage().set("ChargePeriodEnd", "2026-08-31T00:00:00Z").rules(),
              ElementsAre("period_order ChargePeriodEnd"));
  EXPECT_THAT(ChargeRow::usage().set("BillingPeriodEnd", "2026-09-01T00:00:00Z").rules(),
              ElementsAre("period_order BillingPeriodEnd"));
}

TEST(FocusRules, dates_are_judged_as_text) {
  EXPECT_THAT(ChargeRow::usage().set("ChargePeriodEnd", "2026-09-31T00:00:00Z").rules(),
              ElementsAre("date_value ChargePeriodEnd"));
  for (const char* wrong :
       {"2026-09-02 00:00:00", "2026-09-02", "2026-09-02T00:00:00+00:00", "2026-09-02T00:00:00.0Z"}) {
    EXPECT_THAT(ChargeRow::usage().set("ChargePeriodEnd", wrong).rules(), ElementsAre("date_format ChargePeriodEnd"))
        << wrong;
  }
}

TEST(FocusRules, tags_are_one_flat_object_with_each_key_once) {
  for (const char* wrong :
       {"env=prod", R"({"a":"1","a":"2"})", R"({"a":{"b":1}})", R"(["prod"])", R"({"a":"1")", R"({"a":[1]})"}) {
    EXPECT_THAT(ChargeRow::usage().set("Tags", wrong).rules(), ElementsAre("json_keyvalue Tags")) << wrong;
  }
  EXPECT_THAT(ChargeRow::usage().set("Tags", R"({"a":true,"b":null,"c":-1.5e3,"d":"\u00e9\n"})").rules(), IsEmpty());
}

TEST(FocusRules, objects_of_1_3_and_1_4_have_their_parts) {
  const auto applied = [](const char* json) { return ChargeRow::usage().set("ContractApplied", json).rules(v1_3); };
  EXPECT_THAT(
      applied(R"({"Elements":[{"ContractId":"c","ContractCommitmentId":"k","ContractCommitmentAppliedCost":1.5}]})"),
      IsEmpty());
  EXPECT_THAT(
      applied(R"({"Elements":[{"ContractId":"c","ContractCommitmentId":"k","ContractCommitmentAppliedQuantity":2}]})"),
      ElementsAre("json_object ContractApplied"))
      << "a quantity without its unit";
  EXPECT_THAT(applied(R"({"Elements":[]})"), ElementsAre("json_object ContractApplied"));
  EXPECT_THAT(ChargeRow::usage()
                  .set("AllocatedMethodId", "m")
                  .set("AllocatedMethodDetails", R"({"Elements":[{"AllocatedRatio":1.01}]})")
                  .rules(v1_3),
              ElementsAre("json_object AllocatedMethodDetails"));
  EXPECT_THAT(ChargeRow::usage()
                  .set("CommitmentProgramEligibilityDetails", R"({"CommitmentPrograms":[{"ProgramType":"x"}]})")
                  .rules(v1_4),
              IsEmpty());
}

TEST(FocusRules, unused_commitment_rows_point_at_the_commitment_and_consume_nothing) {
  auto unused = ChargeRow::usage()
                    .set("CommitmentDiscountId", "cd-1")
                    .set("CommitmentDiscountStatus", "Unused")
                    .set("PricingCategory", "Committed");
  EXPECT_THAT(unused.rules(), UnorderedElementsAre("must_be_null ConsumedQuantity", "commitment_link ResourceId"));
  unused.set("ResourceId", "cd-1").set("ConsumedQuantity", std::nullopt).set("ConsumedUnit", std::nullopt);
  EXPECT_THAT(unused.rules(), IsEmpty());
  auto used = ChargeRow::usage().set("CommitmentDiscountId", "cd-1").set("CommitmentDiscountStatus", "Used");
  EXPECT_THAT(used.rules(), ElementsAre("commitment_link PricingCategory"));
}

TEST(FocusRules, a_purchase_is_not_usage_based) {
  EXPECT_THAT(ChargeRow::usage()
                  .set("ChargeCategory", "Purchase")
                  .set("ConsumedQuantity", std::nullopt)
                  .set("ConsumedUnit", std::nullopt)
                  .rules(),
              ElementsAre("frequency ChargeFrequency"));
}

TEST(FocusRules, empty_and_blank_texts_stand_for_nothing) {
  EXPECT_THAT(ChargeRow::usage().set("ResourceId", "").rules(), ElementsAre("empty_string ResourceId"));
  for (const char* blank : {" ", "\t ", "\xC2\xA0", "\xE3\x80\x80 "}) {
    EXPECT_THAT(ChargeRow::usage().set("ResourceId", blank).rules(), ElementsAre("blank_string ResourceId"));
  }
  EXPECT_THAT(ChargeRow::usage().set("ResourceId", " вм").rules(), IsEmpty());
  EXPECT_THAT(ChargeRow::usage().set("x_note", "").rules(), IsEmpty()) << "own columns are not FOCUS's business";
}

TEST(FocusRules, effective_cost_equals_billed_cost_in_1_4_where_nothing_covers_the_row) {
  auto row = ChargeRow::usage().set("EffectiveCost", "0.2");
  EXPECT_THAT(row.rules(v1_3), IsEmpty());
  EXPECT_THAT(row.rules(v1_4), ElementsAre("effective_cost EffectiveCost"));
  EXPECT_THAT(ChargeRow::usage().set("EffectiveCost", "0.300").rules(v1_4), IsEmpty());
}

TEST(FocusRules, a_price_id_has_one_sku_over_all_rows) {
  std::vector<records::Column> columns = {{IZ_CHARGE_SKU_PRICE_ID, {}}, {IZ_CHARGE_SKU_ID, {}}};
  const std::vector<records::Cell> cells = {"P1", "S1", "P2", "S2", "P1", "S1", "P1", "S9"};
  records::BatchView batch;
  batch.kind = IZ_KIND_CHARGE;
  batch.columns = columns;
  batch.cells = cells;
  batch.rows = 4;
  struct Out final : FindingOut {
    int count = 0;
    void finding(const RowFinding& finding) override {
      ++count;
      EXPECT_EQ(finding.rule, "one_value");
      EXPECT_EQ(finding.value, "S9");
      EXPECT_EQ(finding.column, 1U);
    }
  } out;
  FocusRules rules(v1_2, columns);
  for (std::size_t row = 0; row < 4; ++row) rules.check(batch, row, out);
  EXPECT_EQ(out.count, 1);
}

TEST(FocusRules, the_version_is_the_oldest_that_has_all_columns) {
  const auto detect = [](std::vector<records::Column> columns) { return detect_focus_version(columns); };
  EXPECT_EQ(detect({{IZ_CHARGE_BILLED_COST, {}}, {IZ_FIELD_EXTENSION, "x_a"}}), v1_0);
  EXPECT_EQ(detect({{IZ_CHARGE_SKU_METER, {}}}), v1_1);
  EXPECT_EQ(detect({{IZ_CHARGE_INVOICE_ID, {}}, {IZ_CHARGE_SKU_METER, {}}}), v1_2);
  EXPECT_EQ(detect({{IZ_CHARGE_CONTRACT_APPLIED, {}}}), v1_3);
  EXPECT_EQ(detect({{IZ_CHARGE_INVOICE_DETAIL_ID, {}}}), v1_4);
  EXPECT_EQ(parse_focus_version("v1.2"), v1_2);
  EXPECT_EQ(parse_focus_version("1.4.0"), v1_4);
  EXPECT_EQ(parse_focus_version("2.0"), std::nullopt);
}

// Two rows of two columns: a subcategory and tags, each a group.
struct Judged {
  explicit Judged(std::string_view first, std::string_view second)
      : cells{first, R"({"a":"b"})", second, records::Cell{}} {
    batch.kind = IZ_KIND_CHARGE;
    batch.columns = columns;
    batch.cells = cells;
    batch.rows = 2;
  }
  std::vector<records::Column> columns{{IZ_CHARGE_SERVICE_CATEGORY, {}}, {IZ_CHARGE_TAGS, {}}};
  std::vector<FocusRules::Columns> groups{{0}, {1}};
  std::vector<records::Cell> cells;
  records::BatchView batch;
  FocusRules rules{v1_2, columns, groups};
};

TEST(FocusRules, texts_that_say_the_same_get_the_same_number) {
  Judged compute("Compute", "Compute");
  const auto number = compute.rules.judge(0, compute.batch, 0);
  EXPECT_NE(number, FocusRules::kJudgeAgain);
  EXPECT_EQ(compute.rules.judge(0, compute.batch, 1), number);
  EXPECT_EQ(compute.rules.judge(1, compute.batch, 1), FocusRules::kNothing);
  Judged storage("Compute", "Storage");
  EXPECT_NE(storage.rules.judge(0, storage.batch, 0), storage.rules.judge(0, storage.batch, 1));
}

TEST(FocusRules, texts_with_something_wrong_are_judged_in_every_row) {
  Judged wrong("Computers", "Computers");
  EXPECT_EQ(wrong.rules.judge(0, wrong.batch, 0), FocusRules::kJudgeAgain);
  EXPECT_EQ(wrong.rules.judge(0, wrong.batch, 1), FocusRules::kJudgeAgain);
}

}  // namespace
}  // namespace iz::finops::test
