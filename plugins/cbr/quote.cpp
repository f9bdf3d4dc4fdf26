// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cbr/quote.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

#include <infrazen/days.hpp>

namespace iz::cbr {
namespace {

using infrazen::Decimal;

constexpr unsigned kEndlessPlaces = 18;

[[noreturn]] void odd(std::string_view text, const char* what) {
  throw std::invalid_argument("'" + std::string(text.substr(0, 40)) + "' is " + what);
}

// Decimals that a division by it adds, if it has only the factors 2 and 5; else none.
std::optional<unsigned> places_of(std::int64_t nominal) {
  unsigned twos = 0, fives = 0;
  for (; nominal % 2 == 0; nominal /= 2) ++twos;
  for (; nominal % 5 == 0; nominal /= 5) ++fives;
  return nominal == 1 ? std::optional(std::max(twos, fives)) : std::nullopt;
}

Day known(std::optional<Day> day, std::string_view text) {
  if (!day) odd(text, "no date of the calendar");
  return *day;
}

std::string written(Day day, char separator) {
  const std::string iso = infrazen::day_text(day);
  return iso.substr(8, 2) + separator + iso.substr(5, 2) + separator + iso.substr(0, 4);
}

}  // namespace

Decimal parse_value(std::string_view text) {
  std::string plain;
  bool point = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      plain += c;
    } else if ((c == ',' || c == '.') && !point && !plain.empty()) {
      plain += '.';
      point = true;
    } else if (c == ' ' && !point && !plain.empty()) {
      continue;
    } else if (text.substr(i).starts_with("\xC2\xA0") && !point && !plain.empty()) {
      ++i;  // a no-break space, as UTF-8
    } else {
      odd(text, "no amount: digits with one decimal comma are expected");
    }
  }
  Decimal value;
  if (Decimal::parse(plain, value) != infrazen::DecimalFault::none) odd(text, "no amount");
  if (value.sign() <= 0) odd(text, "no rate: a rate is more than zero");
  return value.canonical();
}

std::int64_t parse_nominal(std::string_view text) {
  std::int64_t nominal = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), nominal);
  if (text.empty() || fault != std::errc() || end != text.data() + text.size() || nominal <= 0) {
    odd(text, "no nominal: a whole number of at least 1 is expected");
  }
  return nominal;
}

Decimal rate_of(const Quote& quote) {
  const auto places = places_of(quote.nominal);
  return Decimal::divide(quote.value, quote.nominal, places ? quote.value.scale() + *places : kEndlessPlaces,
                         infrazen::Rounding::half_even)
      .canonical();
}

Day parse_day(std::string_view text) {
  if (text.size() != infrazen::kDateChars || text[2] != '.' || text[5] != '.') odd(text, "no date");
  const std::string iso =
      std::string(text.substr(6)) + '-' + std::string(text.substr(3, 2)) + '-' + std::string(text.substr(0, 2));
  return known(infrazen::parse_day(iso), text);
}
Day parse_iso_day(std::string_view text) {
  return known(infrazen::parse_day(text), text);
}
std::string list_day(Day day) {
  return written(day, '.');
}
std::string query_day(Day day) {
  return written(day, '/');
}

}  // namespace iz::cbr
