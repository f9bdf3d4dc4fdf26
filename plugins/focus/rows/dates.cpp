// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "focus/rows/dates.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

#include <infrazen/time.hpp>

namespace iz::focus {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

// Reads from the left; every step says whether it fitted.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool number(std::size_t width, int& out) {
    if (rest_.size() < width) return false;
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return false;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(width);
    out = value;
    return true;
  }
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool skip(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  [[nodiscard]] bool ended() const { return rest_.empty(); }
  [[nodiscard]] char peek() const { return rest_.empty() ? ' ' : rest_.front(); }

 private:
  std::string_view rest_;
};

struct Reading {
  std::chrono::sys_days day;
  microseconds time{0};
  microseconds offset{0};
  bool has_time = false;
  bool has_zone = false;
  bool has_offset = false;
};

bool set_day(Reading& reading, int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return false;
  reading.day = date;
  return true;
}

bool fraction(Cursor& at, microseconds& time) {
  int digit = 0;
  std::int64_t unit = 100'000;
  if (!at.number(1, digit)) return false;
  do {
    time += microseconds(digit * unit);  // beyond microseconds: cut
    unit /= 10;
  } while (at.number(1, digit));
  return true;
}

// HH:mm[:ss[.fff]]; 24:00 is the end of the day (ISO 8601).
bool time_of_day(Cursor& at, Reading& reading) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!at.number(2, hour) || !at.skip(':') || !at.number(2, minute)) return false;
  if (at.skip(':') && !at.number(2, second)) return false;
  reading.time = std::chrono::hours(hour) + std::chrono::minutes(minute) + seconds(second);
  if ((at.skip('.') || at.skip(',')) && !fraction(at, reading.time)) return false;
  reading.has_time = true;
  const bool midnight = hour == 24 && reading.time == std::chrono::hours(24);
  return (hour < 24 || midnight) && minute < 60 && second < 60;
}

// Z, UTC, ±hh[:]mm, ±hh or nothing.
bool zone(Cursor& at, Reading& reading) {
  at.skip(' ');
  if (at.ended()) return true;
  reading.has_zone = true;
  if (at.skip('Z') || at.skip("UTC") || at.skip("GMT")) return at.ended();
  const bool west = at.peek() == '-';
  if (!at.skip('+') && !at.skip('-')) return false;
  int hours = 0;
  int minutes = 0;
  if (!at.number(2, hours)) return false;
  at.skip(':');
  if (!at.ended() && !at.number(2, minutes)) return false;
  if (!at.ended() || hours > 15 || minutes > 59) return false;
  reading.offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  if (west) reading.offset = -reading.offset;
  reading.has_offset = true;
  return true;
}

bool time_and_zone(Cursor& at, Reading& reading) {
  if (at.ended()) return true;
  return (at.skip('T') || at.skip('t') || at.skip(' ')) && time_of_day(at, reading) && zone(at, reading);
}

DateForm form_of(const Reading& reading) {
  if (!reading.has_time) return DateForm::date_only;
  if (reading.has_offset) return DateForm::offset;
  return reading.has_zone ? DateForm::decimals : DateForm::no_zone;
}

std::optional<DateForm> iso_date(std::string_view text, Reading& reading) {
  Cursor at(text);
  int year = 0;
  int month = 0;
  int day = 0;
  if (!at.number(4, year) || !at.skip('-') || !at.number(2, month) || !at.skip('-') || !at.number(2, day))
    return std::nullopt;
  return set_day(reading, year, month, day) && time_and_zone(at, reading) ? form_of(reading) : DateForm::unreadable;
}

std::optional<DateForm> dotted_date(std::string_view text, Reading& reading) {
  Cursor at(text);
  int year = 0;
  int month = 0;
  int day = 0;
  if (!at.number(2, day) || !at.skip('.') || !at.number(2, month) || !at.skip('.') || !at.number(4, year))
    return std::nullopt;
  return set_day(reading, year, month, day) && time_and_zone(at, reading) ? DateForm::day_first : DateForm::unreadable;
}

// Digits alone, told apart by how many there are: 8 are a date, 10 seconds (2001 to 2286), 13 milliseconds.
std::optional<DateForm> digits_only(std::string_view text, Reading& reading) {
  if (text.size() != 8 && text.size() != 10 && text.size() != 13) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (text.size() == 8) {
    const bool real = set_day(reading, static_cast<int>(value / 10000), static_cast<int>(value / 100 % 100),
                              static_cast<int>(value % 100));
    return real ? DateForm::date_only : DateForm::unreadable;
  }
  if (text.front() == '0') return DateForm::unreadable;
  const microseconds since = text.size() == 10 ? microseconds(seconds(value)) : microseconds(value * 1000);
  reading.day = std::chrono::sys_days(std::chrono::floor<std::chrono::days>(since));
  reading.time = since - reading.day.time_since_epoch();
  return DateForm::epoch;
}

}  // namespace

std::string_view describe(DateForm form) {
  switch (form) {
    case DateForm::focus: return "";
    case DateForm::no_zone: return "the time has no T or no Z; it is read as UTC (DateTimeFormat-A-001)";
    case DateForm::offset: return "the time is not in UTC; it was converted (DateTimeFormat-A-002)";
    case DateForm::decimals: return "the time is not written as YYYY-MM-DDTHH:mm:ssZ (DateTimeFormat-A-001)";
    case DateForm::date_only: return "a date without a time; it is read as midnight UTC (DateTimeFormat-A-001)";
    case DateForm::day_first: return "a date written day first; it is read as UTC (DateTimeFormat-A-001)";
    case DateForm::epoch: return "a number; it is read as the time since 1970-01-01 (DateTimeFormat-A-001)";
    case DateForm::unreadable: return "no date, or none that can be read in only one way";
  }
  return "";
}

DateForm read_date(std::string_view text, InstantText& out) {
  if (has_focus_form(text)) return DateForm::focus;
  Reading reading;
  auto form = iso_date(text, reading);
  if (!form) form = dotted_date(text, reading);
  if (!form) form = digits_only(text, reading);
  if (!form || *form == DateForm::unreadable) return DateForm::unreadable;
  const infrazen::Micros instant = reading.day + reading.time - reading.offset;
  const int year = static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(instant)).year());
  if (year < 1970 || year > 2199) return DateForm::unreadable;  // what a cell may hold
  out.size = static_cast<std::uint8_t>(infrazen::write_instant(out.characters.data(), instant) - out.characters.data());
  return *form;
}

}  // namespace iz::focus
