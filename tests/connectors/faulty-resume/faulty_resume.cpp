// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Its first mark says more than was pushed before it.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  std::vector<std::string> projects_of(const infrazen::Sync& sync) override {
    if (!sync.full() && !sync.targeted() && sync.cursor() == "p-2") return {};
    return Estate::projects_of(sync);
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyresume")
