// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/unit_price.hpp"

#include <gtest/gtest.h>

namespace iz::support {
namespace {

using infrazen::Decimal;

std::optional<std::string> price(const char* cost, const char* quantity) {
  const auto found = unit_price(Decimal::parse(cost).value(), Decimal::parse(quantity));
  return found ? std::optional(found->to_string()) : std::nullopt;
}

TEST(UnitPrice, times_the_quantity_is_the_cost_to_half_a_unit_of_its_last_digit) {
  EXPECT_EQ(price("3.00", "2"), "1.5");
  EXPECT_EQ(price("1.00", "3"), "0.333333") << "few decimals where they are enough";
  EXPECT_EQ(price("1", "3000"), "0.0003333333") << "of whole roubles, too";
  const auto of_bytes = price("12.34", "7516192768123");
  ASSERT_TRUE(of_bytes);
  const Decimal off =
      (Decimal::parse(*of_bytes).value() * Decimal::parse("7516192768123").value() - Decimal::parse("12.34").value())
          .abs();
  EXPECT_LE(off, Decimal::of(5, 3));
}

TEST(UnitPrice, is_none_where_it_would_be_negative_or_nothing_was_used) {
  EXPECT_EQ(price("-1.00", "3"), std::nullopt);
  EXPECT_EQ(price("1.00", "0"), std::nullopt);
  EXPECT_EQ(price("0.00", "3"), "0");
  EXPECT_EQ(unit_price(Decimal(1), std::nullopt), std::nullopt);
}

}  // namespace
}  // namespace iz::support
