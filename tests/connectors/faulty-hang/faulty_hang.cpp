// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Waits for something that does not come, and says nothing.
#include <poll.h>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    pollfd cancelled{sync.cancel().fd(), POLLIN, 0};
    ::poll(&cancelled, 1, -1);
    sync.cancel().check();
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyhang")
