// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// check() says nothing.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void check(infrazen::Check&) override {}
};

}  // namespace

IZ_ESTATE(Faulty, "faultychecknone")
