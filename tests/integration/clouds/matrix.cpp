// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/clouds/matrix.hpp"

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "harness/infrazend.hpp"
#include "integration/clouds/frame/estate.hpp"
#include "integration/clouds/frame/plan.hpp"
#include "integration/clouds/frame/trial.hpp"

namespace iz::test {
namespace {

constexpr int kAtOnce = 8;

std::uint64_t seed() {
  const char* given = std::getenv("IZ_FAULT_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 20'261'129;
}

bool everything() {
  return std::getenv("IZ_FAULT_EVERYWHERE") != nullptr;
}

std::string configuration() {
  return "limits: {backoff: {min: 12h, max: 24h}, concurrent_runs: " + std::to_string(kAtOnce) +
         ", per_connection: 1}\ntenants: [default]\n";
}

Places places_of(const FaultyCloud& provider) {
  Places out;
  for (const Expectation& one : expectations()) {
    if (provider.can_have(one.fault.kind)) out[one.fault.kind] = provider.places(one.fault.kind);
  }
  return out;
}

void all_well(const std::vector<RunEnd>& ends, Infrazend& daemon) {
  for (const RunEnd& end : ends) {
    if (!end.ok())
      throw std::runtime_error("without any fault " + end.stream + " failed: " + end.message + '\n' + daemon.log());
  }
}

// Its second sync is what later ones ask. Throws std::runtime_error when it is no oracle.
Oracle ask_oracle(const Cloud& cloud, Infrazend& daemon, const std::string& name, std::vector<std::string> streams) {
  Oracle oracle;
  oracle.streams = std::move(streams);
  Estate estate(cloud, daemon, name, oracle.streams);
  all_well(estate.first_runs(), daemon);
  oracle.first = places_of(estate.provider());
  oracle.contents = estate.contents();
  estate.provider().forget_places();
  all_well(estate.sync(), daemon);
  oracle.later = places_of(estate.provider());
  if (const auto wrong = difference(oracle.contents, estate.contents(), true); !wrong.empty())
    throw std::runtime_error("the fake gives something else each time:" + wrong);
  return oracle;
}

std::vector<Oracle> ask_oracles(const Cloud& cloud, Infrazend& daemon) {
  std::vector<Oracle> oracles{ask_oracle(cloud, daemon, "oracle-0", cloud.streams)};
  for (const auto& [table, rows] : oracles.front().contents) {
    if (rows.empty()) throw std::runtime_error(table + " is empty: nothing would be seen");
  }
  if (cloud.streams.size() == 1) return oracles;
  for (const std::string& stream : cloud.streams)
    oracles.push_back(ask_oracle(cloud, daemon, "oracle-" + std::to_string(oracles.size()), {stream}));
  return oracles;
}

}  // namespace

void survive_every_fault(const Cloud& cloud) {
  Infrazend daemon(shared_cluster(), {cloud.connector}, configuration());
  daemon.start();
  const std::vector<Oracle> oracles = ask_oracles(cloud, daemon);

  PlanOptions options{.seed = seed(), .everything = everything(), .without = {}};
  for (const auto& [fault, reason] : cloud.without) options.without.insert(fault);
  const std::vector<Trial> trials = plan(oracles, options);

  std::mutex telling;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < trials.size(); i = next++) {
      const auto problems = run_trial(cloud, daemon, "trial-" + std::to_string(i), trials[i]);
      const std::lock_guard lock(telling);
      for (const std::string& problem : problems) ADD_FAILURE() << cloud.name << ": " << problem;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kAtOnce; ++i) threads.emplace_back(work);
  }
  for (const auto& [name, secret] : cloud.secrets) EXPECT_EQ(daemon.log().find(secret), std::string::npos) << name;
  std::cout << cloud.name << ": " << trials.size() << " trials, seed " << seed() << " (IZ_FAULT_SEED)\n";
}

}  // namespace iz::test
