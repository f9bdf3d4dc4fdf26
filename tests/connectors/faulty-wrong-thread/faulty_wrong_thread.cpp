// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Marks from a thread of its own.
#include <thread>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    Estate::sync(sync);
    std::thread([&sync] { sync.sink().mark(""); }).join();
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultywrongthread")
