// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

#include "store/back_fills/day_window.hpp"

namespace iz::schedule {

// The days that somebody asks for, as they write them: days in UTC like 2026-03-01, `until` exclusive and, when it is
// empty, the day after `today`, so that today is the last one. Else a sentence that says what is wrong and what to do:
// no such day, a window without a day, a day that has not begun.
[[nodiscard]] std::variant<store::DayWindow, std::string> back_fill_window(std::string_view since,
                                                                           std::string_view until,
                                                                           std::chrono::sys_days today);

}  // namespace iz::schedule
