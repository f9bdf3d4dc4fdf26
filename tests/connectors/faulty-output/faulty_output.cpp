// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Prints.
#include <cstdio>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    std::puts("hello from the connector");
    std::fflush(stdout);
    Estate::sync(sync);
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyoutput")
