// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <vector>

#include "cbr/quote.hpp"
#include <infrazen/config.hpp>
#include <infrazen/time.hpp>

namespace iz::cbr {

// A rate holds until the next list, over the longest holidays ten days; a gap beyond this is a missing rate. Reading
// begins so much before the first day for which rates are wanted, so that this day has one.
inline constexpr std::chrono::days kCarry{14};

struct Settings {
  std::string base_url;                 // without a slash at the end
  std::vector<std::string> currencies;  // ISO 4217, each once
  Day since;                            // the first day for which rates are wanted
  std::string user_agent;
};

// Throws infrazen::Error (config) naming the setting.
[[nodiscard]] Settings read_settings(const infrazen::Config& config, infrazen::Micros now);

}  // namespace iz::cbr
