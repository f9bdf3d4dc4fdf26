// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fstream>

#include <gmock/gmock.h>

#include "harness/temp_dir.hpp"
#include "small_export.hpp"
#include "unit/plugin_yandex/yandex_run.hpp"

// What `infrazen connection test` says about money.
namespace iz::yandex {
namespace {

using infrazen::testkit::Verdict;
using ::testing::HasSubstr;

struct CheckOfCosts : testing::Test {
  const Verdict& verdict(const std::string& subject) {
    run = cloud.host.check(infrazen_module_v1);
    for (const Verdict& one : run.verdicts) {
      if (one.subject.starts_with(subject)) return one;
    }
    ADD_FAILURE() << "nothing is said about " << subject;
    static const Verdict kNone{IZ_CHECK_SKIPPED, {}, {}};
    return kNone;
  }
  void accounts() {
    cloud.get("billing", "/billing/v1/billingAccounts?pageSize=1000",
              R"({"billingAccounts":[{"id":"acc-1","name":"a","currency":"RUB","active":true,"balance":"1"}]})");
  }
  void put(const std::string& name, const std::string& text) {
    std::ofstream(folder.path() / name) << text;
    cloud.host.grant("billing_path", folder.path());
  }
  YandexRun cloud;
  iz::test::TempDir folder;
  Recording run;
};

TEST_F(CheckOfCosts, an_export_that_can_be_read_and_an_account_that_is_seen_pass) {
  accounts();
  put("20261014.csv", test::small_export({{}}));
  EXPECT_EQ(verdict("file 20261014.csv").verdict, IZ_CHECK_PASSED);
}

TEST_F(CheckOfCosts, the_balance_is_told_apart_from_the_prices) {
  accounts();
  EXPECT_EQ(verdict("balance of acc-1").verdict, IZ_CHECK_PASSED);
}

TEST_F(CheckOfCosts, a_folder_without_exports_says_where_they_are_set_up) {
  put("notes.txt", "x");
  const Verdict& said = verdict("files of the billing export");
  EXPECT_EQ(said.verdict, IZ_CHECK_FAILED);
  EXPECT_THAT(said.detail, HasSubstr("console: Billing, Export"));
}

TEST_F(CheckOfCosts, a_file_that_is_no_export_is_told) {
  put("other.csv", "a,b\n1,2\n");
  const Verdict& said = verdict("file other.csv");
  EXPECT_EQ(said.verdict, IZ_CHECK_FAILED);
  EXPECT_THAT(said.detail, HasSubstr("billing_prefix"));
}

TEST_F(CheckOfCosts, accounts_that_may_not_be_listed_name_the_role) {
  cloud.host.http().answer("GET", "https://billing.api.cloud.yandex.net/billing/v1/billingAccounts?pageSize=1000",
                           {403, {}, R"({"code":7,"message":"Permission denied"})"});
  const Verdict& said = verdict("billing accounts");
  EXPECT_EQ(said.verdict, IZ_CHECK_FAILED);
  EXPECT_THAT(said.detail, HasSubstr("billing.accounts.viewer"));
}

TEST_F(CheckOfCosts, a_report_that_may_not_be_asked_for_names_the_permission) {
  accounts();
  cloud.host.setting("reconcile_every", "1d");
  cloud.host.http().answer("POST",
                           "https://billing.api.cloud.yandex.net/"
                           "yandex.cloud.billing.usage_records.v1.ConsumptionCoreService/GetServiceUsageReport",
                           {200, {{"grpc-status", "7"}}, ""});
  const Verdict& said = verdict("permission billing.accounts.getReport");
  EXPECT_EQ(said.verdict, IZ_CHECK_FAILED);
  EXPECT_THAT(said.detail, HasSubstr("billing.accounts.viewer"));
}

TEST_F(CheckOfCosts, what_is_not_set_up_is_skipped_with_the_reason) {
  accounts();
  EXPECT_EQ(verdict("files of the billing export").verdict, IZ_CHECK_SKIPPED);
  EXPECT_EQ(verdict("permission billing.accounts.getReport").verdict, IZ_CHECK_SKIPPED);
}

}  // namespace
}  // namespace iz::yandex
