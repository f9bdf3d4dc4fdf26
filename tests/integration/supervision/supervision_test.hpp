// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <sys/wait.h>

#include <gtest/gtest.h>

#include "integration/supervision/supervised_run.hpp"

namespace iz::test {

// A silence within which a connector has started and sent its first row, also on a busy machine.
inline constexpr std::chrono::milliseconds kEnoughToStart{kSanitized ? 3000 : 1500};

// Nothing may be left behind by any of these tests: no descriptor, no child.
class Supervision : public testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(open_descriptors(), descriptors_before_);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
  }
  std::size_t descriptors_before_ = open_descriptors();
};

}  // namespace iz::test
