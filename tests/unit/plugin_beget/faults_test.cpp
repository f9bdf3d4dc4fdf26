// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/api/faults.hpp"

#include "beget_run.hpp"

// What the APIs say instead of what they were asked for, most of it inside of HTTP 200.
namespace iz::beget::test {
namespace {

using infrazen::ErrorClass;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string in_words(const std::optional<infrazen::Error>& error) {
  if (!error) return "none";
  constexpr const char* kWords[] = {"ok",     "transient", "rate_limited", "auth",
                                    "config", "permanent", "cancelled",    "internal"};
  return kWords[static_cast<std::size_t>(error->error_class())];
}
std::string cloud(const char* body) {
  const support::JsonDocument document(body, "test");
  return in_words(cloud_fault(document.root(), "call"));
}
std::string hosting(const char* body) {
  const support::JsonDocument document(body, "test");
  return in_words(hosting_fault(document.root(), "call"));
}

TEST(BegetFaults, the_cloud_s_errors_have_the_class_that_fits) {
  EXPECT_EQ(cloud(R"({"vps":[]})"), "none");
  EXPECT_EQ(cloud(R"({"page":{"projects":[]},"error":{}})"), "none") << "an empty error beside a payload";
  EXPECT_EQ(cloud(R"({"code":"kz1","message":"a region"})"), "none") << "a code that is a text is no gateway's";
  EXPECT_EQ(cloud(R"({"error":{"code":"INVALID_STATE","message":"VPS is busy"}})"), "transient");
  EXPECT_EQ(cloud(R"({"error":{"code":"TEMPORARILY_UNAVAILABLE"}})"), "transient");
  EXPECT_EQ(cloud(R"({"error":{"code":"INSUFFICIENT_FUNDS"}})"), "permanent");
  EXPECT_EQ(cloud(R"({"error":{"code":"SOMETHING_NEW"}})"), "permanent");
  EXPECT_EQ(cloud(R"({"error":"INCORRECT_CREDENTIALS"})"), "auth");
  EXPECT_EQ(cloud(R"({"code":16,"message":"unauthenticated","details":[]})"), "auth");
  EXPECT_EQ(cloud(R"({"code":7,"message":"no"})"), "auth");
  EXPECT_EQ(cloud(R"({"code":8,"message":"slow down"})"), "rate_limited");
  EXPECT_EQ(cloud(R"({"code":14,"message":"later"})"), "transient");
}

TEST(BegetFaults, the_hosting_s_errors_are_found_on_both_layers) {
  EXPECT_EQ(hosting(R"({"status":"success","answer":{"status":"success","result":[]}})"), "none");
  EXPECT_EQ(hosting(R"({"status":"error","error_text":"No such login","error_code":"AUTH_ERROR"})"), "auth");
  EXPECT_EQ(hosting(R"({"status":"error","error_text":"x","error_code":3})"), "auth") << "codes come as numbers, too";
  EXPECT_EQ(hosting(R"({"status":"error","error_text":"no access","error_code":"6"})"), "auth");
  EXPECT_EQ(hosting(R"({"status":"error","error_text":"x","error_code":"NO_SUCH_METHOD"})"), "permanent");
  EXPECT_EQ(hosting(R"({"status":"error","error_text":"Too many requests","error_code":99})"), "rate_limited");
  EXPECT_EQ(hosting(R"({"status":"success","answer":{"status":"error","errors":[{"error_code":"INVALID_DATA"}]}})"),
            "permanent");
  EXPECT_EQ(hosting(R"({"status":"success","answer":{"status":"error","errors":[{"error_code":"LIMIT_ERROR"}]}})"),
            "rate_limited");
  EXPECT_EQ(hosting(R"({"status":"success","answer":{"status":"error","errors":[{"error_code":"METHOD_FAILED"}]}})"),
            "transient");
  EXPECT_EQ(hosting(R"({"status":"success","answer":{"status":"error","errors":[]}})"), "transient");
  EXPECT_EQ(hosting(R"({"hello":"world"})"), "transient") << "no answer of this API";
}

class BegetRefused : public ::testing::Test {
 protected:
  void load() { connection_.host().http().load(kFolder / "testdata"); }
  Connection connection_;
};

TEST_F(BegetRefused, a_wrong_cloud_password_is_tried_once_and_the_hosting_goes_on) {
  connection_.answer("POST", "/v1/auth", R"({"error":"INCORRECT_CREDENTIALS"})");
  for (const char* file : {"account", "sites", "databases", "domains", "ftp", "mail_1"}) {
    std::string text = read_text(kFolder / "testdata" / (std::string(file) + ".http"));
    connection_.answer("POST",
                       text.substr(text.find(kApi) + kApi.size(), text.find('\n') - text.find(kApi) - kApi.size()),
                       text.substr(text.find('{')));
  }
  const auto run = connection_.run("inventory");
  EXPECT_EQ(run.error_class, static_cast<std::uint32_t>(IZ_ERR_PERMANENT)) << run.message;
  EXPECT_THAT(run.message, HasSubstr("INCORRECT_CREDENTIALS: check 'cloud_login' and secret 'cloud_password'"));
  EXPECT_TRUE(run.completed(Kind::resource, "hosting/sites"));
  EXPECT_FALSE(run.completed(Kind::resource, "cloud/vps"));
  std::size_t logins = 0;
  for (const auto& sent : connection_.host().http().sent()) logins += sent.url.ends_with("/v1/auth") ? 1 : 0;
  EXPECT_EQ(logins, 1U) << "more would lock the account";
}

TEST_F(BegetRefused, with_one_secret_alone_the_class_is_auth) {
  Connection other;
  infrazen::testkit::Host host;
  host.setting("login", "demo").setting("cloud_login", "").setting("base_url", kApi);
  const auto none = host.sync(infrazen_module_v1, {.stream = "balance"});
  EXPECT_EQ(none.error_class, static_cast<std::uint32_t>(IZ_ERR_CONFIG));
  EXPECT_THAT(none.message, HasSubstr("add 'api_password' for the hosting, 'cloud_password' for the cloud, or both"));

  connection_.hosting("user/getAccountInfo",
                      R"({"status":"error","error_text":"No such login","error_code":"AUTH_ERROR"})");
  const auto run = connection_.run("balance");
  EXPECT_EQ(run.error_class, static_cast<std::uint32_t>(IZ_ERR_AUTH));
  EXPECT_THAT(run.message,
              HasSubstr("user/getAccountInfo: AUTH_ERROR (No such login): check the login and the password"));
}

TEST_F(BegetRefused, the_sign_in_s_answer_is_quoted_nowhere) {
  for (const char* body :
       {R"({"error":{"message":"planted-s3cret"},"access":"planted-s3cret"})", R"({"refresh_token":"planted-s3cret"})",
        "<html>planted-s3cret</html>", R"({"error":"planted-s3cret is wrong"})"}) {
    Connection connection;
    connection.answer("POST", "/v1/auth", body);
    const auto run = connection.run("prices");
    EXPECT_FALSE(run.ok());
    EXPECT_EQ(run.message.find("planted-s3cret"), std::string::npos) << run.message;
    for (const auto& line : run.log) EXPECT_EQ(line.text.find("planted-s3cret"), std::string::npos) << line.text;
  }
}

TEST_F(BegetRefused, a_token_that_ran_out_is_renewed_once) {
  connection_.answer("GET", "/v1/vps/configuration", R"({"code":16,"message":"unauthenticated"})", 401);
  load();
  connection_.hosting("domain/getZoneList", "");
  const auto run = connection_.run("prices");
  EXPECT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(run.row(Kind::price, "sku_id", "vps:std-2")["unit_price"], "16");
}

TEST_F(BegetRefused, a_token_that_is_refused_although_new_is_an_end) {
  connection_.answer("POST", "/v1/auth", R"({"token":"t"})");
  for (const char* path : {"/v1/vps/configuration", "/v1/cloud/configuration"})
    connection_.answer("GET", path, R"({"code":16,"message":"unauthenticated"})", 401);
  const auto run = connection_.run("prices");
  EXPECT_FALSE(run.ok());
  std::size_t logins = 0;
  for (const auto& sent : connection_.host().http().sent()) logins += sent.url.ends_with("/v1/auth") ? 1 : 0;
  EXPECT_EQ(logins, 2U);
}

TEST_F(BegetRefused, an_error_instead_of_a_listing_retires_nothing_and_the_others_go_on) {
  connection_.get("/v1/cloud?view=SERVICE_VIEW_FULL&offset=0&limit=100",
                  R"({"error":{"code":"INTERNAL_ERROR","message":"oops"}})");
  load();
  const auto run = connection_.run("inventory");
  EXPECT_EQ(run.error_class, static_cast<std::uint32_t>(IZ_ERR_TRANSIENT)) << run.message;
  EXPECT_THAT(run.message, HasSubstr("1 of 12 listings failed: cloud/services: "));
  EXPECT_THAT(run.message, HasSubstr("INTERNAL_ERROR (oops)"));
  EXPECT_FALSE(run.completed(Kind::resource, "cloud/services"));
  EXPECT_TRUE(run.completed(Kind::resource, "cloud/vps"));
  EXPECT_EQ(run.row(Kind::resource, "external_id", "0a1b")["type"], "vps");
}

TEST_F(BegetRefused, a_server_that_the_listing_lacks_is_asked_for_by_itself) {
  load();
  connection_.get("/v1/vps/server/statuses", R"({"statuses":[]})");
  std::string three = read_text(kFolder / "testdata/vps_statuses.http");
  three = three.substr(three.find('{'));
  three.replace(three.find("\"4e5f\""), 6, "\"new1\"");
  Connection connection;
  connection.get("/v1/vps/server/statuses", three);
  connection.get("/v1/vps/server/new1",
                 R"({"vps":{"id":"new1","display_name":"born while listing","status":"CREATING"}})");
  connection.host().http().load(kFolder / "testdata");
  const auto run = connection.run("inventory");
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(run.row(Kind::resource, "external_id", "new1")["name"], "born while listing");
  EXPECT_EQ(run.row(Kind::resource, "external_id", "4e5f")["name"], "attic")
      << "what is listed is there, whatever statuses say";
}

TEST_F(BegetRefused, a_server_that_the_listing_lacks_is_gone_only_by_the_providers_word) {
  const auto complete = [](const std::string& body) {
    Connection connection;
    connection.get("/v1/vps/server/statuses", R"({"statuses":[{"id":"new1"}]})");
    connection.host().http().answer("GET", "https://api.beget.com/v1/vps/server/new1", {404, {}, body});
    connection.host().http().load(kFolder / "testdata");
    return connection.run("inventory").completed(Kind::resource, "cloud/vps");
  };
  EXPECT_TRUE(complete(R"({"code":5,"message":"not found","details":[]})"));
  EXPECT_FALSE(complete("<html>404 Not Found</html>"));
}

TEST_F(BegetRefused, costs_that_lack_a_listing_from_the_start_wait_for_it) {
  connection_.get("/v1/vps/snapshot", R"({"error":{"code":"INTERNAL_ERROR"}})");
  load();
  const auto run = connection_.run("costs");
  EXPECT_EQ(run.error_class, static_cast<std::uint32_t>(IZ_ERR_TRANSIENT)) << run.message;
  EXPECT_THAT(run.message, HasSubstr("prices of snapshots"));
  EXPECT_THAT(run.rows, IsEmpty());
  EXPECT_THAT(run.cursors, IsEmpty());
  const auto again = connection_.run("costs");
  EXPECT_TRUE(again.ok()) << again.message;
  EXPECT_EQ(again.of(Kind::charge).size(), 8U);
}

TEST_F(BegetRefused, events_of_a_server_whose_history_was_not_found_are_told_when_it_is) {
  connection_.answer("GET", "/v1/vps/0a1b/history", R"({"code":5,"message":"not found"})", 404);
  load();
  const auto run = connection_.run("logs");
  EXPECT_TRUE(run.ok()) << run.message << ": it may be gone";
  const std::size_t all = connection_.run("logs").of(Kind::log).size();
  EXPECT_GT(all, run.of(Kind::log).size());
  EXPECT_EQ(all, 5U);
  EXPECT_THAT(connection_.run("logs").of(Kind::log), IsEmpty());
}

TEST_F(BegetRefused, what_is_no_list_is_not_taken_for_an_empty_one) {
  connection_.hosting("site/getList", R"({"status":"success","answer":{"status":"success","result":null}})");
  connection_.get("/v1/vps/network", R"({"hello":"world"})");
  load();
  const auto run = connection_.run("inventory");
  EXPECT_FALSE(run.ok());
  EXPECT_FALSE(run.completed(Kind::resource, "hosting/sites"));
  EXPECT_FALSE(run.completed(Kind::resource, "cloud/network"));
}

}  // namespace
}  // namespace iz::beget::test
