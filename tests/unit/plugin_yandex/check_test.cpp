// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex_run.hpp"

// `infrazen connection test`: what is wrong, and what to do.
namespace iz::yandex {
namespace {

using testing::HasSubstr;

const infrazen::testkit::Verdict& verdict(const Recording& run, const std::string& subject) {
  for (const auto& one : run.verdicts) {
    if (one.subject == subject) return one;
  }
  throw std::out_of_range(subject);
}

struct YandexCheck : testing::Test {
  YandexCheck() {
    cloud.host.json_setting("folders", R"(["f-1"])")
        .json_setting("kinds", R"(["compute.disk","compute.image","ydb.*"])");
    cloud.get("resource-manager", "/resource-manager/v1/folders/f-1", R"({"id":"f-1","cloudId":"c-1","name":"one"})");
    cloud.get("monitoring", "/monitoring/v2/metrics?pageSize=1&folderId=f-1", "{}");
    cloud.get("compute", "/compute/v1/disks?folderId=f-1&pageSize=1", "{}");
    cloud.host.http().answer("GET", "https://compute.api.cloud.yandex.net/compute/v1/images?folderId=f-1&pageSize=1",
                             {403, {}, R"({"code":7,"message":"Permission denied"})"});
  }
  YandexRun cloud;
};

TEST_F(YandexCheck, says_permission_by_permission_which_role_is_missing_where) {
  const Recording run = cloud.host.check(infrazen_module_v1);
  EXPECT_EQ(verdict(run, "IAM token").verdict, std::uint32_t{IZ_CHECK_PASSED});
  EXPECT_EQ(verdict(run, "clouds and folders").verdict, std::uint32_t{IZ_CHECK_PASSED});
  EXPECT_EQ(verdict(run, "list compute.disk").verdict, std::uint32_t{IZ_CHECK_PASSED});
  EXPECT_EQ(verdict(run, "list compute.image").verdict, std::uint32_t{IZ_CHECK_FAILED});
  EXPECT_THAT(verdict(run, "list compute.image").detail,
              HasSubstr("grant service account sa-1 the role compute.viewer"));
  EXPECT_EQ(verdict(run, "list ydb.database").verdict, std::uint32_t{IZ_CHECK_SKIPPED});
  EXPECT_EQ(verdict(run, "audit events").verdict, std::uint32_t{IZ_CHECK_SKIPPED});
}

TEST_F(YandexCheck, a_refused_key_is_named_and_nothing_else_is_tried_with_it) {
  infrazen::testkit::Host host;
  host.setting("key_id", "key-1").setting("service_account_id", "sa-1").setting("discover_endpoints", "false");
  host.secret("key", "x").json_setting("kinds", R"(["compute.disk"])");
  host.http().answer("POST", "https://iam.api.cloud.yandex.net/iam/v1/tokens",
                     {401, {}, R"({"code":16,"message":"Token is invalid"})"});
  const Recording run = host.check(infrazen_module_v1);
  EXPECT_EQ(verdict(run, "IAM token").verdict, std::uint32_t{IZ_CHECK_FAILED});
  EXPECT_THAT(verdict(run, "IAM token").detail, HasSubstr("service account sa-1, key key-1"));
  EXPECT_EQ(verdict(run, "clouds and folders").verdict, std::uint32_t{IZ_CHECK_SKIPPED});
}

TEST(YandexSettings, a_key_without_its_id_is_a_config_error_that_names_both_settings) {
  infrazen::testkit::Host host;
  host.secret("key", "x");
  const Recording run = host.sync(infrazen_module_v1, {.stream = "inventory"});
  EXPECT_EQ(run.error_class, std::uint32_t{IZ_ERR_CONFIG});
  EXPECT_THAT(run.message, HasSubstr("'key_id' and 'service_account_id'"));
}

TEST(YandexAccess, the_metadata_service_is_asked_as_it_wants_and_oauth_is_called_deprecated) {
  infrazen::testkit::Host host;
  host.setting("auth", "metadata").setting("discover_endpoints", "false").json_setting("folders", R"(["f-1"])");
  host.json_setting("kinds", R"(["compute.disk"])");
  host.http().get("http://169.254.169.254/computeMetadata/v1/instance/service-accounts/default/token",
                  R"({"access_token":"t1.x","expires_in":39600,"token_type":"Bearer"})");
  host.http().get("https://resource-manager.api.cloud.yandex.net/resource-manager/v1/folders/f-1",
                  R"({"id":"f-1","cloudId":"c-1"})");
  host.http().get("https://compute.api.cloud.yandex.net/compute/v1/disks?folderId=f-1&pageSize=1000", "{}");
  EXPECT_TRUE(host.sync(infrazen_module_v1, {.stream = "inventory"}).ok());
  EXPECT_EQ(host.http().sent().front().headers.at("metadata-flavor"), "Google");

  host.setting("auth", "oauth").secret("oauth_token", "y0_secret");
  host.http().answer("POST", "https://iam.api.cloud.yandex.net/iam/v1/tokens",
                     {200, {}, R"({"iamToken":"t1.y","expiresAt":"2026-09-01T12:00:00Z"})"});
  const Recording run = host.sync(infrazen_module_v1, {.stream = "inventory"});
  EXPECT_TRUE(run.ok()) << run.message;
  EXPECT_TRUE(std::any_of(run.log.begin(), run.log.end(),
                          [](const auto& line) { return line.text.find("deprecated") != std::string::npos; }));
}

}  // namespace
}  // namespace iz::yandex
