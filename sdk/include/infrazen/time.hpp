// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Instants of the ABI: microseconds since the epoch, and RFC 3339 in UTC as cells carry them.
namespace infrazen {

using Micros = std::chrono::sys_time<std::chrono::microseconds>;

inline constexpr std::size_t kInstantChars = 27;  // 2026-09-01T00:00:00.123456Z
inline constexpr std::size_t kDateChars = 10;

namespace detail {

inline char* put_digits(char* out, unsigned value, int width) {
  for (int i = width - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return out + width;
}

inline bool take_digits(std::string_view text, std::size_t at, std::size_t width, int& value) {
  if (at + width > text.size()) return false;
  value = 0;
  for (std::size_t i = at; i < at + width; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  return true;
}

}  // namespace detail

// "2026-09-01", for years 0 to 9999. Returns the end.
inline char* write_date(char* out, std::chrono::year_month_day day) {
  out = detail::put_digits(out, static_cast<unsigned>(static_cast<int>(day.year())), 4);
  *out++ = '-';
  out = detail::put_digits(out, static_cast<unsigned>(day.month()), 2);
  *out++ = '-';
  return detail::put_digits(out, static_cast<unsigned>(day.day()), 2);
}

// "2026-09-01T00:00:00Z", with 6 decimals of a second only if they are not 0. At most kInstantChars. Returns the end.
inline char* write_instant(char* out, Micros instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  out = write_date(out, std::chrono::year_month_day(day));
  const auto in_day = static_cast<std::uint64_t>((instant - day).count());
  const auto seconds = static_cast<unsigned>(in_day / 1'000'000);
  *out++ = 'T';
  out = detail::put_digits(out, seconds / 3600, 2);
  *out++ = ':';
  out = detail::put_digits(out, seconds / 60 % 60, 2);
  *out++ = ':';
  out = detail::put_digits(out, seconds % 60, 2);
  if (const auto micros = static_cast<unsigned>(in_day % 1'000'000); micros != 0) {
    *out++ = '.';
    out = detail::put_digits(out, micros, 6);
  }
  *out++ = 'Z';
  return out;
}

inline std::string to_text(Micros instant) {
  char buffer[kInstantChars];
  return {buffer, write_instant(buffer, instant)};
}

// RFC 3339 with Z or an offset (+03:00), up to 9 decimals of which 6 are kept, or a bare date (midnight UTC). Providers
// write all of these; cells are then written with Z.
inline std::optional<Micros> parse_instant(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  using detail::take_digits;
  if (!take_digits(text, 0, 4, year) || text.size() < 10 || text[4] != '-' || !take_digits(text, 5, 2, month) ||
      text[7] != '-' || !take_digits(text, 8, 2, day)) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const Micros midnight{std::chrono::sys_days(date)};
  if (text.size() == 10) return midnight;
  if ((text[10] != 'T' && text[10] != 't' && text[10] != ' ') || !take_digits(text, 11, 2, hour) || text.size() < 20 ||
      text[13] != ':' || !take_digits(text, 14, 2, minute) || text[16] != ':' || !take_digits(text, 17, 2, second) ||
      hour > 23 || minute > 59 || second > 60) {
    return std::nullopt;
  }
  std::size_t at = 19;
  std::int64_t micros = 0;
  if (text[at] == '.') {
    const std::size_t first = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      if (at - first < 6) micros = micros * 10 + (text[at] - '0');
    }
    if (at == first || at - first > 9) return std::nullopt;
    for (std::size_t kept = at - first; kept < 6; ++kept) micros *= 10;
  }
  int offset_minutes = 0;
  if (at >= text.size()) return std::nullopt;
  if (text[at] == '+' || text[at] == '-') {
    int hours = 0, minutes = 0;
    if (!take_digits(text, at + 1, 2, hours) || text.size() != at + 6 || text[at + 3] != ':' ||
        !take_digits(text, at + 4, 2, minutes) || hours > 23 || minutes > 59) {
      return std::nullopt;
    }
    offset_minutes = (hours * 60 + minutes) * (text[at] == '-' ? -1 : 1);
  } else if ((text[at] != 'Z' && text[at] != 'z') || at + 1 != text.size()) {
    return std::nullopt;
  }
  return midnight + std::chrono::hours(hour) + std::chrono::minutes(minute - offset_minutes) +
         std::chrono::seconds(second) + std::chrono::microseconds(micros);
}

}  // namespace infrazen
