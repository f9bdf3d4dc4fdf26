#include <gtest/gtest.h>
#include "harness/paths.hpp"
TEST(Architecture, source_dir_exists) { EXPECT_TRUE(std::filesystem::exists(iz::test::kSourceDir / "CMakeLists.txt")); }
