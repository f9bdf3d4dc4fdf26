// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Opens a file and forgets it.
#include <fcntl.h>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void list(infrazen::Sync& sync, const std::string& project) override {
    [[maybe_unused]] const int forgotten = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    Estate::list(sync, project);
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultydescriptorleaked")
