// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex_run.hpp"

// A folder that was listed once and is in no listing now.
namespace iz::yandex {
namespace {

struct LostFolder : testing::Test {
  LostFolder() {
    cloud.host.json_setting("kinds", R"(["compute.disk"])");
    cloud.get("organization-manager", "/organization-manager/v1/organizations?pageSize=1000", "{}");
    cloud.get("resource-manager", "/resource-manager/v1/clouds?pageSize=1000", R"({"clouds":[{"id":"c-1"}]})");
    cloud.get("compute", "/compute/v1/disks?folderId=f-1&pageSize=1000", "{}");
  }
  void folders(const std::string& body) {
    cloud.get("resource-manager", "/resource-manager/v1/folders?cloudId=c-1&pageSize=1000", body);
  }
  void lost(std::uint32_t status, const std::string& body) {
    cloud.host.http().answer("GET", "https://resource-manager.api.cloud.yandex.net/resource-manager/v1/folders/f-2",
                             {status, {}, body});
  }
  [[nodiscard]] bool retired() {
    const Recording run = cloud.inventory("folders f-1 f-2");
    EXPECT_EQ(run.cursors.back().find("f-2") == std::string::npos, run.completed(Kind::resource, "f-2/compute.disk"));
    return run.completed(Kind::resource, "f-2/compute.disk");
  }
  YandexRun cloud;
};

constexpr const char* kOne = R"({"folders":[{"id":"f-1","cloudId":"c-1"}]})";

TEST_F(LostFolder, that_the_provider_does_not_know_any_more_takes_its_resources_along) {
  folders(kOne);
  lost(404, R"({"code":5,"message":"Folder not found"})");
  EXPECT_TRUE(retired());
}

TEST_F(LostFolder, of_which_only_something_in_between_says_404_keeps_them) {
  folders(kOne);
  lost(404, "<html>404 Not Found</html>");
  EXPECT_FALSE(retired());
}

TEST_F(LostFolder, keeps_them_in_a_run_that_could_not_list_every_folder) {
  cloud.host.http().answer(
      "GET", "https://resource-manager.api.cloud.yandex.net/resource-manager/v1/folders?cloudId=c-1&pageSize=1000",
      {404, {}, R"({"code":5,"message":"Not Found"})"});
  lost(404, R"({"code":5,"message":"Not Found"})");
  EXPECT_FALSE(retired());
}

}  // namespace
}  // namespace iz::yandex
