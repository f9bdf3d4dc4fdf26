// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Dies in destroy().
#include <cstdlib>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
 public:
  ~Faulty() override { std::abort(); }
};

}  // namespace

IZ_ESTATE(Faulty, "faultydestroycrash")
