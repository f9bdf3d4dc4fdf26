// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/back_fills/day_window.hpp"

#include <fmt/format.h>

#include <infrazen/time.hpp>

namespace iz::store {

using std::chrono::sys_days;

std::string to_text(sys_days day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::optional<sys_days> parse_day(std::string_view text) {
  if (text.size() != 10) return std::nullopt;  // an instant or a month is no day
  const auto instant = infrazen::parse_instant(text);
  return instant ? std::optional(std::chrono::floor<std::chrono::days>(*instant)) : std::nullopt;
}

}  // namespace iz::store
