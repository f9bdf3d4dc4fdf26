// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// infrazend is killed at seeded moments and started again, and again, until the step's work is done. Then every table must
// hold what it holds where nothing was killed. IZ_CRASH_SEED=<n> replays the pass that a failure names, alone. What the
// threads do at the same time is the kernel's choice, so a replay may need a few tries.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "crash/sync/estate.hpp"
#include "crash/sync/tables.hpp"
#include "harness/pg_cluster.hpp"

namespace iz::test {
namespace {

using namespace std::chrono_literals;

constexpr unsigned kKillsPerPhase = 12;
constexpr unsigned kKillsPerStep = 3;
constexpr unsigned kMostPasses = 8;
// A killed daemon's leases, locks and sessions hold nobody up: the start that finishes the work is a start like others.
constexpr auto kUnhindered = 15s;

const std::map<std::string, std::vector<std::string>> kPhases = {
    {"fetch", {"lease.after_take", "run.after_begin", "fetch.after_spawn", "fetch.after_start"}},
    {"frames", {"frames.before_take", "frames.after_take"}},
    {"spool", {"spool.before_write", "spool.after_write"}},
    {"copy",
     {"copy.after_begin", "copy.after_data", "copy.before_end", "copy.after_end", "metrics.before_copy",
      "metrics.after_copy"}},
    {"before commit",
     {"mark.before_prepare", "mark.before_write", "dimensions.before_write", "dimensions.after_write",
      "resources.after_stage", "resources.after_items", "mark.after_write", "mark.before_fence", "mark.before_commit"}},
    {"after commit",
     {"mark.after_commit", "mark.before_answer", "run.before_end", "run.after_end", "lease.after_release"}},
    {"sealing",
     {"job.after_claim", "sealing.read", "sealing.copy", "sealing.fold_late", "sealing.empty_leaf", "sealing.commit",
      "sealing.committed", "job.before_end"}},
    {"rollup", {"rollup.after_list", "rollup.before_commit", "rollup.after_commit", "summary.before_commit"}},
};

// The estate nobody killed: what it held after each step, what it came by on the way there.
struct Oracle {
  std::vector<Tables> steps;
  std::vector<FaultHits> hits;
  Tables settled;

  explicit Oracle(PgCluster& cluster) {
    Estate estate(cluster);
    for (int step = 0; step < Estate::kSteps; ++step) {
      estate.forget_hits();
      estate.turn_to(step, 0);
      const StartEnd end = estate.start();
      if (end.killed) throw std::runtime_error("killed by nobody");
      hits.push_back(estate.hits());
      steps.push_back(read_tables(estate.daemon().conninfo(), Depth::step));
      const std::string wrong = breaches(estate.daemon().conninfo());
      if (!wrong.empty()) throw std::runtime_error("step " + std::to_string(step) + " of the oracle:\n" + wrong);
    }
    estate.turn_to(Estate::kSteps - 1, 0);
    (void)estate.start();
    settled = read_tables(estate.daemon().conninfo(), Depth::settled);
  }

  [[nodiscard]] unsigned hits_of(int step, const std::string& point) const {
    const auto& at = hits[static_cast<std::size_t>(step)];
    const auto found = at.find(point);
    return found == at.end() ? 0 : found->second;
  }
};

std::optional<std::uint64_t> chosen_seed() {
  const char* text = std::getenv("IZ_CRASH_SEED");
  if (text == nullptr) return std::nullopt;
  return std::strtoull(text, nullptr, 10);
}

class Crash : public testing::Test {
 protected:
  void expect_whole(const Estate& estate, const Tables& expected, Depth depth) {
    EXPECT_EQ(differences(expected, read_tables(estate.daemon().conninfo(), depth)), "");
    EXPECT_EQ(breaches(estate.daemon().conninfo()), "");
    EXPECT_EQ(estate.litter(), "");
  }

  // Finishes the step after kills.
  void finish(Estate& estate) {
    const StartEnd end = estate.start();
    EXPECT_FALSE(end.killed);
    EXPECT_LT(end.took, kUnhindered) << estate.log();
    slowest_ = std::max(slowest_, end.took);
  }

  void settle(Estate& estate) {
    estate.turn_to(Estate::kSteps - 1, 0);
    finish(estate);
    SCOPED_TRACE("after everything was sealed");
    expect_whole(estate, oracle_.settled, Depth::settled);
  }

  // The phase with the fewest kills, of those that this step comes by; its point with the fewest; a hit of it.
  std::string plan(const std::vector<std::string>& phases, int step, bool first, std::mt19937_64& dice) {
    std::string point;
    unsigned fewest_of_phase = ~0U;
    for (const std::string& phase : phases) {
      std::string best;
      for (const std::string& candidate : kPhases.at(phase)) {
        if (oracle_.hits_of(step, candidate) == 0) continue;
        if (best.empty() || tried_[candidate] < tried_[best]) best = candidate;
      }
      if (best.empty() || by_phase_[phase] >= fewest_of_phase) continue;
      fewest_of_phase = by_phase_[phase];
      point = best;
    }
    if (point.empty()) return {};
    ++tried_[point];
    // What an earlier kill left of the work is less than the whole.
    const unsigned hits = std::max(1U, oracle_.hits_of(step, point) / (first ? 1 : 3));
    return fmt::format("{}:{}", point, 1 + dice() % hits);
  }

  void count(const std::string& point) {
    ++by_point_[point];
    for (const auto& [phase, points] : kPhases) {
      if (std::ranges::find(points, point) != points.end()) ++by_phase_[phase];
    }
  }

  // Passes until every phase has had its kills.
  void kill_in(const std::vector<std::string>& phases, std::uint64_t first_seed) {
    for (const std::string& phase : phases) by_phase_[phase] = 0;
    const auto enough = [&] {
      return std::ranges::all_of(phases, [&](const std::string& phase) { return by_phase_[phase] >= kKillsPerPhase; });
    };
    FaultHits reached;
    for (std::uint64_t pass = 0; pass < kMostPasses && !enough() && !HasFailure(); ++pass) {
      const std::uint64_t seed = chosen_seed().value_or(first_seed + pass);
      SCOPED_TRACE(fmt::format("IZ_CRASH_SEED={}", seed));
      std::mt19937_64 dice(seed);
      Estate estate(cluster_);
      for (int step = 0; step < Estate::kSteps && !HasFailure(); ++step) {
        estate.turn_to(step, seed);
        std::string plans;
        for (unsigned kill = 0; kill < kKillsPerStep; ++kill) {
          const std::string faults = plan(phases, step, kill == 0, dice);
          if (faults.empty()) continue;
          const StartEnd end = estate.start(faults);
          plans += faults + (end.killed ? " " : "(not reached) ");
          if (!end.killed) break;
          count(end.point);
        }
        SCOPED_TRACE(fmt::format("step {}: {}", step, plans));
        finish(estate);
        expect_whole(estate, oracle_.steps[static_cast<std::size_t>(step)], Depth::step);
      }
      if (!HasFailure()) settle(estate);
      for (const auto& [point, hits] : estate.hits()) reached[point] += hits;
      if (chosen_seed()) return;
    }
    for (const std::string& phase : phases) {
      std::string points;
      for (const std::string& point : kPhases.at(phase)) {
        points += fmt::format(" {} {} of {},", point, by_point_[point], reached[point]);
        EXPECT_GE(reached[point], 10U) << point << " is hardly ever come by";
      }
      std::cout << fmt::format("{}: {} kills:{}\n", phase, by_phase_[phase], points);
      EXPECT_GE(by_phase_[phase], 10U) << phase;
    }
    std::cout << fmt::format("slowest recovery {} ms\n", slowest_.count());
  }

  PgCluster cluster_;
  Oracle oracle_{cluster_};
  std::map<std::string, unsigned> by_phase_;
  std::map<std::string, unsigned> by_point_;
  std::map<std::string, unsigned> tried_;
  std::chrono::milliseconds slowest_{0};
};

TEST_F(Crash, killed_while_records_come_in_nothing_is_lost_or_doubled) {
  kill_in({"fetch", "frames", "spool", "copy"}, 1000);
}

TEST_F(Crash, killed_around_the_commit_nothing_is_lost_or_doubled) {
  kill_in({"before commit", "after commit"}, 2000);
}

TEST_F(Crash, killed_in_its_own_jobs_nothing_is_lost_or_doubled) { kill_in({"sealing", "rollup"}, 3000); }

TEST_F(Crash, killed_at_any_moment_nothing_is_lost_or_doubled) {
  const std::uint64_t seed = chosen_seed().value_or(4000);
  SCOPED_TRACE(fmt::format("IZ_CRASH_SEED={}", seed));
  std::mt19937_64 dice(seed);
  Estate estate(cluster_);
  for (int step = 0; step < Estate::kSteps && !HasFailure(); ++step) {
    estate.turn_to(step, seed);
    SCOPED_TRACE(fmt::format("step {}", step));
    for (unsigned kill = 0; kill < kKillsPerStep; ++kill) (void)estate.start({}, std::chrono::microseconds(dice() % 1'000'000));
    finish(estate);
    expect_whole(estate, oracle_.steps[static_cast<std::size_t>(step)], Depth::step);
  }
  if (!HasFailure()) settle(estate);
}

// The test of the test. The defect does no harm while nobody is killed; a kill between cursor and records must show.
TEST_F(Crash, a_cursor_committed_apart_from_its_records_is_found) {
  const std::uint64_t seed = chosen_seed().value_or(5000);
  std::mt19937_64 dice(seed);
  Estate estate(cluster_);
  estate.mutate("cursor_apart");
  estate.turn_to(0, seed);
  ASSERT_FALSE(estate.start().killed);
  ASSERT_EQ(differences(oracle_.steps[0], read_tables(estate.daemon().conninfo(), Depth::step)), "");
  for (int step = 1; step < Estate::kSteps; ++step) {
    estate.turn_to(step, seed);
    for (const char* point : {"mark.before_fence", "mark.before_commit"}) {
      (void)estate.start(fmt::format("{}:{}", point, 1 + dice() % std::max(1U, oracle_.hits_of(step, point) / 2)));
    }
    (void)estate.start();
    const std::string found =
        differences(oracle_.steps[static_cast<std::size_t>(step)], read_tables(estate.daemon().conninfo(), Depth::step));
    if (found.empty()) continue;
    EXPECT_NE(found.find("rows lost"), std::string::npos);
    std::cout << "found at step " << step << ":\n" << found;
    return;
  }
  FAIL() << "seed " << seed << ": the comparison did not see that records were lost";
}

}  // namespace
}  // namespace iz::test
