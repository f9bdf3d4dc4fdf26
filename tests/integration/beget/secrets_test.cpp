// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>

#include "harness/paths.hpp"
#include "harness/process.hpp"
#include "harness/wait_until.hpp"
#include "integration/beget/account.hpp"

// The API shows passwords in many places. None of them may be anywhere afterwards.
namespace iz::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string hex(const std::string& text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

// Tables of the schema that have the text in some cell, also in bytes.
std::vector<std::string> tables_with(const Infrazend& daemon, const std::string& text) {
  std::vector<std::string> found;
  for (const PgRow& table :
       daemon.query("SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname ="
                    " 'infrazen' AND c.relkind IN ('r', 'p', 'm') ORDER BY 1")) {
    const std::string name = table.at(0).value();
    const std::string count = daemon.scalar("SELECT count(*) FROM infrazen.\"" + name + "\" t WHERE strpos(t::text, '" +
                                            text + "') > 0 OR strpos(t::text, '" + hex(text) + "') > 0");
    if (count != "0") found.push_back(name);
  }
  return found;
}

TEST(BegetSecrets, passwords_of_the_account_and_inside_of_objects_reach_no_table_and_no_log) {
  BegetAccount account;
  account.start("inventory,costs,metrics,logs,prices,balance");
  // And errors that repeat them.
  account.hosting.say("site/getList",
                      R"({"status":"error","errors":[{"error_code":"INVALID_DATA","error_text":"passwd ')" +
                          account.hosting.password + R"(' is odd"}]})");
  account.cloud.say("/v1/vps/snapshot", R"({"error":{"code":"INVALID_STATE","message":"token {token}, password )" +
                                            account.cloud.password + R"("}})");
  account.sync("inventory");
  EXPECT_THAT(account.outcome("inventory"), HasSubstr("2 of 12 listings failed"));
  // The tables are searched, and this is how a hit would look.
  EXPECT_THAT(tables_with(account.daemon, "shop-db"), Not(IsEmpty()));
  for (const std::string& secret :
       {account.cloud.planted, account.cloud.password, account.hosting.password, std::string("cloud-token-")}) {
    EXPECT_THAT(tables_with(account.daemon, secret), IsEmpty()) << secret;
    EXPECT_EQ(account.daemon.log().find(secret), std::string::npos) << secret;
  }
  for (const auto& request : account.server.requests()) {
    EXPECT_EQ(request.target.find("open"), std::string::npos) << "a password in an address: " << request.target;
  }
}

TEST(BegetSecrets, the_test_of_a_connection_names_what_is_wrong_right_by_right) {
  BegetAccount account;
  account.start("balance");
  const auto test = [&] {
    return run({kInfrazen, "--config", account.daemon.config_file(), "connection", "test", "shop"});
  };
  const auto good = test();
  EXPECT_TRUE(good.status.ok()) << good.out << good.err;
  EXPECT_THAT(good.out, HasSubstr("hosting API, section stat"));
  EXPECT_THAT(good.out, Not(HasSubstr("not tried"))) << good.out;

  account.hosting.say("stat/getSitesListLoad",
                      R"({"status":"error","errors":[{"error_code":"ACCESS_DENIED","error_text":"no rights"}]})");
  account.cloud.password = "another";
  const auto bad = test();
  EXPECT_FALSE(bad.status.ok());
  EXPECT_THAT(bad.out, HasSubstr("INCORRECT_CREDENTIALS"));
  EXPECT_THAT(bad.out, HasSubstr("give the user or the API password this right"));
  EXPECT_THAT(bad.out, Not(HasSubstr(account.cloud.planted)));
}

}  // namespace
}  // namespace iz::test
