// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/clouds/frame/plan.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// What is struck depends on what there is, not on luck.
namespace iz::test {
namespace {

const std::string kNext = "GET /v1/disks, a later page";

Oracle oracle_of(std::vector<std::string> streams, const std::set<std::string>& places) {
  Oracle oracle{.streams = std::move(streams), .contents = {}, .first = {}, .later = {}};
  for (const Expectation& one : expectations()) {
    const bool pages = one.fault.kind == FaultKind::place_lost || one.fault.kind == FaultKind::page_again ||
                       one.fault.kind == FaultKind::rows_change;
    auto& strikable = oracle.first[one.fault.kind];
    for (const std::string& place : places) {
      if (!pages || place == kNext) strikable.insert(place);
    }
  }
  oracle.later = oracle.first;
  return oracle;
}

// "broken GET /v1/disks first later", of the trials of one place alone.
std::multiset<std::string> alone(const std::vector<Trial>& trials) {
  std::multiset<std::string> out;
  for (const Trial& trial : trials) {
    if (trial.stays) out.insert(trial.expected->fault.name + ' ' + trial.first + ' ' + trial.later);
  }
  return out;
}

TEST(FaultPlan, strikes_each_kind_of_place_alone_by_two_faults_with_its_stream_on) {
  const std::vector<Oracle> oracles{
      oracle_of({"inventory", "costs"},
                {"GET /v1/disks", kNext, "GET /v1/disks/d-1", "GET /v1/disks/d-2", "GET /bill"}),
      oracle_of({"inventory"}, {"GET /v1/disks", kNext, "GET /v1/disks/d-1", "GET /v1/disks/d-2"}),
      oracle_of({"costs"}, {"GET /bill"})};
  std::map<std::string, int> struck;
  for (const Trial& trial : plan(oracles, {.seed = 7, .without = {}})) {
    if (!trial.stays) continue;
    ++struck[trial.first];
    EXPECT_EQ(trial.oracle, trial.first == "GET /bill" ? &oracles[2] : &oracles[1]);
  }
  EXPECT_EQ(struck,
            (std::map<std::string, int>{{"GET /bill", 2}, {"GET /v1/disks", 2}, {kNext, 2}, {"GET /v1/disks/d-1", 2}}));
}

TEST(FaultPlan, a_place_more_changes_nothing_for_the_others) {
  const std::vector<Oracle> few{oracle_of({"inventory"}, {"GET /a", "GET /b"})};
  const std::vector<Oracle> more{oracle_of({"inventory"}, {"GET /a", "GET /aa", "GET /b"})};
  const auto before = alone(plan(few, {.seed = 7, .without = {}}));
  const auto after = alone(plan(more, {.seed = 7, .without = {}}));
  EXPECT_EQ(before.size() + 2, after.size());
  EXPECT_TRUE(std::ranges::includes(after, before));
}

TEST(FaultPlan, another_seed_strikes_other_places) {
  std::set<std::string> places;
  for (char letter = 'a'; letter <= 'z'; ++letter) places.insert(std::string("GET /") + letter);
  const std::vector<Oracle> oracles{oracle_of({"inventory"}, places)};
  EXPECT_NE(alone(plan(oracles, {.seed = 1, .without = {}})), alone(plan(oracles, {.seed = 2, .without = {}})));
}

TEST(FaultPlan, everything_is_each_fault_at_each_place_in_a_first_and_a_later_sync) {
  const std::vector<Oracle> oracles{oracle_of({"inventory"}, {"GET /v1/disks/d-1", "GET /v1/disks/d-2"})};
  const auto trials = alone(plan(oracles, {.seed = 7, .everything = true, .without = {"slow"}}));
  for (const Expectation& one : expectations()) {
    const bool placed = one.fault.kind != FaultKind::key_revoked && one.fault.kind != FaultKind::token_expired &&
                        !oracles[0].first.at(one.fault.kind).empty() && one.fault.name != "slow";
    for (const std::string n : {"1", "2"}) {
      EXPECT_EQ(trials.count(one.fault.name + " GET /v1/disks/d-" + n + " GET /v1/disks/d-" + n), placed ? 1 : 0)
          << one.fault.name;
    }
  }
}

TEST(FaultPlan, ids_do_not_make_another_kind_of_place_and_versions_do) {
  EXPECT_EQ(kind_of_place("GET /v1/vps/vps-1/history, a later page"), "GET /v1/vps/*/history, a later page");
  EXPECT_EQ(kind_of_place("GET /ru-1/compute/v2.1/servers/detail"), "GET /*/compute/v2.1/servers/detail");
  EXPECT_EQ(kind_of_place("GET /export/daily/2026-10-13.csv"), "GET /export/daily/*");
  EXPECT_EQ(kind_of_place("GET /baremetal/v1alpha/servers"), "GET /baremetal/v1alpha/servers");
}

}  // namespace
}  // namespace iz::test
