// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/rows/validate.hpp"

#include <charconv>
#include <cstring>

#include "ingest/rows/json_check.hpp"
#include "records/utf8.hpp"
#include "store/encoding/numeric.hpp"

namespace iz::ingest {

namespace {

// Two, or four, decimal digits at p; -1 when they are not.
int digits(const char* p, int count) noexcept {
  int value = 0;
  for (int i = 0; i < count; ++i) {
    const auto digit = static_cast<unsigned>(p[i] - '0');
    if (digit > 9) return -1;
    value = value * 10 + static_cast<int>(digit);
  }
  return value;
}

// Days since 1970-01-01; nullopt for dates that do not exist or lie outside 1970 … 2199.
std::optional<std::int64_t> day_number(const char* p) noexcept {
  const int year = digits(p, 4);
  const int month = digits(p + 5, 2);
  const int day = digits(p + 8, 2);
  if (year < 1970 || year > 2199 || month < 1 || day < 1 || p[4] != '-' || p[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

}  // namespace

std::optional<std::int64_t> parse_instant(std::string_view text) {
  constexpr std::size_t kSeconds = 19;  // 2026-09-01T00:00:00
  if (text.size() < kSeconds + 1 || text.size() > kSeconds + 8 || text.back() != 'Z') return std::nullopt;
  const char* p = text.data();
  const auto day = day_number(p);
  const int hour = digits(p + 11, 2);
  const int minute = digits(p + 14, 2);
  const int second = digits(p + 17, 2);
  if (!day || p[10] != 'T' || p[13] != ':' || p[16] != ':' || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 59) {
    return std::nullopt;
  }
  std::int64_t micros = 0;
  if (text.size() > kSeconds + 1) {
    const auto places = static_cast<int>(text.size() - kSeconds - 2);
    if (p[kSeconds] != '.' || places < 1) return std::nullopt;
    micros = digits(p + kSeconds + 1, places);
    if (micros < 0) return std::nullopt;
    for (int i = places; i < 6; ++i) micros *= 10;
  }
  return ((*day * 24 + hour) * 60 + minute) * 60'000'000 + second * std::int64_t{1'000'000} + micros;
}

std::optional<std::chrono::sys_days> parse_date(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  const auto day = day_number(text.data());
  if (!day) return std::nullopt;
  return std::chrono::sys_days(std::chrono::days(*day));
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::optional<infrazen::Decimal> parse_decimal(std::string_view text) { return infrazen::Decimal::parse(text); }

const char* text_fault(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) return "too_long";
  if (!records::is_utf8(text)) return "utf8";
  return nullptr;
}

const char* decimal_fault(std::string_view text) {
  store::Numeric ignored;
  return store::parse_numeric(text, ignored) ? nullptr : "decimal_format";
}

const char* json_fault(std::string_view text, bool object, std::size_t max_bytes) {
  if (text.size() > max_bytes) return "too_long";
  if (!records::is_utf8(text)) return "utf8";
  switch (check_json(text)) {
    case JsonShape::object: return object ? nullptr : "json_array";
    case JsonShape::array: return object ? "json_object" : nullptr;
    case JsonShape::duplicate_key: return "json_duplicate_key";
    case JsonShape::too_deep: return "json_depth";
    case JsonShape::unstorable: return "json_range";
    default: return object ? "json_object" : "json_array";
  }
}

const char* cell_fault(const records::Field& field, std::string_view text) {
  using records::FieldType;
  switch (field.type) {
    case FieldType::text: return text_fault(text, field.max_bytes);
    case FieldType::decimal: return decimal_fault(text);
    case FieldType::integer: return parse_integer(text) ? nullptr : "integer_format";
    case FieldType::instant: return parse_instant(text) ? nullptr : "instant_format";
    case FieldType::date: return parse_date(text) ? nullptr : "date_format";
    case FieldType::json_object: return json_fault(text, true, field.max_bytes);
    case FieldType::json_array: return json_fault(text, false, field.max_bytes);
  }
  return "unknown_type";
}

std::string_view message_of(std::string_view rule) {
  struct Text {
    std::string_view rule;
    std::string_view message;
  };
  static constexpr Text kTexts[] = {
      {"missing", "The value is missing, and without it the row says nothing."},
      {"decimal_format", "Not a decimal number of at most 38 digits."},
      {"integer_format", "Not a whole number of 64 bits."},
      {"instant_format", "Not an instant like 2026-09-01T00:00:00Z between 1970 and 2199."},
      {"date_format", "Not a date like 2026-09-01 between 1970 and 2199."},
      {"too_long", "The text is longer than this column allows."},
      {"utf8", "The text is not valid UTF-8, or has a NUL in it."},
      {"json_object", "Not a JSON object."},
      {"json_array", "Not a JSON array."},
      {"json_duplicate_key", "The JSON object has a key twice."},
      {"json_depth", "The JSON is nested too deeply."},
      {"json_range", "The JSON has a \\u0000 in it, or a number of more than 300 digits or 1100 decimals, which the database cannot hold."},
  };
  for (const auto& text : kTexts) {
    if (text.rule == rule) return text.message;
  }
  return "The value cannot be taken.";
}

}  // namespace iz::ingest
