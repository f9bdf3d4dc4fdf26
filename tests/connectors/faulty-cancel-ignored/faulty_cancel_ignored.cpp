// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Takes a cancellation for a failure that passes, and tries again for ever.
#include <unistd.h>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void list(infrazen::Sync& sync, const std::string& project) override {
    for (;;) {
      try {
        return Estate::list(sync, project);
      } catch (const iz::test::Error& error) {
        if (error.error_class() != iz::test::ErrorClass::cancelled) throw;
        ::usleep(10'000);
      }
    }
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultycancelignored")
