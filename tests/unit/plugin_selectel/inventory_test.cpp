// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel_run.hpp"

namespace iz::selectel::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string scope(const std::string& kind, const std::string& region = "ru-9") {
  return std::string(kProject) + "/" + region + "/" + kind;
}

TEST(SelectelInventory, lists_every_kind_and_what_hangs_together) {
  Connection connection("inventory");
  const Recording run = connection.run("inventory", IZ_SYNC_FULL);
  EXPECT_THAT(run.problems, IsEmpty());
  EXPECT_THAT(ids(run),
              ElementsAre("ds-1", "fip-1", "fip-2", "img-1", "iron-1", "k8s-1", "lb-1", "net-1", "ng-1", "port-1",
                          "reg-1", "sg-1", "snap-1", "srv-1", "srv-2", "srv-3", "sub-1", "vol-1", "vol-2"));
  EXPECT_THAT(relations(run, "attached_to"), ElementsAre("fip-1>port-1", "fip-1>srv-1", "port-1>srv-1", "vol-1>srv-1"));
  EXPECT_THAT(relations(run, "member_of"),
              ElementsAre("ng-1>k8s-1", "port-1>net-1", "port-1>sub-1", "srv-3>ng-1", "sub-1>net-1"));
  EXPECT_THAT(relations(run, "protects"), ElementsAre("sg-1>port-1", "snap-1>vol-1"));
  EXPECT_THAT(relations(run, "uses"), ElementsAre("k8s-1>net-1", "lb-1>port-9", "srv-3>img-1", "vol-1>img-0"));
}

TEST(SelectelInventory, fills_the_fields_and_the_columns_of_selectel_resources) {
  Connection connection("inventory");
  const Recording run = connection.run("inventory", IZ_SYNC_FULL);
  const auto& spot = run.row(Kind::resource, "external_id", "srv-2");
  EXPECT_EQ(spot["name"], "витрина");
  EXPECT_EQ(spot["pricing_model"], "spot");
  EXPECT_EQ(spot["account_id"], "100001");
  EXPECT_EQ(spot["region"], "ru-9");
  EXPECT_EQ(spot["flavor"], "SL1.2-4096");
  EXPECT_EQ(spot["memory_gb"], "4");
  EXPECT_EQ(spot["memory_bytes"], "4294967296");
  EXPECT_EQ(spot["datacenter"], "ru-9a");
  EXPECT_EQ(spot["ip_addresses"], R"(["192.168.7.2"])");
  EXPECT_EQ(spot["tags"], R"({"team":"shop","preemptible":""})");
  const auto& volume = run.row(Kind::resource, "external_id", "vol-1");
  EXPECT_FALSE(volume.has("name")) << "an empty name is none";
  EXPECT_EQ(volume["volume_type"], "fast.ru-9a");
  EXPECT_EQ(volume["volume_size_gb"], "40");
  EXPECT_EQ(volume["operating_system"], "debian");
  EXPECT_EQ(volume["created_at"], "2026-02-03T04:05:06Z") << "without a zone it is UTC";
  const auto& store = run.row(Kind::resource, "external_id", "ds-1");
  EXPECT_EQ(store["ip_addresses"], R"(["192.168.7.60","192.168.7.61","203.0.113.61"])");
  EXPECT_THAT(store["attributes"], HasSubstr(R"("engine":"postgresql 16")"));
  EXPECT_THAT(store["attributes"], Not(HasSubstr("m.example")));
}

TEST(SelectelInventory, a_refused_part_fails_alone_and_a_missing_service_is_passed_over) {
  Connection connection;
  connection.host.http().answer("GET", "https://ru-9.cloud.api.selcloud.ru/network/v2.0/security-groups?limit=500",
                                {403, {}, R"({"NeutronError":{"type":"PolicyNotAuthorized"}})"});
  connection.host.http().load(kFolder / "testdata/inventory");
  const Recording run = connection.run("inventory", IZ_SYNC_FULL);
  EXPECT_EQ(run.error_class, static_cast<std::uint32_t>(IZ_ERR_PERMANENT));
  EXPECT_THAT(run.message, HasSubstr("1 of "));
  EXPECT_THAT(run.message, HasSubstr("failed: " + scope("security_groups") + ": "));
  EXPECT_FALSE(run.completed(Kind::resource, scope("security_groups")));
  EXPECT_FALSE(run.completed(Kind::resource, scope("backups")));
  for (const char* kind : {"servers", "volumes", "networks", "routers", "images", "clusters"}) {
    EXPECT_TRUE(run.completed(Kind::resource, scope(kind))) << kind;
    EXPECT_TRUE(run.completed(Kind::relation, scope(kind))) << kind;
  }
}

TEST(SelectelInventory, projects_come_in_pages_whatever_host_the_link_to_the_next_names) {
  Connection connection;
  const std::string list = "https://cloud.api.selcloud.ru/identity/v3/auth/projects";
  connection.host.http().get(list,
                             R"({"projects":[{"id":"off","name":"closed","enabled":false}],)"
                             R"("links":{"next":"http://controller.internal:5000/v3/auth/projects?marker=off"}})");
  connection.host.http().get(list + "?marker=off", R"({"projects":[{"id":")" + std::string(kProject) +
                                                       R"(","name":"shop"}],"links":{"next":null}})");
  connection.host.http().load(kFolder / "testdata/inventory");
  const Recording run = connection.run("inventory", IZ_SYNC_FULL);
  EXPECT_TRUE(run.ok()) << run.message;
  EXPECT_EQ(run.row(Kind::resource, "external_id", "srv-1")["project_id"], kProject);
}

TEST(SelectelInventory, the_password_and_the_key_are_used_by_name) {
  Connection connection("inventory");
  (void)connection.run("inventory");
  for (const auto& sent : connection.host.http().sent()) {
    if (sent.url.ends_with("/auth/tokens")) {
      EXPECT_EQ(sent.auth, IZ_AUTH_JSON);
      EXPECT_THAT(sent.body, HasSubstr(R"("password":"${secret:password}")"));
    } else if (sent.url.find("/vpc/resell/") != std::string::npos) {
      EXPECT_EQ(sent.auth_ref + " " + sent.auth_name, "api_key X-Token");
    } else {
      EXPECT_EQ(sent.auth, IZ_AUTH_TOKEN) << sent.url;
      EXPECT_EQ(sent.auth_name, "X-Auth-Token");
    }
  }
  EXPECT_THAT(connection.host.http().sent().front().body, HasSubstr(R"("scope":{"domain":{"name":"100001"}})"));
}

TEST(SelectelInventory, a_later_run_asks_servers_for_changes_and_retires_those_that_are_deleted) {
  Connection connection("inventory");
  (void)connection.run("inventory", IZ_SYNC_FULL);
  const std::string base = "https://ru-9.cloud.api.selcloud.ru/";
  connection.host.http().get(
      base + "compute/v2.1/servers/detail?limit=500&changes-since=2026-08-31T23:55:00Z",
      R"({"servers":[{"id":"srv-1","status":"DELETED","updated":"2026-08-31T23:58:00Z","tenant_id":")" +
          std::string(kProject) + R"("},{"id":"srv-3","name":"renamed","status":"ACTIVE","flavor":{}}]})");
  connection.host.http().get(
      base + "volume/v3/" + std::string(kProject) + "/volumes/detail?limit=1&updated_at=gt:2026-08-31T23:55:00",
      R"({"volumes":[]})");
  const Recording run = connection.run("inventory");
  EXPECT_THAT(ids(run, Kind::retirement), ElementsAre("srv-1"));
  EXPECT_EQ(run.of(Kind::retirement).front()["retired_at"], "2026-08-31T23:58:00Z");
  EXPECT_EQ(run.row(Kind::resource, "external_id", "srv-3")["name"], "renamed");
  EXPECT_FALSE(run.completed(Kind::resource, scope("servers"))) << "changes say nothing of what did not change";
  EXPECT_FALSE(run.completed(Kind::resource, scope("volumes"))) << "nothing changed, nothing was listed";
  EXPECT_TRUE(run.completed(Kind::resource, scope("networks")));
}

TEST(SelectelInventory, an_older_nova_is_read_with_its_flavors_beside_it) {
  Connection connection("old_nova");
  const Recording run = connection.run("inventory", IZ_SYNC_FULL);
  EXPECT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, IsEmpty());
  const auto flavor = [&](const char* id) { return run.row(Kind::resource, "external_id", id)["flavor"]; };
  EXPECT_EQ(flavor("srv-1"), "m1.small");
  EXPECT_EQ(flavor("srv-2"), "for-us") << "made for one customer: in no list";
  EXPECT_EQ(flavor("srv-3"), "gone") << "deleted since";
  EXPECT_EQ(run.row(Kind::resource, "external_id", "srv-2")["cpu_cores"], "6");
  EXPECT_TRUE(run.completed(Kind::resource, scope("servers")));
}

TEST(SelectelInventory, a_targeted_run_touches_what_was_asked_for) {
  Connection connection("inventory");
  const Recording run =
      connection.host.sync(infrazen_module_v1, {.stream = "inventory",
                                                .mode = IZ_SYNC_TARGETED,
                                                .targets = {{"compute.server", "srv-1"}, {"compute.server", "gone"}}});
  EXPECT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(ids(run), ElementsAre("srv-1"));
  EXPECT_THAT(ids(run, Kind::retirement), ElementsAre("gone"));
  EXPECT_THAT(run.scopes, IsEmpty());
}

TEST(SelectelInventory, a_target_of_a_kind_that_is_not_listed_is_not_taken_for_gone) {
  Connection connection("inventory");
  connection.host.json_setting("without", R"(["volumes"])");
  const Recording run = connection.host.sync(
      infrazen_module_v1,
      {.stream = "inventory", .mode = IZ_SYNC_TARGETED, .targets = {{"block.volume", "vol-1"}, {"tape.drive", "t-1"}}});
  EXPECT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(ids(run, Kind::retirement), IsEmpty());
}

}  // namespace
}  // namespace iz::selectel::test
