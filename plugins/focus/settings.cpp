// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "focus/settings.hpp"

#include <infrazen/error.hpp>

namespace iz::focus {

Settings read_settings(const infrazen::Config& config) {
  Settings settings;
  settings.delivery = config.text_or("delivery", "file") == "folder" ? Delivery::folder : Delivery::file;
  settings.include = config.has("include") ? config.list("include") : std::vector<std::string>{"*.csv", "*.csv.gz"};
  if (config.has("exclude")) settings.exclude = config.list("exclude");
  settings.null_texts = config.has("null_texts") ? config.list("null_texts")
                                                 : std::vector<std::string>{"NULL", "null", "N/A", "None", "-"};
  settings.provider = config.text_or("provider", "");
  settings.encoding = config.text_or("encoding", "utf-8") == "windows-1251" ? Encoding::windows_1251 : Encoding::utf8;

  const std::string_view version = config.text_or("version", "auto");
  if (version != "auto") {
    settings.version = parse_version(version);
    if (!settings.version) {
      throw infrazen::Error(infrazen::ErrorClass::config, "setting 'version' is '" + std::string(version) +
                                                              "': auto, or one of 1.0, 1.1, 1.2, 1.3, 1.4");
    }
  }
  const std::string_view delimiter = config.text_or("delimiter", ",");
  if (delimiter == "tab") {
    settings.delimiter = '\t';
  } else if (delimiter.size() == 1 && delimiter[0] != '"' && delimiter[0] != '\n' && delimiter[0] != '\r') {
    settings.delimiter = delimiter[0];
  } else {
    throw infrazen::Error(infrazen::ErrorClass::config, "setting 'delimiter' is '" + std::string(delimiter) +
                                                            "': one character such as , or ; or the word tab");
  }
  return settings;
}

}  // namespace iz::focus
