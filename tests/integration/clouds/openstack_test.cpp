// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <memory>

#include <gtest/gtest.h>

#include "fakes/openstack/cloud.hpp"
#include "integration/clouds/keystone.hpp"
#include "integration/clouds/matrix.hpp"

namespace iz::test {
namespace {

constexpr const char* kServer =
    R"("status":"ACTIVE","created":"2026-01-10T08:00:00Z","image":"","metadata":{"env":"prod"},)"
    R"("flavor":{"original_name":"m1.small","vcpus":2,"ram":2048,"disk":20},"addresses":{},"tags":[]})";

void fill(OpenStackCloud& cloud) {
  cloud.add_project("p1", "production");
  cloud.add_project("p2", "dev");
  for (const std::string region : {"eu-1", "eu-2"}) {
    for (const std::string project : {"p1", "p2"}) {
      const std::string at = region + project;
      for (const std::string n : {"1", "2", "3"}) {
        cloud.put("servers", region, project, R"({"id":"s)" + n + at + R"(","name":"web",)" + kServer);
        cloud.put("volumes", region, project,
                  R"({"id":"v)" + n + at + R"(","size":10,"created_at":"2026-01-10T08:00:00.000000","attachments":[)" +
                      R"({"server_id":"s)" + n + at + R"("}]})");
        cloud.put("ports", region, project,
                  R"({"id":"p)" + n + at + R"(","device_owner":"compute:nova","device_id":"s)" + n + at + R"("})");
        cloud.put("images", region, project, R"({"id":"i)" + n + at + R"(","name":"golden","status":"active"})");
        cloud.put("containers", region, project, R"({"name":"c)" + n + at + R"(","bytes":17,"count":1})");
      }
      cloud.put("floatingips", region, project, R"({"id":"f)" + at + R"(","port_id":"p1)" + at + R"("})");
    }
  }
}

CloudFake start(const std::string& url) {
  const auto cloud = std::make_shared<OpenStackCloud>(
      OpenStackCloud::Options{.url = url,
                              .password = "horse-battery",
                              .regions = {"eu-1", "eu-2"},
                              .services = {"compute", "volumev3", "network", "image", "object-store"}});
  fill(*cloud);
  CloudFake fake = keystone_fake(cloud);
  fake.habits.change = [cloud] { cloud->put("ports", "eu-1", "p1", R"({"id":"a-new-one"})"); };
  fake.habits.restore = [cloud] { cloud->remove("ports", "a-new-one"); };
  return fake;
}

TEST(Clouds, openstack_survives_every_fault) {
  survive_every_fault(
      {.name = "openstack",
       .connector = "selectel",
       .streams = {"inventory"},
       .streams_off = {"costs", "metrics", "balance", "documents"},
       .start = start,
       .settings =
           [](const std::string& url) {
             return "{vendor: none, provider_name: Harbour, account: Default, user: reader, auth_url: \"" + url +
                    "/identity/v3\"}";
           },
       .secrets = {{"password", "horse-battery"}},
       .tables = {tables::kResources, tables::kRelations, tables::kAccounts}});
}

}  // namespace
}  // namespace iz::test
