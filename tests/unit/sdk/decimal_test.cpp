// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <array>
#include <random>
#include <unordered_set>

#include <gtest/gtest.h>

#include "unit/sdk/digit_string.hpp"
#include <infrazen/decimal.hpp>

namespace {

using infrazen::Decimal;
using infrazen::DecimalFault;
using infrazen::DecimalOverflow;
using infrazen::Rounding;

Decimal number(std::string_view text) {
  Decimal value;
  EXPECT_EQ(Decimal::parse(text, value), DecimalFault::none) << text;
  return value;
}

DecimalFault fault(std::string_view text) {
  Decimal value;
  return Decimal::parse(text, value);
}

// Numbers of every length and shape, many of them at the limits.
class Numbers {
 public:
  std::string next() {
    const std::size_t size = pick(1, 38);
    const std::size_t places = pick(0, 3) == 0 ? 0 : pick(0, 38);
    std::string all;
    const char only = pick(0, 5) == 0 ? '9' : pick(0, 5) == 0 ? '0' : '\0';
    for (std::size_t i = 0; i < size; ++i) all += only != '\0' && i > 0 ? only : static_cast<char>('0' + pick(0, 9));
    return digits::print({pick(0, 1) == 0, digits::strip(all), places});
  }
  std::size_t pick(std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>(low, high)(random_);
  }

 private:
  std::mt19937_64 random_{20260901};
};

TEST(decimal, prints_canonically_what_it_parsed) {
  const std::array<std::array<std::string_view, 2>, 18> cases{
      {{"0", "0"},
       {"-0", "0"},
       {"-0.00", "0"},
       {"007", "7"},
       {"1.10", "1.1"},
       {"0.10", "0.1"},
       {"-12.500", "-12.5"},
       {"1E3", "1000"},
       {"1.5e-3", "0.0015"},
       {"12.34E1", "123.4"},
       {"100e-2", "1"},
       {"0E99999999999999999999", "0"},
       {"1000000000000000000", "1000000000000000000"},
       {"123456789012345678.5", "123456789012345678.5"},
       {"1E37", "10000000000000000000000000000000000000"},
       {"1E-38", "0.00000000000000000000000000000000000001"},
       {"99999999999999999999999999999999999999", "99999999999999999999999999999999999999"},
       {"0.50000000000000000000000000000000000000000000", "0.5"}}};
  for (const auto& [text, canonical] : cases) EXPECT_EQ(number(text).to_string(), canonical) << text;
}

TEST(decimal, says_why_a_text_is_not_a_number) {
  EXPECT_EQ(fault(""), DecimalFault::empty);
  for (const auto* text : {"-",
                           ".",
                           ".5",
                           "5.",
                           "+1",
                           "1,5",
                           " 1",
                           "1 ",
                           "1e",
                           "1e-",
                           "1e+3",
                           "--1",
                           "1.2.3",
                           "0x10",
                           "NaN",
                           "inf",
                           "1e1.5",
                           "1_000",
                           "12345678901234567890x",
                           "१"}) {
    EXPECT_EQ(fault(text), DecimalFault::malformed) << text;
  }
  EXPECT_EQ(fault("1E38"), DecimalFault::too_many_digits);
  EXPECT_EQ(fault("123456789012345678901234567890123456789"), DecimalFault::too_many_digits);
  EXPECT_EQ(fault("1.23456789012345678901234567890123456789"), DecimalFault::too_many_digits);
  EXPECT_EQ(fault("1e999999999999999999999"), DecimalFault::too_many_digits);
  EXPECT_EQ(fault("1E-39"), DecimalFault::too_many_places);
  EXPECT_EQ(fault("1e-999999999999999999999"), DecimalFault::too_many_places);
}

TEST(decimal, a_refused_text_leaves_the_value_alone) {
  Decimal value = 7;
  EXPECT_NE(Decimal::parse("12x", value), DecimalFault::none);
  EXPECT_EQ(value, 7);
}

TEST(decimal, equality_order_and_hash_do_not_see_the_scale) {
  EXPECT_EQ(number("2.50"), number("2.5"));
  EXPECT_EQ(number("2.50").hash(), number("2.5").hash());
  EXPECT_EQ(number("-0").hash(), number("0.000").hash());
  EXPECT_LT(number("-1"), number("0.00000001"));
  EXPECT_LT(number("-10"), number("-9.99999"));
  EXPECT_GT(number("99999999999999999999999999999999999999"), number("0.00000000000000000000000000000000000001"));
  std::unordered_set<Decimal> set{number("1"), number("1.0"), number("1.00"), number("1.01")};
  EXPECT_EQ(set.size(), 2u);
}

TEST(decimal, sums_products_and_order_agree_with_schoolbook_arithmetic) {
  Numbers numbers;
  int exact = 0, overflows = 0;
  const auto agrees = [&](const std::string& expected, auto&& compute) {
    if (digits::fits(expected)) {
      EXPECT_EQ(compute().to_string(), expected);
      ++exact;
    } else {
      EXPECT_THROW(compute(), DecimalOverflow) << expected;
      ++overflows;
    }
  };
  for (int i = 0; i < 6000; ++i) {
    const std::string a = numbers.next(), b = numbers.next();
    SCOPED_TRACE(a + " and " + b);
    const Decimal x = number(a), y = number(b);
    ASSERT_EQ(x.to_string(), a);
    agrees(digits::sum(a, b), [&] { return x + y; });
    const std::string minus_b = b == "0" ? b : b.front() == '-' ? b.substr(1) : "-" + b;
    const std::string difference = digits::sum(a, minus_b);
    agrees(difference, [&] { return x - y; });
    agrees(digits::product(a, b), [&] { return x * y; });
    EXPECT_EQ(x < y, difference.front() == '-');
    EXPECT_EQ(x == y, difference == "0");
    if (HasFailure()) return;
  }
  EXPECT_GT(exact, 5000);
  EXPECT_GT(overflows, 1000);
}

TEST(decimal, a_sum_of_a_bill_keeps_every_digit) {
  Decimal total;
  for (int i = 0; i < 1'000'000; ++i) total += number("0.0000000001");
  EXPECT_EQ(total.to_string(), "0.0001");
}

TEST(decimal, overflow_is_thrown_and_not_wrapped) {
  const Decimal most = number("99999999999999999999999999999999999999");
  EXPECT_THROW(most + 1, DecimalOverflow);
  EXPECT_THROW(-most - 1, DecimalOverflow);
  EXPECT_THROW(most * 2, DecimalOverflow);
  EXPECT_THROW(most + number("0.1"), DecimalOverflow);
  EXPECT_EQ((most - most).to_string(), "0");
  EXPECT_EQ((number("5E37") + number("4E37") - number("8E37")).to_string(), number("1E37").to_string());
  EXPECT_THROW(Decimal::of(1, 39), DecimalOverflow);
}

TEST(decimal, rounding_modes_differ_only_in_ties) {
  struct Case {
    const char *text, *half_up, *half_even, *down;
  };
  for (const auto& c : {Case{"0.125", "0.13", "0.12", "0.12"}, Case{"0.135", "0.14", "0.14", "0.13"},
                        Case{"-0.125", "-0.13", "-0.12", "-0.12"}, Case{"0.1251", "0.13", "0.13", "0.12"},
                        Case{"0.1249", "0.12", "0.12", "0.12"}, Case{"2.005", "2.01", "2", "2"},
                        Case{"0.995", "1", "1", "0.99"}, Case{"7", "7", "7", "7"}}) {
    EXPECT_EQ(number(c.text).rounded(2, Rounding::half_up).to_string(), c.half_up) << c.text;
    EXPECT_EQ(number(c.text).rounded(2, Rounding::half_even).to_string(), c.half_even) << c.text;
    EXPECT_EQ(number(c.text).rounded(2, Rounding::down).to_string(), c.down) << c.text;
  }
  EXPECT_EQ(number("0.00000000000000000000000000000000000005").rounded(37, Rounding::half_up).to_string(),
            "0.0000000000000000000000000000000000001");
}

TEST(decimal, documents_get_a_fixed_number_of_decimals) {
  EXPECT_EQ(number("12.5").to_fixed(2), "12.50");
  EXPECT_EQ(number("-0.001").to_fixed(2), "0.00");
  EXPECT_EQ(number("1.005").to_fixed(2), "1.01");
  EXPECT_EQ(number("1234").to_fixed(0), "1234");
  EXPECT_EQ(number("1234").to_fixed(2), "1234.00");
}

TEST(decimal, a_quotient_is_the_nearest_one) {
  const auto divide = [](const char* a, const char* b, unsigned places, Rounding mode = Rounding::half_up) {
    return Decimal::divide(number(a), number(b), places, mode).to_string();
  };
  EXPECT_EQ(divide("1", "3", 5), "0.33333");
  EXPECT_EQ(divide("2", "3", 5), "0.66667");
  EXPECT_EQ(divide("-2", "3", 5, Rounding::down), "-0.66666");
  EXPECT_EQ(divide("0.125", "1", 2, Rounding::half_even), "0.12");
  EXPECT_EQ(divide("0.1250000001", "1", 2, Rounding::half_even), "0.13");
  EXPECT_EQ(divide("0.3750000001", "3", 2, Rounding::half_even), "0.13");
  EXPECT_EQ(divide("4", "0.99999999999999999999999999999999999999", 1), "4");
  EXPECT_EQ(divide("1E36", "1E-1", 0), number("1E37").to_string());
  EXPECT_THROW(divide("1E37", "1E-2", 0), DecimalOverflow);
  EXPECT_THROW(divide("1", "0", 2), std::domain_error);
}

TEST(decimal, a_quotient_times_the_divisor_is_within_half_a_unit) {
  Numbers numbers;
  for (int i = 0; i < 3000; ++i) {
    const Decimal a = number(numbers.next()).rounded(6, Rounding::down),
                  b = number(numbers.next()).rounded(6, Rounding::down);
    if (b.is_zero() || a.abs() > number("1E16") || b.abs() > number("1E12")) continue;
    const auto places = static_cast<unsigned>(numbers.pick(0, 8));
    const Decimal unit = Decimal::of(1, places);
    const Decimal rest = (a - Decimal::divide(a, b, places, Rounding::half_even) * b).abs();
    EXPECT_LE(rest * 2, unit * b.abs()) << a.to_string() << " / " << b.to_string();
    const Decimal down = (a - Decimal::divide(a, b, places, Rounding::down) * b).abs();
    EXPECT_LT(down, unit * b.abs()) << a.to_string() << " / " << b.to_string();
  }
}

TEST(decimal, is_usable_at_compile_time) {
  constexpr Decimal vat = *Decimal::parse("0.22");
  static_assert(vat * 100 == 22);
  static_assert(Decimal::parse("x") == std::nullopt);
  EXPECT_NEAR(number("1234.5").approximate(), 1234.5, 1e-12);
}

}  // namespace
