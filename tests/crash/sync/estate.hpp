// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "harness/infrazend.hpp"
#include "harness/pg_cluster.hpp"

namespace iz::test {

// Hits of each fault point.
using FaultHits = std::map<std::string, unsigned>;

// How one start of the daemon ended.
struct StartEnd {
  bool killed = false;  // by its fault plan, or by us
  std::string point;    // of the fault plan: the last one it came to
  std::chrono::milliseconds took{0};
};

// A simulated estate and a folder of bills under an infrazend with fault points, in a database of its own. Time stands
// still within a step and moves on between steps; what there is to fetch depends on nothing but the step, so two
// estates that have come to the same step hold the same.
class Estate {
 public:
  static constexpr int kSteps = 8;

  explicit Estate(PgCluster& cluster);

  // Writes step `step`'s world: the clock, the bills. Every stream and every job is due now, and some days' roll-ups
  // are behind, as a large mark leaves them.
  void turn_to(int step, std::uint64_t seed);

  // Starts the daemon and returns when all that was due is done and the daemon has been stopped in peace, or when it was
  // killed. `faults` is a plan as in records/fault_point.hpp. `kill_after`: SIGKILL at that time after the start, from
  // outside. Throws when neither comes within a minute.
  StartEnd start(const std::string& faults = {}, std::optional<std::chrono::microseconds> kill_after = {});

  // Of all starts, or of those since forget_hits().
  [[nodiscard]] const FaultHits& hits() const { return hits_; }
  void forget_hits() { hits_.clear(); }

  void mutate(const std::string& mutant) { mutant_ = mutant; }

  // What a killed daemon must not leave, as sentences; empty when all is well. Only when no daemon runs.
  [[nodiscard]] std::string litter() const;

  [[nodiscard]] const Infrazend& daemon() const { return daemon_; }
  [[nodiscard]] std::string log() const { return daemon_.log(); }

 private:
  void write_bills(int step);
  void count_hits();
  [[nodiscard]] bool done() const;

  Infrazend daemon_;
  TempDir bills_{"bills-"};
  std::string mutant_;
  FaultHits hits_;
};

}  // namespace iz::test
