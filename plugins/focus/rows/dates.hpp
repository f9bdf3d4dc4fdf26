// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

// Dates as bills write them.
namespace iz::focus {

enum class DateForm : std::uint8_t {
  focus,       // 2026-09-01T00:00:00Z: as it should be
  no_zone,     // 2026-09-01 00:00:00, 2026-09-01T00:00[:00[.000]]: read as UTC
  offset,      // 2026-09-01T03:00:00+03:00: converted
  decimals,    // 2026-09-01T00:00:00.000Z, 2026-09-01 00:00:00Z, "… UTC"
  date_only,   // 2026-09-01, 20260901: midnight UTC
  day_first,   // 01.09.2026[ 00:00[:00]]: with dots the day always comes first
  epoch,       // 1788566400, 1788566400000: seconds or milliseconds since 1970
  unreadable,  // no date, an impossible one, or one that two readers would read differently (01/09/2026)
};

// A sentence about the form, for findings.
[[nodiscard]] std::string_view describe(DateForm form);

// An instant as the daemon takes it.
struct InstantText {
  std::array<char, 27> characters{};
  std::uint8_t size = 0;
  [[nodiscard]] std::string_view text() const { return {characters.data(), size}; }
};

// Has the shape YYYY-MM-DDTHH:mm:ssZ; whether there is such a date is the daemon's to say.
[[nodiscard]] inline bool has_focus_form(std::string_view text) {
  return text.size() == 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' &&
         text[16] == ':' && text[19] == 'Z';
}

// `out` is written unless the form is focus or unreadable.
[[nodiscard]] DateForm read_date(std::string_view text, InstantText& out);

}  // namespace iz::focus
