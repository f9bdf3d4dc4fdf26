// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/measured.hpp"

#include <gtest/gtest.h>

namespace iz::support {
namespace {

std::optional<double> of(const char* json) {
  return measured(JsonDocument(json, "a point").root());
}

TEST(Measured, a_number_and_a_text_of_digits_are_measurements) {
  EXPECT_EQ(of("0.25"), 0.25);
  EXPECT_EQ(of("-3"), -3.0);
  EXPECT_EQ(of("1e3"), 1000.0);
  EXPECT_EQ(of("\"17.5\""), 17.5);
}

TEST(Measured, what_is_no_finite_number_was_not_measured) {
  for (const char* json : {"null", "true", "[1]", "{}", R"("")", R"("NaN")", R"("nan")", R"("inf")", R"("-Infinity")",
                           R"("1e999")", R"("5 %")", R"(" 5")", R"("0x10")"}) {
    EXPECT_EQ(of(json), std::nullopt) << json;
  }
  EXPECT_EQ(measured(JsonValue()), std::nullopt);
}

TEST(Measured, points_are_in_the_order_of_time_and_each_instant_once_the_first_that_was_read) {
  const auto at = [](int second) { return infrazen::Micros(std::chrono::seconds(second)); };
  const auto points = in_order({{at(9), 1.0}, {at(3), 2.0}, {at(9), 3.0}, {at(3), 2.5}, {at(5), 4.0}});
  std::vector<std::pair<infrazen::Micros, double>> found;
  for (const auto& point : points) found.emplace_back(point.at, point.value);
  EXPECT_EQ(found, (std::vector<std::pair<infrazen::Micros, double>>{{at(3), 2.0}, {at(5), 4.0}, {at(9), 1.0}}));
  EXPECT_TRUE(in_order({}).empty());
}

}  // namespace
}  // namespace iz::support
