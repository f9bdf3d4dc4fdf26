// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/encoding/numeric.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include <infrazen/decimal.hpp>

namespace iz::store {
namespace {

// Back to text, by the definition of PostgreSQL's NUMERIC.
std::string text_of(const Numeric& number) {
  infrazen::Decimal value;
  std::string digits;
  for (std::int16_t i = 0; i < number.count; ++i) {
    auto group = std::to_string(number.digits[i]);
    digits += std::string(4 - group.size(), '0') + group;
  }
  const int exponent = 4 * (number.weight - number.count + 1);  // of the last digit
  std::string text = (number.sign != 0 ? "-" : "") + (digits.empty() ? std::string("0") : digits);
  if (exponent > 0) text += std::string(static_cast<std::size_t>(exponent), '0');
  if (exponent < 0) {
    auto unsigned_digits = digits;
    const auto places = static_cast<std::size_t>(-exponent);
    if (unsigned_digits.size() <= places) unsigned_digits = std::string(places - unsigned_digits.size() + 1, '0') + unsigned_digits;
    text = (number.sign != 0 ? "-" : "") + unsigned_digits.substr(0, unsigned_digits.size() - places) + "." +
           unsigned_digits.substr(unsigned_digits.size() - places);
  }
  return text;
}

void expect_exact(const std::string& text) {
  Numeric number;
  ASSERT_TRUE(parse_numeric(text, number)) << text;
  const auto expected = infrazen::Decimal::parse(text);
  ASSERT_TRUE(expected.has_value()) << text;
  // Groups of four may have more zeros behind the point than a Decimal takes.
  auto back = text_of(number);
  if (back.find('.') != std::string::npos) {
    while (back.back() == '0') back.pop_back();
    if (back.back() == '.') back.pop_back();
  }
  EXPECT_EQ(infrazen::Decimal::parse(back).value(), *expected) << text << " became " << back;
  if (number.count > 0) {
    EXPECT_NE(number.digits[0], 0) << text;
    EXPECT_NE(number.digits[number.count - 1], 0) << text;
  }
}

TEST(Numeric, reads_what_bills_hold) {
  for (const char* text : {"0", "-0", "0.00", "0.0000", "1", "-1", "9999", "10000", "10001", "99999999", "100000000", "0.1", "0.0001", "0.00001",
                           "12.3456", "12.34567", "12345678.12345678", "9999999999999999.99999999999999999999", "12345678901234567.5",
                           "00012.5", "0.00000000000000000001", "0.000000000000000000001", "-99999999999999999999999999999999999999",
                           "0.00000000000000000000000000000000000001", "1e3", "1.5E-3", "-2.5e2", "0e5"}) {
    expect_exact(text);
  }
}

TEST(Numeric, keeps_the_decimals_it_was_given) {
  Numeric number;
  ASSERT_TRUE(parse_numeric("1.500", number));
  EXPECT_EQ(number.scale, 3);
  EXPECT_EQ(number.count, 2);
  ASSERT_TRUE(parse_numeric("0.000", number));
  EXPECT_EQ(number.scale, 3);
  EXPECT_EQ(number.count, 0);
  EXPECT_EQ(number.sign, 0);
}

TEST(Numeric, refuses_everything_else) {
  Numeric number;
  for (const char* text : {"", "-", ".", "1.", ".5", "+1", "1,5", "1 ", " 1", "1.2.3", "12a", "1.23a4", "1.2345a", "NaN", "Infinity", "0x10", "--1", "1e",
                           "1e999", "123456789012345678901234567890123456789", "1.12345678x0"}) {
    EXPECT_FALSE(parse_numeric(text, number)) << text;
  }
}

TEST(Numeric, agrees_with_the_decimal_type_on_random_numbers) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = random() % 3 == 0 ? "-" : "";
    const auto whole = random() % 19 + 1;
    const auto decimals = random() % 20;
    for (std::uint64_t d = 0; d < whole; ++d) text += static_cast<char>('0' + (random() % 4 == 0 ? 0 : random() % 10));
    if (decimals > 0) text += '.';
    for (std::uint64_t d = 0; d < decimals; ++d) text += static_cast<char>('0' + (random() % 3 == 0 ? 0 : random() % 10));
    expect_exact(text);
  }
}

}  // namespace
}  // namespace iz::store
