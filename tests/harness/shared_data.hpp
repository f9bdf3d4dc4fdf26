// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include <gtest/gtest.h>

#include "harness/paths.hpp"

namespace iz::test {

// Real bills, provider descriptions and reference series are too large for the repository. They are looked for in
// $INFRAZEN_SHARED_DATA, else next to the checkout in ../shared; without them the tests that want them are skipped.
inline std::filesystem::path shared_data(std::string_view relative = {}) {
  const char* configured = std::getenv("INFRAZEN_SHARED_DATA");
  const std::filesystem::path root = configured != nullptr ? configured : kSourceDir.parent_path() / "shared";
  return relative.empty() ? root : root / relative;
}

inline bool has_shared_data(std::string_view relative = {}) {
  return std::filesystem::exists(shared_data(relative));
}

}  // namespace iz::test

// First statement of a test: IZ_REQUIRE_SHARED("focus/...");
#define IZ_REQUIRE_SHARED(relative)                                                                   \
  do {                                                                                                \
    if (!::iz::test::has_shared_data(relative)) {                                                     \
      GTEST_SKIP() << "no " << ::iz::test::shared_data(relative) << ": optional test data not there"; \
    }                                                                                                 \
  } while (false)
