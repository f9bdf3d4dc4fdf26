// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "focus/rows/focus_columns.hpp"
#include <infrazen/config.hpp>

namespace iz::focus {

enum class Delivery : std::uint8_t {
  file,    // each file is a part of the bill by itself and replaces what it delivered before
  folder,  // all files together are the bill: when one changes, all are read and replace everything before
};

enum class Encoding : std::uint8_t { utf8, windows_1251 };

struct Settings {
  Delivery delivery = Delivery::file;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::optional<Version> version;  // nullopt: by metadata or header
  std::vector<std::string> null_texts;
  std::string provider;  // "" = as the file says
  char delimiter = ',';
  Encoding encoding = Encoding::utf8;
};

// Throws infrazen::Error (config) naming the setting.
[[nodiscard]] Settings read_settings(const infrazen::Config& config);

}  // namespace iz::focus
