// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "supervise/connector_spec.hpp"

namespace iz::supervise {
namespace {

// Both enumerations list the manifest's words; they live apart because config/ knows no records.
config::SettingType in_config_words(records::SettingType type) {
  switch (type) {
    case records::SettingType::path: return config::SettingType::path;
    case records::SettingType::string: return config::SettingType::string;
    case records::SettingType::integer: return config::SettingType::integer;
    case records::SettingType::number: return config::SettingType::number;
    case records::SettingType::boolean: return config::SettingType::boolean;
    case records::SettingType::duration: return config::SettingType::duration;
    case records::SettingType::list: return config::SettingType::list;
    case records::SettingType::map: return config::SettingType::map;
    case records::SettingType::enumeration: return config::SettingType::enumeration;
  }
  return config::SettingType::string;
}

}  // namespace

config::ConnectorSpec connector_spec(const records::Manifest& manifest) {
  config::ConnectorSpec spec;
  spec.id = manifest.id;
  for (const auto& setting : manifest.settings) {
    auto& added = spec.settings.emplace_back();
    added.name = setting.name;
    added.type = in_config_words(setting.type);
    added.required = setting.required;
    if (!setting.default_json.empty()) added.default_json = setting.default_json;
    added.values = setting.values;
    added.min = setting.min;
    added.max = setting.max;
  }
  for (const auto& secret : manifest.secrets) spec.secrets.push_back({secret.name, secret.required, secret.reveal});
  for (const auto& stream : manifest.streams) spec.streams.push_back(stream.name);
  spec.hosts = manifest.hosts;
  return spec;
}

}  // namespace iz::supervise
