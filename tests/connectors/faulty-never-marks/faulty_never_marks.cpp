// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Pushes and does not mark.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override { Estate::list(sync, "p-1"); }
};

}  // namespace

IZ_ESTATE(Faulty, "faultynevermarks")
