// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>

#include "records/manifest.hpp"
#include "supervise/run.hpp"

namespace iz::supervise {

// Runs `task` on the main thread and returns when it has run. Children are spawned there because PR_SET_PDEATHSIG
// follows the thread that spawned, not the process.
using RunOnMain = std::function<void(const std::function<void()>& task)>;

// Runs connectors: spawns connector-host, feeds a RunSink with what it sends, watches limits, and leaves neither
// process nor descriptor behind. Several runs at a time, one per worker thread.
class Supervisor {
 public:
  explicit Supervisor(RunOnMain run_on_main) : run_on_main_(std::move(run_on_main)) {}

  // Blocks until the child is gone. Faults of the connector are in the outcome; nothing is thrown. A stop request
  // raises the cancel flag, and after the graces kills.
  // `rates` is where its requests take from; nullptr = the limits of the spec are this run's alone.
  [[nodiscard]] RunOutcome execute(const RunSpec& spec, records::RunSink& sink, RunObserver& observer,
                                   std::stop_token stop = {}, RateSource* rates = nullptr) const;

  // Loads the connector in a child and returns its manifest. Throws records::RunError.
  [[nodiscard]] records::Manifest describe(const std::filesystem::path& host_program,
                                           const std::filesystem::path& plugin) const;

 private:
  RunOnMain run_on_main_;
};

}  // namespace iz::supervise
