// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <set>
#include <string>
#include <vector>

#include "fakes/http/faults.hpp"

namespace iz::test {

// A fault, and what a run that meets it may come to. A run that goes well although it met one has to have all.
struct Expectation {
  Fault fault;
  bool must_succeed = false;
  std::set<int> classes = {};    // IZ_ERR_* of a run that fails
  std::string words = {};        // a regular expression that its message matches
  bool may_lack_a_part = false;  // of the first run: that goes well without what the provider does not have
};

const std::vector<Expectation>& expectations();

}  // namespace iz::test
