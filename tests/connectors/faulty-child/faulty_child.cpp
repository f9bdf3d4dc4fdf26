// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Starts a process, or would, if it were let.
#include <unistd.h>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    if (::fork() == 0) ::_exit(0);
    Estate::sync(sync);
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultychild")
