// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/settings.hpp"

// A connection against what its connector's manifest declares. The caller turns the manifest into these plain structs.
namespace iz::config {

enum class SettingType : std::uint8_t { string, integer, number, boolean, duration, path, list, map, enumeration };
[[nodiscard]] std::optional<SettingType> setting_type(std::string_view name);  // by the manifest's word, "enum"

struct SettingSpec {
  std::string name;
  SettingType type = SettingType::string;
  bool required = false;
  std::optional<std::string> default_json;  // JSON text
  std::vector<std::string> values;          // of an enumeration
  std::optional<double> min;                // of integer and number; of duration in seconds
  std::optional<double> max;
};

struct SecretSpec {
  std::string name;
  bool required = false;
  bool reveal = false;  // the connector asks to see the value
};

struct ConnectorSpec {
  std::string id;
  std::vector<SettingSpec> settings;
  std::vector<SecretSpec> secrets;
  std::vector<std::string> streams;
  std::vector<std::string> hosts;  // patterns: "api.example.com", "*.example.com"
};

struct GrantedFile {
  std::string setting;
  std::filesystem::path path;
};

struct CheckedSettings {
  std::string json = "{}";         // typed by the manifest, defaults filled in; durations as text ("1h30m")
  std::vector<GrantedFile> files;  // settings of type path: what the connector may read
  std::vector<std::string> hosts;  // manifest ∩ the operator's approval
  std::vector<Problem> problems;   // empty = the rest is valid
};

[[nodiscard]] CheckedSettings check(const Connection& connection, const ConnectorSpec& spec);

}  // namespace iz::config
