// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

// Schoolbook arithmetic on strings of decimal digits: slow, obvious, and sharing nothing with infrazen::Decimal, whose
// oracle it is. A number is sign + digits / 10^places.
namespace digits {

struct Number {
  bool negative = false;
  std::string whole = "0";  // all digits, decimals included
  std::size_t places = 0;
};

inline std::string strip(std::string text) {
  text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
  return text;
}

inline int compare(std::string a, std::string b) {
  a = strip(a), b = strip(b);
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b) < 0 ? -1 : a == b ? 0 : 1;
}

inline std::string add(const std::string& a, const std::string& b) {
  std::string sum;
  int carry = 0;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()) || carry != 0; ++i) {
    if (i < a.size()) carry += a[a.size() - 1 - i] - '0';
    if (i < b.size()) carry += b[b.size() - 1 - i] - '0';
    sum.insert(sum.begin(), static_cast<char>('0' + carry % 10));
    carry /= 10;
  }
  return sum.empty() ? "0" : sum;
}

// a >= b
inline std::string subtract(const std::string& a, const std::string& b) {
  std::string difference;
  int borrow = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    int digit = a[a.size() - 1 - i] - '0' - borrow - (i < b.size() ? b[b.size() - 1 - i] - '0' : 0);
    borrow = digit < 0 ? 1 : 0;
    difference.insert(difference.begin(), static_cast<char>('0' + digit + borrow * 10));
  }
  return strip(difference);
}

inline std::string multiply(const std::string& a, const std::string& b) {
  std::string total = "0";
  for (std::size_t i = 0; i < b.size(); ++i) {
    for (int n = b[b.size() - 1 - i] - '0'; n > 0; --n) total = add(total, a + std::string(i, '0'));
  }
  return strip(total);
}

inline Number read(std::string text) {
  Number number;
  number.negative = text.front() == '-';
  if (number.negative) text.erase(0, 1);
  if (const auto point = text.find('.'); point != std::string::npos) {
    number.places = text.size() - point - 1;
    text.erase(point, 1);
  }
  number.whole = strip(text);
  return number;
}

inline std::string print(Number number) {
  while (number.places > 0 && number.whole.back() == '0') {
    number.whole.pop_back();
    --number.places;
    if (number.whole.empty()) number.whole = "0";
  }
  if (number.whole.size() <= number.places) number.whole.insert(0, number.places + 1 - number.whole.size(), '0');
  if (number.places > 0) number.whole.insert(number.whole.size() - number.places, 1, '.');
  return (number.negative && number.whole.find_first_not_of("0.") != std::string::npos ? "-" : "") + number.whole;
}

inline void align(Number& a, Number& b) {
  const std::size_t places = std::max(a.places, b.places);
  a.whole += std::string(places - a.places, '0');
  b.whole += std::string(places - b.places, '0');
  a.places = b.places = places;
}

inline std::string sum(const std::string& x, const std::string& y) {
  Number a = read(x), b = read(y);
  align(a, b);
  if (a.negative == b.negative) return print({a.negative, strip(add(a.whole, b.whole)), a.places});
  const bool a_larger = compare(a.whole, b.whole) >= 0;
  const std::string whole = a_larger ? subtract(a.whole, b.whole) : subtract(b.whole, a.whole);
  return print({a_larger ? a.negative : b.negative, whole, a.places});
}

inline std::string product(const std::string& x, const std::string& y) {
  const Number a = read(x), b = read(y);
  return print({a.negative != b.negative, multiply(a.whole, b.whole), a.places + b.places});
}

// Whether the printed number has at most 38 digits and 38 places.
inline bool fits(const std::string& text) {
  const Number number = read(text);
  return number.whole.size() <= 38 && number.places <= 38;
}

}  // namespace digits
