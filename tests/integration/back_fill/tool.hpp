// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "harness/infrazend.hpp"
#include "harness/paths.hpp"
#include "harness/process.hpp"

namespace iz::test {

// The command-line tool against this daemon.
inline ProcessResult tool(const Infrazend& daemon, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {kInfrazen.string(), "--config", daemon.config_file().string()});
  ProcessOptions options;
  options.env["LC_ALL"] = "C.UTF-8";
  return run(std::move(arguments), std::move(options), std::chrono::seconds(90));
}

inline std::string iso(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", int(date.year()), unsigned(date.month()), unsigned(date.day()));
  return text;
}

}  // namespace iz::test
