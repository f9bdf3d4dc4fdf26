// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "finops/focus_facts.hpp"
#include "finops/focus_null_rules.hpp"
#include "harness/shared_data.hpp"
#include "records/kinds.hpp"

namespace iz::finops {
namespace {

TEST(FocusFacts, every_focus_column_of_a_charge_has_its_facts) {
  std::size_t count = 0;
  for (const records::Field& field : records::find_kind(IZ_KIND_CHARGE)->fields) {
    if (field.id > IZ_CHARGE_INVOICE_DETAIL_ID) continue;  // InfraZen's own
    ++count;
    const FocusColumn* fact = find_focus_column(field.id);
    ASSERT_NE(fact, nullptr) << field.name;
    EXPECT_EQ(fact->format == Format::instant, field.type == records::FieldType::instant) << field.name;
    EXPECT_EQ(fact->format == Format::number || fact->format == Format::price,
              field.type == records::FieldType::decimal)
        << field.name;
  }
  EXPECT_EQ(focus_columns().size(), count);
  EXPECT_EQ(find_focus_column(IZ_CHARGE_TAX_RATE), nullptr);
}

TEST(FocusFacts, null_rules_speak_of_columns_in_versions_that_have_them) {
  for (const NullRule& rule : null_rules()) {
    const FocusColumn* column = find_focus_column(rule.field);
    ASSERT_NE(column, nullptr);
    EXPECT_GE(rule.since, column->since) << rule.message;
    EXPECT_EQ(rule.other == 0, rule.state == Other::ignored) << rule.message;
    EXPECT_NE(rule.field, rule.other) << rule.message;
    EXPECT_TRUE(rule.message.starts_with(records::find_kind(IZ_KIND_CHARGE)->find(rule.field)->name)) << rule.message;
  }
}

TEST(FocusFacts, subcategories_are_under_categories_that_exist) {
  EXPECT_EQ(service_subcategories().size(), 82U);
  const auto categories = find_focus_column(IZ_CHARGE_SERVICE_CATEGORY)->allowed;
  std::set<std::string_view> names;
  for (const ServiceSubcategory& entry : service_subcategories()) {
    ASSERT_GE(entry.category, 1);
    ASSERT_LE(entry.category, categories.size());
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    if (entry.name.starts_with("Other (")) {
      EXPECT_EQ(entry.name, "Other (" + std::string(categories[entry.category - 1U]) + ")");
    }
  }
}

TEST(FocusFacts, money_is_told_from_metal) {
  for (const char* money : {"USD", "RUB", "EUR", "AED", "ZWL", "XOF", "KZT", "BYN"})
    EXPECT_TRUE(is_national_currency(money)) << money;
  for (const char* other : {"XAU", "XTS", "XDR", "XXX"}) {
    EXPECT_FALSE(is_national_currency(other)) << other;
    EXPECT_TRUE(is_currency(other)) << other;
  }
  for (const char* none : {"RUR", "", "US", "EUROS", "usd"}) EXPECT_FALSE(is_currency(none)) << none;
}

TEST(FocusFacts, they_agree_with_the_published_column_tables) {
  IZ_REQUIRE_SHARED("focus/columns.csv");
  std::ifstream in(iz::test::shared_data("focus/columns.csv"));
  std::string line;
  std::getline(in, line);
  std::map<std::string, std::pair<std::string, std::string>> versions;  // first and last
  std::set<std::string> never_null;
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    std::string version, dataset, column, ignored, nulls;
    std::getline(fields, version, ',');
    std::getline(fields, dataset, ',');
    std::getline(fields, column, ',');
    if (dataset != "Cost and Usage") continue;
    auto [at, first] = versions.emplace(column, std::pair(version, version));
    at->second.second = version;
    for (int i = 0; i < 3; ++i) std::getline(fields, ignored, ',');
    std::getline(fields, nulls, ',');
    if (nulls == "False") never_null.insert(column);
  }
  ASSERT_EQ(versions.size(), focus_columns().size());
  never_null.erase("BillingAccountType");  // tied to BillingAccountId instead
  for (const FocusColumn& fact : focus_columns()) {
    const std::string name(records::find_kind(IZ_KIND_CHARGE)->find(fact.field)->name);
    ASSERT_TRUE(versions.contains(name)) << name;
    EXPECT_EQ(to_string(fact.since), versions[name].first) << name;
    EXPECT_EQ(to_string(fact.until), versions[name].second) << name;
    EXPECT_EQ(fact.never_null, never_null.contains(name)) << name;
  }
}

TEST(FocusFacts, currencies_are_those_of_iso_4217) {
  IZ_REQUIRE_SHARED("focus/iso_4217.csv");
  std::ifstream in(iz::test::shared_data("focus/iso_4217.csv"));
  std::string code;
  std::getline(in, code);
  while (std::getline(in, code)) {
    if (code.ends_with('\r')) code.pop_back();
    if (!code.empty()) EXPECT_TRUE(is_currency(code)) << code;
  }
}

}  // namespace
}  // namespace iz::finops
