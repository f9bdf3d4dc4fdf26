// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Leaves a thread behind destroy().
#include <thread>
#include <unistd.h>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    std::thread([] { ::pause(); }).detach();
    Estate::sync(sync);
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultythreadleaked")
