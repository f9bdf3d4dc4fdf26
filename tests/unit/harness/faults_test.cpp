// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/http/faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Where a fault strikes and where it does not.
namespace iz::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Faults : testing::Test {
  Faults() : cloud([](const ReceivedRequest&) { return Reply{.body = "fine"}; }, habits()) {}

  static CloudHabits habits() {
    CloudHabits out;
    out.is_login = [](const ReceivedRequest& request) { return request.path == "/login"; };
    out.is_later_page = [](const ReceivedRequest& request) { return request.query.starts_with("page="); };
    return out;
  }
  int get(const std::string& path, const std::string& query = {}) {
    ReceivedRequest request{.method = "GET",
                            .target = path + (query.empty() ? "" : "?" + query),
                            .path = path,
                            .query = query,
                            .headers = {{"authorization", "token-1"}},
                            .body = {}};
    return cloud(request).status;
  }

  FaultyCloud cloud;
};

TEST_F(Faults, begin_at_their_place_and_go_on_with_everything) {
  cloud.arm({.name = "broken", .place = "GET /disks"});
  EXPECT_EQ(get("/hosts"), 200);
  EXPECT_EQ(get("/disks"), 500);
  EXPECT_EQ(get("/hosts"), 500);
  EXPECT_EQ(get("/login"), 200);
  EXPECT_EQ(cloud.victim(), "GET /disks");
  cloud.end();
  EXPECT_EQ(get("/hosts"), 200);
}

TEST_F(Faults, that_stay_strike_no_other_path_and_all_its_pages) {
  cloud.arm({.name = "broken", .place = "GET /disks, a later page", .stays = true});
  EXPECT_EQ(get("/disks"), 200);
  EXPECT_EQ(get("/disks", "page=2"), 500);
  EXPECT_EQ(get("/disks"), 500);
  EXPECT_EQ(get("/hosts"), 200);
}

TEST_F(Faults, that_sweep_strike_all_but_what_is_spared) {
  cloud.arm({.name = "broken", .sweeps = true, .spared = {"GET /disks"}});
  EXPECT_EQ(get("/disks"), 200);
  EXPECT_EQ(get("/hosts"), 500);
  EXPECT_EQ(get("/images", "page=2"), 500);
  EXPECT_THAT(cloud.struck_places(), ElementsAre("GET /hosts", "GET /images"));
}

TEST_F(Faults, are_over_after_so_many_strikes) {
  cloud.arm({.name = "broken", .times = 1});
  EXPECT_EQ(get("/disks"), 500);
  EXPECT_EQ(get("/disks"), 200);
  EXPECT_EQ(cloud.struck(), 1U);
}

TEST_F(Faults, find_their_places_however_often_somebody_asks) {
  for (int i = 0; i < 3; ++i) {
    (void)get("/disks");
    (void)get("/disks", "page=2");
    (void)get("/login");
  }
  EXPECT_THAT(cloud.places(FaultKind::broken), ElementsAre("GET /disks", "GET /disks, a later page"));
  EXPECT_THAT(cloud.places(FaultKind::place_lost), ElementsAre("GET /disks, a later page"));
  EXPECT_THAT(cloud.places(FaultKind::token_expired), ElementsAre("GET /login"));
  cloud.forget_places();
  EXPECT_THAT(cloud.places(FaultKind::broken), IsEmpty());
}

}  // namespace
}  // namespace iz::test
