// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

namespace iz::jobs {

// Something the daemon does by itself, again and again. `run` does what is due now and says in one line what it did,
// for `infrazen status`; empty = there was nothing to do. It looks at the token between pieces of work, and may be
// stopped or killed anywhere: the next run takes up what is left. Errors are exceptions (records::RunError).
struct Job {
  std::string name;  // "metrics.seal": its row in the table jobs
  std::chrono::seconds every{0};
  std::function<std::string(std::stop_token)> run;
};

}  // namespace iz::jobs
