// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/conformance/judges/values.hpp"

#include <algorithm>
#include <charconv>

#include <boost/json/parse.hpp>

#include <infrazen/decimal.hpp>
#include <infrazen/time.hpp>

namespace iz::cli::conformance {
namespace {

using records::FieldType;

bool is_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc() && end == text.data() + text.size();
}

ValueFault fault_of_instant(std::string_view text) {
  if (!infrazen::parse_instant(text)) return ValueFault::malformed;
  return text.ends_with('Z') && text.size() <= infrazen::kInstantChars ? ValueFault::none : ValueFault::not_utc;
}

bool is_json(std::string_view text, bool object) {
  boost::system::error_code error;
  const auto value = boost::json::parse(text, error);
  return !error && (object ? value.is_object() : value.is_array());
}

}  // namespace

ValueFault fault_of(FieldType type, std::string_view text) {
  const auto when = [](bool good) { return good ? ValueFault::none : ValueFault::malformed; };
  switch (type) {
    case FieldType::text: return ValueFault::none;
    case FieldType::decimal: return when(infrazen::Decimal::parse(text).has_value());
    case FieldType::integer: return when(is_integer(text));
    case FieldType::instant: return fault_of_instant(text);
    case FieldType::date: return when(text.size() == infrazen::kDateChars && infrazen::parse_instant(text));
    case FieldType::json_object: return when(is_json(text, true));
    case FieldType::json_array: return when(is_json(text, false));
  }
  return ValueFault::none;
}

bool looks_like_double(std::string_view number) {
  if (number.find_first_of("eE") != std::string_view::npos) return true;
  const auto point = number.find('.');
  if (point == std::string_view::npos) return false;
  std::string_view digits = number;
  digits.remove_prefix(std::min(digits.find_first_of("123456789"), digits.size()));
  const auto significant = std::ranges::count_if(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (significant < 15) return false;
  // A long run of zeros or nines that stops just before the end, within the decimals.
  const std::string_view decimals = number.substr(point + 1);
  for (const char repeated : {'0', '9'}) {
    for (std::size_t tail = 1; tail <= 4 && tail + 6 <= decimals.size(); ++tail) {
      const std::string_view run = decimals.substr(decimals.size() - tail - 6, 6);
      if (run.find_first_not_of(repeated) == std::string_view::npos && decimals.back() != repeated) return true;
    }
  }
  return false;
}

}  // namespace iz::cli::conformance
