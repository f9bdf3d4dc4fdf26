// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Opens something while it is loaded.
#include <fcntl.h>

#include "../support/estate.hpp"

namespace {

const int kOpened = ::open("/dev/null", O_RDONLY | O_CLOEXEC);

class Faulty : public iz::test::Estate {
  std::string last_cursor() override { return kOpened >= 0 ? "" : "none"; }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyconstructor")
