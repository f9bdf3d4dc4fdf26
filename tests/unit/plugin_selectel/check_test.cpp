// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <map>

#include "selectel_run.hpp"

// `infrazen connection test`: what an operator reads.
namespace iz::selectel::test {
namespace {

using testing::HasSubstr;

const std::string kRegion = "https://ru-9.cloud.api.selcloud.ru/";

// Verdicts by subject: "passed", "failed: …", "skipped: …".
std::map<std::string, std::string> verdicts(Connection& connection) {
  std::map<std::string, std::string> found;
  for (const auto& one : connection.host.check(infrazen_module_v1).verdicts) {
    found[one.subject] = one.verdict == IZ_CHECK_PASSED   ? "passed"
                         : one.verdict == IZ_CHECK_FAILED ? "failed: " + one.detail
                                                          : "skipped: " + one.detail;
  }
  return found;
}

TEST(SelectelCheck, goes_credential_by_credential_and_service_by_service) {
  Connection connection;
  auto& http = connection.host.http();
  http.answer("GET", "https://api.selectel.ru/v2/billing/prediction", {403, {}, R"({"error":"forbidden"})"});
  http.load(kFolder / "testdata/inventory");
  http.get(kRegion + "compute/v2.1/servers/detail?limit=1", R"({"servers":[]})");
  http.answer("GET", kRegion + "network/v2.0/networks?limit=1", {403, {}, "{}"});
  http.answer("GET", kRegion + "network/v2.0/ports?limit=1", {503, {}, "no"});
  http.answer("GET", kRegion + "volume/v3/" + std::string(kProject) + "/volumes/detail?limit=1", {406, {}, "{}"});
  const auto found = verdicts(connection);
  EXPECT_EQ(found.at("settings"), "passed");
  EXPECT_EQ(found.at("secret api_key (X-Token)"), "passed");
  EXPECT_EQ(found.at("password of user infrazen-reader, account scope"), "passed");
  EXPECT_EQ(found.at("list of projects"), "passed");
  EXPECT_EQ(found.at("project shop"), "passed");
  EXPECT_EQ(found.at("project shop: servers in ru-9"), "passed");
  EXPECT_THAT(found.at("billing: prediction"), HasSubstr("give the user the role billing on the account"));
  EXPECT_THAT(found.at("project shop: networks in ru-9"), HasSubstr("give the user the role reader in this project"));
  EXPECT_THAT(found.at("project shop: ports in ru-9"), HasSubstr("failed: "));
  EXPECT_EQ(found.at("project shop: registries"), "passed");
  EXPECT_THAT(found.at("project shop: routers in ru-9"), HasSubstr("skipped: the service is not there"));
}

TEST(SelectelCheck, a_wrong_password_ends_the_test_of_what_needs_it_and_not_the_rest) {
  Connection connection;
  auto& http = connection.host.http();
  http.get("https://api.selectel.ru/v3/balances", R"({"data":{"billings":[]}})");
  http.answer("POST", "https://cloud.api.selcloud.ru/identity/v3/auth/tokens",
              {401, {}, R"({"error":{"code":401,"title":"Unauthorized"}})"});
  const auto found = verdicts(connection);
  EXPECT_EQ(found.at("secret api_key (X-Token)"), "passed");
  EXPECT_THAT(found.at("password of user infrazen-reader, account scope"),
              HasSubstr("user infrazen-reader of domain 100001 got no token for domain 100001 at "
                        "https://cloud.api.selcloud.ru/identity/v3: is the password right"));
  EXPECT_FALSE(found.contains("list of projects"));
}

TEST(SelectelCheck, a_stock_openstack_is_not_asked_for_a_bill) {
  Connection connection;
  connection.host.setting("vendor", "none").setting("account", "Default");
  const auto found = verdicts(connection);
  EXPECT_EQ(found.size(), 2U);
  EXPECT_THAT(found.at("password of user infrazen-reader"), HasSubstr("failed: "));
}

TEST(SelectelCheck, a_user_without_a_password_is_named) {
  infrazen::testkit::Host bare;
  for (const auto& setting : manifest().settings) {
    if (setting.default_json == R"("selectel")") bare.setting(setting.name, "selectel");
    if (setting.default_json == R"("Selectel")") bare.setting(setting.name, "Selectel");
  }
  bare.setting("account", "1").setting("user", "reader");
  const Recording run = bare.check(infrazen_module_v1);
  ASSERT_EQ(run.verdicts.size(), 1U);
  EXPECT_THAT(run.verdicts[0].detail, HasSubstr("the secret 'password' is not: name one under 'secrets'"));
}

}  // namespace
}  // namespace iz::selectel::test
