// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/yaml/units.hpp"

#include <gtest/gtest.h>

#include "config/yaml/nearest.hpp"

namespace iz::config {
namespace {

using namespace std::chrono_literals;

TEST(Units, durations_are_numbers_with_units) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("2w"), 14 * 24h);
  EXPECT_EQ(parse_duration("0"), 0ms);
  for (const char* bad : {"", "5", "h", "-1s", "1.5h", "5 m", "1y", "99999999999999999w", "5m3"}) {
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  }
}

TEST(Units, a_formatted_duration_reads_back) {
  for (const auto duration : {0ms, 1ms, 1500ms, 90000ms, 86'400'000ms, 93'784'005ms}) {
    EXPECT_EQ(parse_duration(format_duration(duration)), duration) << format_duration(duration);
  }
  EXPECT_EQ(format_duration(90min), "1h30m");
}

TEST(Units, sizes_are_bytes) {
  EXPECT_EQ(parse_size("4096"), 4096U);
  EXPECT_EQ(parse_size("64KiB"), 65536U);
  EXPECT_EQ(parse_size("10MB"), 10'000'000U);
  for (const char* bad : {"", "MiB", "1mib", "-1", "1.5GiB", "99999999999TB", "1 MiB", "1MiB2"}) {
    EXPECT_EQ(parse_size(bad), std::nullopt) << bad;
  }
}

TEST(Units, time_zones_are_those_of_the_machine) {
  EXPECT_TRUE(is_time_zone("UTC"));
  EXPECT_TRUE(is_time_zone("Europe/Moscow"));
  for (const char* bad : {"", "Europe", "Europe/Moskow", "../../etc/passwd", "/usr/share/zoneinfo/UTC", "zone.tab"}) {
    EXPECT_FALSE(is_time_zone(bad)) << bad;
  }
}

TEST(Nearest, typing_mistakes_are_recognised) {
  const std::vector<std::string> known{"connector", "connections", "limits", "log"};
  EXPECT_EQ(nearest("conector", known), "connector");
  EXPECT_EQ(nearest("limtis", known), "limits");
  EXPECT_EQ(nearest("lgo", known), "log");
  EXPECT_EQ(nearest("password", known), "");
}

}  // namespace
}  // namespace iz::config
