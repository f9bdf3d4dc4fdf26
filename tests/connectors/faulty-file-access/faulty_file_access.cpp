// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Looks at a file that nobody granted.
#include <fcntl.h>
#include <unistd.h>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    const int users = ::open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    if (users >= 0) ::close(users);
    Estate::sync(sync);
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyfileaccess")
