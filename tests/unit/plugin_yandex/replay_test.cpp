// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "harness/paths.hpp"
#include "yandex_run.hpp"

// plugins/yandex/testdata/http: a small cloud, seen by a credential that may not see the organization nor YDB.
namespace iz::yandex {
namespace {

struct Replay : testing::Test {
  Replay() {
    host.setting("key_id", "key-1").setting("service_account_id", "sa-1").secret("key", "a private key");
    host.http().load(test::kSourceDir / "plugins/yandex/testdata/http");
  }
  infrazen::testkit::Host host;
};

TEST_F(Replay, what_may_be_seen_is_known_and_what_may_not_fails_the_run_and_is_left_alone) {
  const Recording run = host.sync(infrazen_module_v1, {.stream = "inventory"});
  EXPECT_EQ(run.problems, std::vector<std::string>());
  EXPECT_EQ(run.error_class, std::uint32_t{IZ_ERR_PERMANENT});
  EXPECT_THAT(run.message, testing::HasSubstr("ydb.viewer"));
  EXPECT_FALSE(run.completed(Kind::resource, "b1gtestfolder0000001/ydb.database"));
  EXPECT_TRUE(run.completed(Kind::resource, "b1gtestfolder0000001/compute.instance"));
  const Row machine = run.row(Kind::resource, "external_id", "fhmtestvm00000000001");
  EXPECT_EQ(machine["tags"], R"({"team":"касса"})");
  EXPECT_EQ(machine["pricing_model"], "spot");
  EXPECT_EQ(machine["disk_size_gb"], "20");
  EXPECT_EQ(machine["organization_id"], "bpftestorg0000000001") << "the cloud says it";
  EXPECT_EQ(run.of(Kind::account).size(), 2U);
  EXPECT_EQ(run.cursors.back(), "folders b1gtestfolder0000001");
}

TEST_F(Replay, the_registry_of_endpoints_moves_a_service) {
  const Recording run = host.sync(infrazen_module_v1, {.stream = "inventory"});
  EXPECT_EQ(run.row(Kind::resource, "type", "k8s.cluster")["zone"], "ru-central1-a");
}

TEST_F(Replay, the_token_is_used_by_name_and_asked_for_without_one) {
  (void)host.sync(infrazen_module_v1, {.stream = "inventory"});
  for (const auto& sent : host.http().sent()) {
    const bool open = sent.url.ends_with("/endpoints") || sent.url.ends_with("/iam/v1/tokens");
    EXPECT_EQ(sent.auth, open ? IZ_AUTH_NONE : IZ_AUTH_TOKEN) << sent.url;
  }
}

}  // namespace
}  // namespace iz::yandex
