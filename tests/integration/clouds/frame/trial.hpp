// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <vector>

#include "harness/infrazend.hpp"
#include "integration/clouds/frame/estate.hpp"
#include "integration/clouds/frame/plan.hpp"

namespace iz::test {

// Leads an estate through a trial and returns what was wrong, each with the fault and what it struck.
// `name`: of its connection and tenant. All outlive the call.
[[nodiscard]] std::vector<std::string> run_trial(const Cloud& cloud, Infrazend& daemon, const std::string& name,
                                                 const Trial& trial);

}  // namespace iz::test
